/**
 * `npm test`: types, lint, then every `*.test.ts`. Arguments are files or patterns in place of all of them. Closes with
 * `N passed, N failed, N skipped`; with CI=true a skipped test that `.ci/allowed-skips.txt` does not name is a failure.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureInstalled, handOver, NODE, plainEnvironment, ROOT } from './install.mjs';

await ensureInstalled();
const failures = [];
const bin = (name) => join(ROOT, 'node_modules', '.bin', name);
const run = (argv) => handOver(argv, { cwd: ROOT });
if ((await run([NODE, bin('tsc'), '-p', '.'])) !== 0) failures.push('tsc -p .');
if ((await run([NODE, bin('biome'), 'check'])) !== 0) failures.push('biome check');

const patterns = process.argv.length > 2 ? process.argv.slice(2) : ['src/**/*.test.ts', 'test/**/*.test.ts'];
const counts = { passed: 0, failed: 0 };
const skipped = [];

/** One line of our own reporter: a test that came to an end. */
function take(line) {
  let result;
  try {
    result = JSON.parse(line);
  } catch {
    console.log(line);
    return;
  }
  if (result.outcome === 'skipped') skipped.push(result);
  else counts[result.outcome]++;
  if (result.outcome === 'failed') console.log(`failed: ${result.file}: ${result.name}\n${result.message}\n`);
}

const child = spawn(
  NODE,
  [
    '--test',
    '--test-concurrency=2',
    `--test-reporter=${join(ROOT, 'scripts', 'test-reporter.mjs')}`,
    ...patterns,
  ],
  { cwd: ROOT, env: plainEnvironment(), stdio: ['ignore', 'pipe', 'inherit'] },
);
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => child.kill(name));
const closed = new Promise((resolve) => child.on('close', resolve));
for await (const line of createInterface({ input: child.stdout })) take(line);
if ((await closed) !== 0 && counts.failed === 0) failures.push('node --test ended with an error');
if (counts.passed === 0) failures.push('no test was found');

for (const { file, name, message } of skipped) console.log(`skipped: ${file}: ${name}: ${message}`);
if (process.env.CI === 'true') {
  const allowed = readFileSync(join(ROOT, '.ci', 'allowed-skips.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const isAllowed = ({ message }) => allowed.some((text) => message.includes(text));
  for (const { file, name } of skipped.filter((each) => !isAllowed(each))) {
    failures.push(`not run, and not in .ci/allowed-skips.txt: ${file}: ${name}`);
  }
}
for (const failure of failures) console.log(`failed: ${failure}`);
console.log(`${counts.passed} passed, ${counts.failed + failures.length} failed, ${skipped.length} skipped`);
process.exitCode = counts.failed + failures.length === 0 ? 0 : 1;
