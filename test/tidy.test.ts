/** What a reader may rely on in every file: sizes, names, headers, licences, documents in step with the code. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Files that git tracks or would; without git, all but what is made. */
function files(): string[] {
  const git = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (git.status === 0)
    return [...new Set(git.stdout.split('\0'))].filter(
      (path) => path && lstatSync(join(ROOT, path), { throwIfNoEntry: false })?.isFile(),
    );
  const made = /(^|\/)(node_modules|dist|build|build-cache|\.git)\//;
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .filter((path) => !made.test(path));
}

const FILES = files();
const CODE = FILES.filter(
  (path) =>
    /^(src|test|bench|scripts|bin|web)\/.*\.(ts|tsx|mjs|py)$/.test(path) &&
    !/\/(fixtures|golden)\//.test(path),
);
const MODULES = readdirSync(join(ROOT, 'src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test('the files were seen', () => {
  assert.ok(FILES.length > 100);
  assert.ok(CODE.length > 100);
});

test('every module has a face that opens with what it is', () => {
  const wrong = MODULES.filter((name) => {
    const path = join(ROOT, 'src', name, 'index.ts');
    if (!existsSync(path)) return true;
    const header = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
    return header.replace(/[\s*]+/g, ' ').length < 60;
  });
  assert.deepEqual(wrong, []);
});

test('ARCHITECTURE.md names every module, and no other', () => {
  const named = [...read('ARCHITECTURE.md').matchAll(/^\*\*`src\/([a-z]+)\/?`\*\*/gm)].map(
    (match) => match[1],
  );
  assert.deepEqual(named.sort(), [...MODULES].sort());
  assert.ok(read('ARCHITECTURE.md').split('\n').length <= 250);
});

/** Limits of the style: lines of a file and of a function. A raise is a commit of its own that says why. */
const MAX_FILE_LINES = 400;
const MAX_TEST_LINES = 800;
const MAX_FUNCTION_LINES = 60;
/** The sandbox's launcher is one program in one file, because it is started before anything of ours is in place. */
const LONG_FILES: Readonly<Record<string, number>> = { 'src/execution/launcher.py': 800 };

test('files are short', () => {
  const wrong = CODE.filter((path) => {
    const limit = LONG_FILES[path] ?? (/\.test\.ts$/.test(path) ? MAX_TEST_LINES : MAX_FILE_LINES);
    return read(path).split('\n').length - 1 > limit;
  });
  assert.deepEqual(wrong, []);
});

test('functions are short', () => {
  const wrong = CODE.filter(
    (path) => /\.tsx?$/.test(path) && !/\.test\.ts$|\/testing\.ts$/.test(path),
  ).flatMap((path) => longFunctions(read(path)).map((line) => `${path}:${line}`));
  assert.deepEqual(wrong, []);
});

/** Lines where a function begins that is too long: it ends at the first line that closes at the same indentation. */
function longFunctions(text: string): number[] {
  const lines = text.split('\n');
  const opens =
    /^(\s*)(?:export )?(?:async )?(?:(?:function\b|(?:static )?(?:async )?[#\w]+\s*\()[^;=]*\{|(?:const|let) \w+ = .*=> \{)\s*$/;
  return lines.flatMap((line, at) => {
    const match = opens.exec(line);
    if (!match || /^\s*(if|for|while|switch|catch|else|return)\b/.test(line)) return [];
    const end = lines.findIndex((each, index) => index > at && each.startsWith(`${match[1]}}`));
    return end - at + 1 > MAX_FUNCTION_LINES ? [at + 1] : [];
  });
}

test('names say what a file holds', () => {
  const wrong = CODE.filter(
    (path) => /(^|\/)(utils?|helpers?|misc|common)\.[a-z]+$/.test(path) || !/^[a-z0-9./_-]+$/.test(path),
  );
  assert.deepEqual(wrong, []);
});

test('nothing is left for later in a comment', () => {
  const marks = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`);
  assert.deepEqual(
    CODE.filter((path) => marks.test(read(path))),
    [],
  );
});

test('no test is left out or alone', () => {
  const alone = /\b(?:test|it|describe|suite)\.(only|skip|todo)\(/;
  assert.deepEqual(
    CODE.filter((path) => path.endsWith('.test.ts') && alone.test(read(path))),
    [],
  );
});

test('no address of a package registry and no place of one machine is in the repository', () => {
  const hosts = [
    'registry.npm' + 'js.org',
    'py' + 'pi.org',
    'files.python' + 'hosted.org',
    'repo1.ma' + 'ven.org',
    'repo.ma' + 'ven.apache.org',
  ];
  const places = ['/wor' + 'k/main', '/wor' + 'k/shared', '/ro' + 'ot/.', '/home/' + 'builder'];
  const wrong = FILES.filter((path) => {
    const text = read(path);
    return [...hosts, ...places].some((each) => text.includes(each));
  });
  assert.deepEqual(wrong, []);
});

const LICENCES = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'MIT OR Apache-2.0',
  '(MIT AND Zlib)',
  'BlueOak-1.0.0',
  'Python-2.0',
  'CC0-1.0',
  'Unlicense',
]);

/** Packages that tests alone run and nothing of ours contains, so that a copyleft by file asks nothing of us. */
const TESTS_ALONE: Readonly<Record<string, string>> = { 'axe-core': 'MPL-2.0' };

test('the licences of all packages fit', () => {
  const wrong = packages(join(ROOT, 'node_modules')).filter(
    ({ name, licence }) => !LICENCES.has(licence) && TESTS_ALONE[name] !== licence,
  );
  assert.deepEqual(wrong, []);
});

function packages(folder: string): { name: string; licence: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory() || entry.name.startsWith('.')) return [];
    if (entry.name.startsWith('@')) return packages(path);
    const file = join(path, 'package.json');
    if (!existsSync(file)) return [];
    const { name, license } = JSON.parse(readFileSync(file, 'utf8')) as { name: string; license?: string };
    return [{ name, licence: license ?? 'none' }, ...packages(join(path, 'node_modules'))];
  });
}

/** `module/name`, as codes are written in the source; a test may make up its own. */
const CODE_TEXT = /\bcode: '([a-z]+\/[a-z0-9-]+)'/g;

test('every diagnostic code is listed by its module and described in the reference', async () => {
  const listed = await listedCodes();
  const reference = read('docs/reference/diagnostics.md');
  const used = CODE.filter(
    (path) => path.startsWith('src/') && !/\.test\.ts$|\/testing\.ts$/.test(path),
  ).flatMap((path) => [...read(path).matchAll(CODE_TEXT)].map((match) => ({ path, code: match[1]! })));
  assert.deepEqual(
    used.filter(({ code }) => !listed.has(code)),
    [],
  );
  assert.deepEqual(
    [...listed].filter((code) => !reference.includes(`\n### ${code}\n`)),
    [],
  );
});

/** Codes of every `diagnostics.ts`: each exports a record by code. */
async function listedCodes(): Promise<Set<string>> {
  const lists = CODE.filter((path) => /^src\/.*\/(\w+-)?diagnostics\.ts$/.test(path));
  const codes = new Set<string>();
  for (const path of lists) {
    const exports: Record<string, unknown> = await import(join(ROOT, path));
    for (const value of Object.values(exports)) {
      if (typeof value === 'object' && value !== null) for (const code of Object.keys(value)) codes.add(code);
    }
  }
  return codes;
}
