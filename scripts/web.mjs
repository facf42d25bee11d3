/**
 * Makes the scripts and styles of the server's pages from `web/`: `node scripts/web.mjs FOLDER`. Names carry a hash of the
 * content; each file lies there as it is and compressed; `manifest.json` says what each page loads. Where the folder was made
 * from the same sources already, nothing is done.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { ROOT } from './install.mjs';
import { isMadeOf, makeFolder, pack } from './made-folder.mjs';

const WEB = join(ROOT, 'web');
/** What each page loads: styles in this order, as one file; a script with all that it needs. */
const PAGES = {
  shell: { styles: ['shell/tokens.css', 'shell/shell.css'] },
  install: { styles: ['shell/tokens.css', 'shell/shell.css', 'install/install.css'] },
  ci: { styles: ['shell/tokens.css', 'shell/shell.css', 'ci/ci.css'] },
  builds: { styles: ['shell/tokens.css', 'shell/shell.css', 'builds/builds.css'], script: 'builds/main.tsx' },
};

/** Few files, which every visitor loads. */
const BEST = 11;

const hashOf = (content) => createHash('sha256').update(content).digest('hex').slice(0, 12);

/** Changes when a source does, and with nothing else. */
function stampOfSources() {
  const names = readdirSync(WEB, { recursive: true, encoding: 'utf8' }).sort();
  const files = [
    ...names.map((name) => join(WEB, name)),
    import.meta.filename,
    join(import.meta.dirname, 'made-folder.mjs'),
    join(ROOT, 'package-lock.json'),
  ];
  const hash = createHash('sha256');
  for (const path of files.filter((each) => statSync(each).isFile())) {
    hash.update(`${relative(ROOT, path)}\n`).update(readFileSync(path));
  }
  return hash.digest('hex').slice(0, 12);
}

async function bundleScripts(outputs) {
  const { rolldown } = await import('rolldown');
  const input = Object.fromEntries(
    Object.entries(PAGES).flatMap(([page, { script }]) => (script ? [[page, join(WEB, script)]] : [])),
  );
  const define = { 'process.env.NODE_ENV': '"production"' };
  const build = await rolldown({
    input,
    platform: 'browser',
    logLevel: 'warn',
    tsconfig: join(WEB, 'tsconfig.json'),
    transform: { define, target: 'es2023', jsx: { runtime: 'automatic' } },
  });
  const { output } = await build.generate({
    format: 'esm',
    entryFileNames: '[name]-[hash].js',
    chunkFileNames: '[name]-[hash].js',
    minify: true,
  });
  await build.close();
  for (const { fileName, code } of output)
    outputs.set(fileName, { type: 'text/javascript; charset=utf-8', content: code });
  return output;
}

/** Without comments and what stands between rules: our own styles, in which no text has such characters. */
function smaller(css) {
  return css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .trim();
}

function addStyle(outputs, page, parts) {
  const content = smaller(parts.map((path) => readFileSync(join(WEB, path), 'utf8')).join('\n'));
  const name = `${page}-${hashOf(content)}.css`;
  outputs.set(name, { type: 'text/css; charset=utf-8', content });
  return name;
}

/** Makes the folder; gives each file's name with its size as it goes over the wire. */
export async function makeWeb(folder) {
  const stamp = stampOfSources();
  if (isMadeOf(folder, stamp)) return [];
  const outputs = new Map();
  const scripts = await bundleScripts(outputs);
  const pages = Object.fromEntries(
    Object.entries(PAGES).map(([page, { styles, script }]) => {
      const chunk = script && scripts.find(({ isEntry, name }) => isEntry && name === page);
      return [
        page,
        {
          styles: [addStyle(outputs, page, styles)],
          ...(chunk ? { scripts: [chunk.fileName], preloads: chunk.imports } : {}),
        },
      ];
    }),
  );
  const files = Object.fromEntries([...outputs].map(([name, { type }]) => [name, type]));
  makeFolder(folder, stamp, (made) => {
    for (const [name, { content }] of outputs) {
      writeFileSync(join(made, name), content);
      pack(join(made, name), BEST);
    }
    return { pages, files };
  });
  return [...outputs.keys()].map((name) => ({ name, sentBytes: statSync(join(folder, `${name}.br`)).size }));
}

if (process.argv[1] && basename(process.argv[1]) === 'web.mjs') {
  const made = await makeWeb(process.argv[2] ?? join(ROOT, 'build-cache', 'web'));
  for (const { name, sentBytes } of made)
    console.log(`${name}  ${(sentBytes / 1024).toFixed(1)} KiB compressed`);
}
