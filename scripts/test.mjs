/**
 * `npm test`: types, lint, then every `*.test.ts`. Arguments are files or patterns in place of all of them. Closes with
 * `N passed, N failed, N skipped`; with CI=true a skipped test that `.ci/allowed-skips.txt` does not name is a failure.
 *
 * Some tests call the Android tools that `mobileops prepare` fetches for the example. They find them in the cache that
 * MOBILEOPS_TEST_CACHE names, else in `build-cache/test-cache`, which is filled here; never in the user's own.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureInstalled, handOver, NODE, plainEnvironment, ROOT } from './install.mjs';

await ensureInstalled();
const failures = [];
const bin = (name) => join(ROOT, 'node_modules', '.bin', name);
const run = (argv, options) => handOver(argv, { cwd: ROOT, ...options });
if ((await run([NODE, bin('tsc'), '-p', '.'])) !== 0) failures.push('tsc -p .');
if ((await run([NODE, bin('tsc'), '-p', 'web'])) !== 0) failures.push('tsc -p web');
if ((await run([NODE, bin('biome'), 'check'])) !== 0) failures.push('biome check');

const TEST_CACHE = process.env.MOBILEOPS_TEST_CACHE ?? join(ROOT, 'build-cache', 'test-cache');

/** Where no registry can be reached, the tests that need it are skipped by name. */
async function prepareTools() {
  const words = ['prepare', 'app:hybrid', 'app:status', '--tests', '--quiet'];
  const argv = [NODE, join(ROOT, 'src', 'main.ts'), ...words];
  const env = { ...plainEnvironment(), MOBILEOPS_CACHE: TEST_CACHE };
  const code = await run([...argv, '--workspace', join(ROOT, 'examples', 'platform')], { env });
  if (code !== 0) console.log(`The tools for Android could not be prepared (exit code ${code}).`);
}

const isWhole = process.argv.length <= 2;
if (isWhole) await prepareTools();
const patterns = isWhole
  ? ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts']
  : process.argv.slice(2);
const counts = { passed: 0, failed: 0 };
const skipped = [];
const files = [];

/** One line of our own reporter: a test that came to an end. */
function take(line) {
  let result;
  try {
    result = JSON.parse(line);
  } catch {
    console.log(line);
    return;
  }
  if (result.outcome === 'ended') files.push(result);
  else if (result.outcome === 'skipped') skipped.push(result);
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
  {
    cwd: ROOT,
    env: { ...plainEnvironment(), MOBILEOPS_TEST_CACHE: TEST_CACHE },
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => child.kill(name));
const closed = new Promise((resolve) => child.on('close', resolve));
for await (const line of createInterface({ input: child.stdout })) take(line);
if ((await closed) !== 0 && counts.failed === 0) failures.push('node --test ended with an error');
if (counts.passed === 0) failures.push('no test was found');

const SLOWEST = 15;
if (files.length > SLOWEST) {
  console.log('Files that took longest, two at a time:');
  for (const { file, durationMs } of files.sort((a, b) => b.durationMs - a.durationMs).slice(0, SLOWEST))
    console.log(`${(durationMs / 1000).toFixed(1).padStart(7)} s  ${file}`);
}
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
