import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { realHost } from '../host/index.ts';
import { canFind } from './finds.ts';
import { Look } from './index.ts';
import type { Listing } from './listings.ts';

const host = realHost();
const options = { skip: canFind(host) ? false : 'not run: GNU find is missing' };

/** A folder with a workspace `ws` and a machine `usr`, gone afterwards. */
async function inFolder(work: (path: (name: string) => string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "mobileops-look-'"));
  try {
    for (const each of ['ws/build-cache', 'ws/a/b', 'ws/dist/x', 'usr/lib/large', 'usr/hidden'])
      mkdirSync(join(folder, each), { recursive: true });
    for (const each of ['ws/a/b/one', 'ws/a/b/two', 'ws/dist/x/out', 'usr/lib/l', 'usr/lib/large/f'])
      writeFileSync(join(folder, each), each);
    await work((name) => join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function begin(path: (name: string) => string): Look {
  const places = { root: path('ws'), store: path('store'), scratch: path('ws/build-cache') };
  return Look.begin(host, places)!;
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

describe('sources', options, () => {
  const check = (touch: (path: (name: string) => string) => void): Promise<void> =>
    inFolder(async (path) => {
      await settled(() => begin(path).sources());
      touch(path);
      assert.equal((await begin(path).sources())?.isRacy, true);
    });
  it('tell when a file is as young as the look', () =>
    check((path) => writeFileSync(path('ws/a/b/one'), '2')));
  it('tell when something went away just now', async () => {
    await check((path) => rmSync(path('ws/a/b/one')));
    await check((path) => rmSync(path('ws/a/b'), { recursive: true }));
  });
  it('are without what is never a source, and leave nothing behind', () =>
    inFolder(async (path) => {
      mkdirSync(path('ws/a/node_modules/dependency'), { recursive: true });
      const look = begin(path);
      assert.doesNotMatch(text(await look.sources()), /node_modules|build-cache|dist/);
      assert.match(text(await look.results()), /dist\/x\/out\0f /);
      assert.deepEqual(readdirSync(path('ws/build-cache')), ['look.clock']);
    }));
});

describe('the machine', options, () => {
  const treesOf = (path: (name: string) => string) => ({
    trees: [path('usr')],
    hidden: [path('usr/hidden')],
    large: [path('usr/lib/large')],
  });
  /** Whether an edit shows. */
  const shows = async (touch: (path: (name: string) => string) => void): Promise<boolean> => {
    let isOther = false;
    await inFolder(async (path) => {
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
    inFolder(async (path) => {
      const whole = treesOf(path);
      const first = text(await settled(() => begin(path).machine(whole)));
      const { trees } = whole;
      assert.notEqual(text(await begin(path).machine({ trees, hidden: [], large: [] })), first);
      assert.equal(text(await begin(path).machine(whole)), first);
      for (const name of readdirSync(path('store'))) writeFileSync(path(`store/${name}`), '{"trees":3}');
      assert.equal(text(await begin(path).machine(whole)), first);
    }));
});
