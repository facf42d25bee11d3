/**
 * `npm run build`: the program that is published, in `build/`: one entry, a chunk for each part that is loaded late, the
 * program of our own commands, and the sandbox's launcher beside them.
 */
import { copyFileSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, ROOT } from './install.mjs';

await ensureInstalled();
const { rolldown } = await import('rolldown');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const folder = join(ROOT, 'build');
rmSync(folder, { recursive: true, force: true });

async function bundle(input, isSingle) {
  const build = await rolldown({
    input,
    platform: 'node',
    logLevel: 'warn',
    transform: { define: { MOBILEOPS_BUNDLE_VERSION: JSON.stringify(version) }, target: 'node24' },
  });
  const { output } = await build.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: 'chunks/[name]-[hash].mjs',
    minify: { compress: true, mangle: false, codegen: true },
    ...(isSingle ? { codeSplitting: false } : {}),
  });
  await build.close();
  return output;
}

const outputs = [
  ...(await bundle({ main: join(ROOT, 'src', 'main.ts') }, false)),
  // One file: an action sees it as a folder of its own, and its start is in the time of every such action.
  ...(await bundle({ tools: join(ROOT, 'src', 'tools', 'main.ts') }, true)),
];
copyFileSync(join(ROOT, 'src', 'execution', 'launcher.py'), join(folder, 'launcher.py'));
for (const { fileName } of outputs) {
  const { size } = statSync(join(folder, fileName));
  console.log(`build/${fileName}  ${(size / 1024).toFixed(1)} KiB`);
}
