/**
 * `npm start`: installs what is missing and builds the reference platform. Arguments are added to `build all`; with
 * `--run` (from `./mobileops`) they are the whole command line.
 */
import { join } from 'node:path';
import { checkMachine, ensureInstalled, handOver, NODE, ROOT } from './install.mjs';

const words = process.argv.slice(2);
const isRun = words[0] === '--run';
if (!checkMachine()) process.exit(3);
await ensureInstalled();

function commandLine() {
  if (isRun) return words.slice(1);
  const hasWorkspace = words.some((word) => word.startsWith('-C') || word.startsWith('--workspace'));
  const workspace = hasWorkspace ? [] : ['--workspace', join(ROOT, 'examples', 'platform')];
  return ['build', 'all', ...workspace, ...words];
}

process.exitCode = await handOver([NODE, join(ROOT, 'scripts', 'source.mjs'), ...commandLine()]);
