/**
 * `npm run build`: the program that is published, in `build/`: one entry, a chunk for each part that is loaded late, the
 * program of our own commands, the sandbox's launcher, the program that runs commands in images and the pages of the server
 * beside them.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, ROOT } from './install.mjs';
import { makeSite } from './site.mjs';
import { makeWeb } from './web.mjs';

await ensureInstalled();
const { rolldown } = await import('rolldown');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const folder = join(ROOT, 'build');
rmSync(folder, { recursive: true, force: true });

const define = { MOBILEOPS_BUNDLE_VERSION: JSON.stringify(version) };
const options = { platform: 'node', logLevel: 'warn', transform: { define, target: 'node24' } };
const minify = { compress: true, mangle: false, codegen: true };
const main = join(ROOT, 'src', 'main.ts');

/** The files that an entry needs before anything is loaded late. In one chunk they load in a fraction of the time. */
async function neededBy(entry) {
  const plugin = {
    name: 'late-is-external',
    resolveId: (id, _importer, { kind }) => (kind === 'dynamic-import' ? { id, external: true } : undefined),
  };
  const build = await rolldown({ ...options, input: entry, plugins: [plugin] });
  const { output } = await build.generate({ format: 'esm' });
  await build.close();
  const modules = output.flatMap((chunk) => Object.entries(chunk.modules ?? {}));
  return new Set(modules.filter(([, { renderedLength }]) => renderedLength > 0).map(([id]) => id));
}

async function bundle(input, splitting) {
  const build = await rolldown({ ...options, input });
  const { output } = await build.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: 'chunks/[name]-[hash].mjs',
    minify,
    codeSplitting: splitting,
  });
  await build.close();
  return output;
}

const atStart = await neededBy(main);
const toLook = await neededBy(join(ROOT, 'src', 'cli', 'first-look.ts'));
// Not what it loads late: a server, with SQLite and listeners.
const ofHost = await neededBy(join(ROOT, 'src', 'host', 'index.ts'));
const toBuild = await neededBy(join(ROOT, 'src', 'cli', 'verbs', 'build.ts'));
const groups = [
  { name: 'start', priority: 3, test: (id) => id !== main && atStart.has(id) },
  { name: 'look', priority: 2, test: (id) => ofHost.has(id) || toLook.has(id) },
  { name: 'build', priority: 1, test: (id) => toBuild.has(id) },
];
const outputs = [
  ...(await bundle({ main }, { groups })),
  // One file, because its start is in the time of every such action; at the same place as in the sources.
  ...(await bundle({ 'scripts/tools': join(ROOT, 'src', 'tools', 'main.ts') }, false)),
];
copyFileSync(join(ROOT, 'src', 'execution', 'launcher.py'), join(folder, 'launcher.py'));
mkdirSync(join(folder, 'container'));
for (const name of readdirSync(join(ROOT, 'src', 'container')).filter((each) => each.endsWith('.py'))) {
  copyFileSync(join(ROOT, 'src', 'container', name), join(folder, 'container', name));
}
mkdirSync(join(folder, 'advisories'));
for (const name of readdirSync(join(ROOT, 'src', 'scan', 'snapshot'))) {
  copyFileSync(join(ROOT, 'src', 'scan', 'snapshot', name), join(folder, 'advisories', name));
}
copyFileSync(join(ROOT, 'src', 'look', 'lister.c'), join(folder, 'lister.c'));
copyFileSync(join(ROOT, 'src', 'repro', 'clock.c'), join(folder, 'clock.c'));
for (const { name, sentBytes } of await makeWeb(join(folder, 'web'))) {
  console.log(`build/web/${name}  ${(sentBytes / 1024).toFixed(1)} KiB compressed`);
}
console.log(`build/docs  ${makeSite(join(folder, 'docs'))} files of documentation`);
for (const { fileName } of outputs) {
  const { size } = statSync(join(folder, fileName));
  console.log(`build/${fileName}  ${(size / 1024).toFixed(1)} KiB`);
}
