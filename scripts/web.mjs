/**
 * Makes the scripts and styles of the server's pages from `web/`: `node scripts/web.mjs FOLDER`. Names carry a hash of the
 * content; each file lies there as it is and compressed; `manifest.json` says what each page loads. Where the folder was made
 * from the same sources already, nothing is done.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative } from 'node:path';
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib';
import { ROOT } from './install.mjs';

const WEB = join(ROOT, 'web');
/** What each page loads: styles in this order, as one file; a script with all that it needs. */
const PAGES = {
  shell: { styles: ['shell/tokens.css', 'shell/shell.css'] },
  install: { styles: ['shell/tokens.css', 'shell/shell.css', 'install/install.css'] },
  ci: { styles: ['shell/tokens.css', 'shell/shell.css', 'ci/ci.css'] },
  builds: { styles: ['shell/tokens.css', 'shell/shell.css', 'builds/builds.css'], script: 'builds/main.tsx' },
};

const hashOf = (content) => createHash('sha256').update(content).digest('hex').slice(0, 12);

/** Changes when a source does, and with nothing else. */
function stampOfSources() {
  const names = readdirSync(WEB, { recursive: true, encoding: 'utf8' }).sort();
  const files = [
    ...names.map((name) => join(WEB, name)),
    import.meta.filename,
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

function writeAll(folder, outputs, manifest) {
  const made = `${folder}.${process.pid}`;
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  for (const [name, { content }] of outputs) {
    const path = join(made, name);
    writeFileSync(path, content);
    const quality = { params: { [zlib.BROTLI_PARAM_QUALITY]: 11 } };
    writeFileSync(`${path}.br`, brotliCompressSync(content, quality));
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  }
  writeFileSync(join(made, 'manifest.json'), `${JSON.stringify(manifest, undefined, 1)}\n`);
  const old = `${made}.old`;
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(made, folder);
  rmSync(old, { recursive: true, force: true });
}

/** Makes the folder; gives each file's name with its size as it goes over the wire. */
export async function makeWeb(folder) {
  const stamp = stampOfSources();
  const manifestPath = join(folder, 'manifest.json');
  if (existsSync(manifestPath) && JSON.parse(readFileSync(manifestPath, 'utf8')).stamp === stamp) return [];
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
  writeAll(folder, outputs, { version: 1, stamp, pages, files });
  return [...outputs.keys()].map((name) => ({ name, sentBytes: statSync(join(folder, `${name}.br`)).size }));
}

if (process.argv[1] && basename(process.argv[1]) === 'web.mjs') {
  const made = await makeWeb(process.argv[2] ?? join(ROOT, 'build-cache', 'web'));
  for (const { name, sentBytes } of made)
    console.log(`${name}  ${(sentBytes / 1024).toFixed(1)} KiB compressed`);
}
