import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { realHost } from '../host/index.ts';
import { canFind } from './finds.ts';
import { Look } from './index.ts';
import { findLister, makeLister } from './lister.ts';
import type { Listing } from './listings.ts';

const host = realHost();
const source = join(import.meta.dirname, 'lister.c');
const compiled = mkdtempSync(join(tmpdir(), 'mobileops-lister-'));
after(() => rmSync(compiled, { recursive: true }));
await makeLister(host, { source, store: compiled }, new AbortController().signal);
const hasLister = findLister(host.fs, { source, store: compiled }) !== undefined;

const WAYS = [
  { way: 'find', skip: canFind(host) ? false : 'not run: GNU find is missing' },
  { way: 'our lister', skip: hasLister ? false : 'not run: a C compiler is missing' },
] as const;
type Way = (typeof WAYS)[number]['way'];

type Path = (name: string) => string;

/** A folder with a workspace `ws` and a machine `usr`, gone afterwards. */
async function inFolder(way: Way, work: (path: Path) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "mobileops-look-'"));
  try {
    for (const each of ['ws/build-cache', 'ws/a/b', 'ws/dist/x', 'usr/lib/large', 'usr/hidden'])
      mkdirSync(join(folder, each), { recursive: true });
    for (const each of ['ws/a/b/one', 'ws/a/b/two', 'ws/dist/x/out', 'usr/lib/l', 'usr/lib/large/f'])
      writeFileSync(join(folder, each), each);
    if (way === 'our lister') cpSync(compiled, join(folder, 'store'), { recursive: true });
    await work((name) => join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function begin(path: Path, store = 'store', by: typeof host = host): Look {
  const places = { root: path('ws'), store: path(store), scratch: path('ws/build-cache'), source };
  return Look.begin(by, places)!;
}

/** The machine as it is for a look that begins at the very moment at which this was changed last, however busy it is. */
function atChangeOf(changed: string): typeof host {
  const { ctimeMs } = host.fs.lstat(changed)!;
  const lstat: typeof host.fs.lstat = (each) => {
    const stat = host.fs.lstat(each);
    return stat && each.endsWith('/look.clock') ? { ...stat, mtimeMs: ctimeMs } : stat;
  };
  return { ...host, fs: { ...host.fs, lstat } };
}

/** Looks until all is older than the look. */
async function settled(look: () => Promise<Listing | undefined>): Promise<Listing> {
  for (let tries = 0; tries < 1000; tries++) {
    const listing = await look();
    if (listing?.isRacy === false) return listing;
  }
  throw new Error('the files stay young');
}

const text = (listing: Listing | undefined): string => Buffer.from(listing?.bytes ?? []).toString();

function sources(way: Way): void {
  const check = (changed: string, touch: (path: Path) => void): Promise<void> =>
    inFolder(way, async (path) => {
      await settled(() => begin(path).sources());
      touch(path);
      const now = atChangeOf(path(changed));
      assert.equal((await begin(path, 'store', now).sources())?.isRacy, true);
    });
  it('tell when a file is as young as the look', () =>
    check('ws/a/b/one', (path) => writeFileSync(path('ws/a/b/one'), '2')));
  it('tell when something went away just now', async () => {
    await check('ws/a/b', (path) => rmSync(path('ws/a/b/one')));
    await check('ws/a', (path) => rmSync(path('ws/a/b'), { recursive: true }));
  });
  it('are without what is never a source, and leave nothing behind', () =>
    inFolder(way, async (path) => {
      mkdirSync(path('ws/a/node_modules/dependency'), { recursive: true });
      const look = begin(path);
      assert.doesNotMatch(text(await look.sources()), /node_modules|build-cache|dist/);
      assert.match(text(await look.results()), /dist\/x\/out\0f /);
      const left = readdirSync(path('ws/build-cache')).filter((name) => !name.endsWith('.names'));
      assert.deepEqual(left, ['look.clock']);
    }));
}

function machine(way: Way): void {
  const treesOf = (path: Path) => ({
    trees: [path('usr')],
    hidden: [path('usr/hidden')],
    large: [path('usr/lib/large')],
  });
  /** Whether an edit shows. */
  const shows = async (touch: (path: Path) => void): Promise<boolean> => {
    let isOther = false;
    await inFolder(way, async (path) => {
      const before = await settled(() => begin(path).machine(treesOf(path)));
      touch(path);
      isOther = text(await begin(path).machine(treesOf(path))) !== text(before);
    });
    return isOther;
  };
  it('shows an edit, also one that gives back its time', async () => {
    assert.ok(await shows((path) => writeFileSync(path('usr/lib/l'), 'edited')));
    assert.ok(await shows((path) => utimesSync(path('usr/lib/l'), 1, 1)));
  });
  it('shows what came and went', async () => {
    assert.ok(await shows((path) => symlinkSync('l', path('usr/lib/m'))));
    assert.ok(await shows((path) => rmSync(path('usr/lib/l'))));
  });
  it('is without what is hidden and the inside of what is large', async () => {
    assert.ok(!(await shows((path) => writeFileSync(path('usr/hidden/new'), ''))));
    assert.ok(!(await shows((path) => writeFileSync(path('usr/lib/large/f'), 'edited'))));
    assert.ok(await shows((path) => rmSync(path('usr/lib/large'), { recursive: true })));
  });
  it('is looked at anew when another part of it is shown, or what was remembered is damaged', () =>
    inFolder(way, async (path) => {
      const whole = treesOf(path);
      const first = text(await settled(() => begin(path).machine(whole)));
      const { trees } = whole;
      assert.notEqual(text(await begin(path).machine({ trees, hidden: [], large: [] })), first);
      assert.equal(text(await begin(path).machine(whole)), first);
      for (const name of readdirSync(path('store')).filter((each) => each.endsWith('.json')))
        writeFileSync(path(`store/${name}`), '{"trees":3}');
      assert.equal(text(await begin(path).machine(whole)), first);
    }));
}

for (const { way, skip } of WAYS) {
  describe(`sources, by ${way}`, { skip }, () => sources(way));
  describe(`the machine, by ${way}`, { skip }, () => machine(way));
}

/** A mark says only when it was looked. */
function unmarked(listing: Listing | undefined): string {
  return text(listing).replaceAll('\u0001', '');
}

describe('our lister', { skip: WAYS.find(({ skip }) => skip)?.skip ?? false }, () => {
  /** Small trees in which names meet again. */
  const NAMES = ['a', 'b', 'src', '.git', 'node_modules', '.venv', 'dist', 'line\nbreak', "it's", 'ü'];
  const name = fc.constantFrom(...NAMES);
  const edit = fc.record({
    what: fc.constantFrom('file', 'folder', 'link', 'remove', 'rename', 'mode', 'time', 'hard link'),
    path: fc.array(name, { minLength: 1, maxLength: 4 }),
    other: fc.array(name, { minLength: 1, maxLength: 3 }),
  });
  type Edit = { what: string; path: string[]; other: string[] };

  function apply({ what, path, other }: Edit, root: string): void {
    const at = join(root, ...path);
    const to = join(root, ...other);
    try {
      if (what === 'file') writeFileSync(at, path.join(''));
      else if (what === 'folder') mkdirSync(at, { recursive: true });
      else if (what === 'link') symlinkSync(other.join('/'), at);
      else if (what === 'remove') rmSync(at, { recursive: true });
      else if (what === 'rename') renameSync(at, to);
      else if (what === 'mode') chmodSync(at, 0o700 + path.length);
      else if (what === 'time') utimesSync(at, path.length, other.length);
      else linkSync(at, to);
    } catch (error) {
      assert.ok(error instanceof Error && 'code' in error);
    }
  }

  const everything = async (path: Path, store: string): Promise<string[]> => {
    const trees = {
      trees: [path('ws'), path('usr')],
      hidden: [path('ws/b'), path('ws/build-cache')],
      large: [path('ws/src')],
    };
    const places = { root: path('ws'), store: path(store), scratch: path('ws/build-cache'), source };
    const look = Look.begin(host, places)!;
    const machine = await look.machine(trees);
    return [unmarked(await look.sources()), unmarked(await look.results()), unmarked(machine)];
  };

  it('lists what find lists, also from memory after any edits', async () => {
    const some = fc.array(edit, { maxLength: 6 });
    const edits = fc.array(fc.tuple(some, some), { minLength: 1, maxLength: 3 });
    const property = fc.asyncProperty(edits, (rounds) =>
      inFolder('our lister', async (path) => {
        for (const [early, late] of rounds) {
          for (const each of early) apply(each, path('ws'));
          assert.deepEqual(await everything(path, 'store'), await everything(path, 'no-lister'));
          // Only what is old enough is remembered and believed.
          await settled(() => begin(path, 'no-lister').sources());
          assert.deepEqual(await everything(path, 'store'), await everything(path, 'no-lister'));
          for (const each of late) apply(each, path('ws'));
          await settled(() => begin(path, 'no-lister').sources());
          assert.deepEqual(await everything(path, 'store'), await everything(path, 'no-lister'));
        }
      }),
    );
    await fc.assert(property, { numRuns: 30 });
  });

  it('does not believe a damaged memory, and makes a new one', () =>
    inFolder('our lister', async (path) => {
      await settled(() => begin(path).sources());
      const names = readdirSync(path('ws/build-cache')).filter((each) => each.endsWith('.names'));
      assert.equal(names.length, 2);
      const expected = await everything(path, 'no-lister');
      for (const each of names) {
        const file = path(`ws/build-cache/${each}`);
        const whole = readFileSync(file);
        for (let at = 0; at < whole.byteLength; at += 7) {
          const damaged = Buffer.from(whole);
          damaged[at]! ^= 1 << (at % 8);
          writeFileSync(file, at % 2 === 0 ? damaged : damaged.subarray(0, at));
          const [sources, results] = await everything(path, 'store');
          assert.deepEqual([sources, results], expected.slice(0, 2));
        }
      }
    }));
});
