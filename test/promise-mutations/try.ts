/** `node test/promise-mutations/try.ts WORD…`: tries the mutations whose feature or promise has one of the words. For whoever writes one. */
import { MutatedTree } from './mutated-tree.ts';
import { MUTATIONS } from './mutations.ts';

const words = process.argv.slice(2);
const chosen = MUTATIONS.filter(({ feature, promise }) =>
  words.some((word) => feature.includes(word) || promise.includes(word)),
);
using tree = new MutatedTree();
let failures = 0;
for (const mutation of chosen) {
  const whole = await tree.run(mutation);
  const without = await tree.runWithout(mutation);
  const isSeen = whole.outcome === 'passed' && without.outcome === 'failed';
  const seconds = `${whole.seconds.toFixed(1)} s, ${without.seconds.toFixed(1)} s`;
  process.stdout.write(
    `${isSeen ? 'seen' : 'NOT SEEN'}: ${mutation.feature}: ${whole.outcome}, then ${without.outcome} (${seconds})\n`,
  );
  if (isSeen) continue;
  failures += 1;
  process.stdout.write(whole.outcome === 'passed' ? without.output : whole.output);
}
if (chosen.length === 0) process.stdout.write('no mutation has any of these words\n');
process.exitCode = failures === 0 && chosen.length > 0 ? 0 : 1;
