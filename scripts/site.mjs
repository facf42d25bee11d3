/**
 * Makes the documentation that the server has at `/docs`: `node scripts/site.mjs FOLDER`. The workspace `docs/site` and the
 * pages are laid into a folder of their own, mobileops itself builds `app:docs` there (a web app, by the rule `pwa`), and what it
 * made goes to FOLDER, each file compressed beside it, with `manifest.json`. Where the folder was made from the same sources
 * already, nothing is done.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join, relative } from 'node:path';
import { ROOT } from './install.mjs';
import { isMadeOf, makeFolder, pack } from './made-folder.mjs';

/** Where what the site is made of goes in the workspace. */
const PARTS = [
  ['docs/site', '.'],
  ['docs', 'mobile/docs/content/docs'],
  ['examples/platform/README.md', 'mobile/docs/content/examples/platform/README.md'],
  ['bench/RESULTS.md', 'mobile/docs/content/bench/RESULTS.md'],
  ['web/shell', 'mobile/docs/theme'],
  ['node_modules/marked/lib/marked.esm.js', 'mobile/docs/vendor/marked.mjs'],
];
const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};
const PACKED = /\.(css|html|js|json|svg|webmanifest)$/;
/** Hundreds of files; better takes seconds. */
const QUALITY = 9;

/** The workspace itself, and pictures of what it makes. */
const isLeftOut = (path) => /^(site(\/|$)|screenshots\/docs-)/.test(relative(join(ROOT, 'docs'), path));

function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

/** Changes when something does that the site is made of, or what makes it. */
function stampOfSources() {
  const hash = createHash('sha256').update(readFileSync(import.meta.filename));
  const makers = ['scripts/made-folder.mjs', 'src/rules/pwa', 'src/tools/site'];
  const sources = [...PARTS.map(([from]) => from), ...makers].flatMap((each) => filesBelow(join(ROOT, each)));
  for (const path of sources.filter((each) => !each.includes('/screenshots/docs-')))
    hash.update(`\n${path.slice(ROOT.length)}\n`).update(readFileSync(path));
  return hash.digest('hex').slice(0, 12);
}

/** Of the caller only what a build needs: no version of its release, and no address that records go to. */
function environment() {
  const names = ['PATH', 'HOME', 'USER', 'TMPDIR', 'MOBILEOPS_CACHE', 'XDG_CACHE_HOME', 'MOBILEOPS_SANDBOX'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** Builds the site in a folder that is gone afterwards, and gives what `use` makes of it. */
function withBuilt(use) {
  const workspace = mkdtempSync(join(tmpdir(), 'mobileops-docs-'));
  try {
    for (const [from, to] of PARTS) {
      const filter = (path) => from === 'docs/site' || !isLeftOut(path);
      cpSync(join(ROOT, from), join(workspace, to), { recursive: true, filter });
    }
    const argv = [join(ROOT, 'src/main.ts'), 'build', 'app:docs', '-C', workspace];
    const options = { env: environment(), encoding: 'utf8', cwd: workspace };
    const built = spawnSync(join(ROOT, 'node_modules/.bin/node'), argv, options);
    if (built.status !== 0)
      throw new Error(`the documentation cannot be built:\n${built.stdout}${built.stderr}`);
    return use(join(workspace, 'dist/mobile/docs'));
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

function typeOf(name) {
  const type = TYPES[extname(name)];
  if (type === undefined) throw new Error(`the documentation has ${name}, whose type nobody has said`);
  return type;
}

/** Makes the folder; tells how many files it has, or nothing where it was there. */
export function makeSite(folder) {
  const stamp = stampOfSources();
  if (isMadeOf(folder, stamp)) return undefined;
  return withBuilt((site) => {
    const names = filesBelow(site).map((path) => path.slice(site.length + 1));
    const served = names.filter((name) => !name.startsWith('_'));
    makeFolder(folder, stamp, (made) => {
      cpSync(site, made, { recursive: true });
      for (const name of served.filter((each) => PACKED.test(each))) pack(join(made, name), QUALITY);
      return { pages: {}, files: Object.fromEntries(served.map((name) => [name, typeOf(name)])) };
    });
    return served.length;
  });
}

if (process.argv[1] && basename(process.argv[1]) === 'site.mjs') {
  const count = makeSite(process.argv[2] ?? join(ROOT, 'build-cache', 'docs'));
  if (count !== undefined) console.log(`${count} files of documentation`);
}
