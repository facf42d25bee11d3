import type { Program } from './build/index.ts';
import { type Output, refusedOutput, runCli, streamOutput } from './cli/index.ts';

/** The program itself: hands the world to the command line, and its signals and exit code back to the world. */

/** Written into the bundle when it is made; from source there is none. */
declare const MOBILEOPS_BUNDLE_VERSION: string | undefined;
/** At the same place in the sources and in the bundle, since it stands in the keys of actions. */
const TOOLS_ENTRY = 'scripts/tools.mjs';

function thisProgram(): Program {
  const { dirname: folder, filename: entry } = import.meta;
  if (typeof MOBILEOPS_BUNDLE_VERSION === 'string') {
    const version = MOBILEOPS_BUNDLE_VERSION;
    return {
      entry,
      root: folder,
      toolsEntry: TOOLS_ENTRY,
      launcher: `${folder}/launcher.py`,
      containers: `${folder}/container/container.py`,
      lister: `${folder}/lister.c`,
      web: { folder: `${folder}/web` },
      docs: { folder: `${folder}/docs` },
      clock: `${folder}/clock.c`,
      advisories: `${folder}/advisories`,
      version,
      code: folder,
    };
  }
  const root = folder.slice(0, folder.lastIndexOf('/'));
  const { version } = process.getBuiltinModule('node:module').createRequire(import.meta.url)(
    '../package.json',
  );
  const launcher = `${folder}/execution/launcher.py`;
  const lister = `${folder}/look/lister.c`;
  const containers = `${folder}/container/container.py`;
  return {
    entry,
    root,
    toolsEntry: TOOLS_ENTRY,
    launcher,
    containers,
    lister,
    clock: `${folder}/repro/clock.c`,
    web: { folder: `${root}/build-cache/web`, maker: `${root}/scripts/web.mjs` },
    docs: { folder: `${root}/build-cache/docs`, maker: `${root}/scripts/site.mjs` },
    advisories: `${folder}/scan/snapshot`,
    version: `${version}-source`,
    code: folder,
  };
}

const WRITE_REFUSED = 3;

/** The verb's own exit code stays unless it would say that all is well. */
function output(stream: NodeJS.WriteStream, name: string): Output {
  return streamOutput(stream, (error) => {
    process.on('exit', (code) => {
      if (code === 0) process.exitCode = WRITE_REFUSED;
    });
    stderr.write(refusedOutput(name, error));
  });
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const SHOW_CURSOR = '\u001b[?25h';
/** A terminal sends Ctrl-C to us and to the script that started us, which passes it on: that is still once. */
const SAME_SIGNAL_MS = 500;
const abort = new AbortController();
let abortedAtMs = 0;
for (const name of SIGNALS) {
  process.on(name, () => {
    if (!abort.signal.aborted) {
      abortedAtMs = performance.now();
      abort.abort();
      return;
    }
    if (performance.now() - abortedAtMs < SAME_SIGNAL_MS) return;
    // Asked a second time: leave at once. What runs ends with us.
    if (process.stdout.isTTY) process.stdout.write(SHOW_CURSOR);
    process.exit(130);
  });
}

const stderr = output(process.stderr, 'standard error');
process.exitCode = await runCli({
  words: process.argv.slice(2),
  // Help and version need nothing of the world, so they do not wait for it to be loaded.
  loadHost: async () => (await import('./host/index.ts')).realHost(),
  variables: process.env,
  program: thisProgram(),
  stdout: output(process.stdout, 'standard output'),
  stderr,
  signal: abort.signal,
});
