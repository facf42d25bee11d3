import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Digest, digestOf } from '../base/index.ts';
import { MemoryActionCache, MemoryCas } from '../cas/index.ts';
import { fakeDeb } from '../debian/testing.ts';
import { readDebCopyrights } from './deb-copyrights.ts';
import type { ImageDeb } from './image-debs.ts';
import { CACHE, fakeWorld } from './testing.ts';

/** Tells which files were asked for, and can lose blobs. */
class WatchedCas extends MemoryCas {
  readonly opened: string[] = [];
  readonly lost = new Set<string>();

  override get(digest: Digest): Uint8Array | undefined {
    return this.lost.has(digest.hash) ? undefined : super.get(digest);
  }

  override fileOf(digest: Digest, isExecutable: boolean): string | undefined {
    this.opened.push(digest.hash);
    return super.fileOf(digest, isExecutable);
  }
}

const documents = (name: string, content: string) => ({ path: `./usr/share/doc/${name}/copyright`, content });
const ARCHIVES: Readonly<Record<string, Uint8Array>> = {
  plain: fakeDeb({ files: [documents('plain', 'of plain')] }),
  empty: fakeDeb({ files: [documents('empty', '')] }),
  none: fakeDeb({ files: [{ path: './usr/bin/none', content: 'x' }] }),
  damaged: Buffer.from('no archive'),
};
const [PLAIN, EMPTY, NONE, DAMAGED] = Object.entries(ARCHIVES).map(([name, bytes]): ImageDeb => {
  const purl = `pkg:deb/debian/${name}@1`;
  return { name, version: '1', architecture: 'all', purl, digest: digestOf(bytes) };
}) as [ImageDeb, ImageDeb, ImageDeb, ImageDeb];
const ABSENT: ImageDeb = { ...PLAIN, name: 'absent', digest: digestOf('not in the store') };
const ALL = [PLAIN, EMPTY, NONE, DAMAGED, ABSENT];

function worldOf() {
  const { host, fs } = fakeWorld();
  const cas = new WatchedCas({ fs, root: '/store' });
  for (const bytes of Object.values(ARCHIVES)) cas.put(bytes);
  const { signal } = new AbortController();
  const context = { host, cas, actions: new MemoryActionCache(), cacheDirectory: CACHE, signal };
  const read = async (debs: readonly ImageDeb[]) => {
    const told: string[] = [];
    cas.opened.length = 0;
    await readDebCopyrights(context, debs, ({ name }, text) => told.push(`${name}: ${Buffer.from(text)}`));
    assert.deepEqual(fs.readDirectory(`${CACHE}/clients/work`), [], 'nothing is left');
    const opened = cas.opened.map((hash) => ALL.find(({ digest }) => digest.hash === hash)!.name);
    return { told: told.sort(), opened: opened.sort() };
  };
  return { cas, read };
}

test('an archive is read once: what it told, and that it has nothing to tell, is kept', async () => {
  const { read } = worldOf();
  const told = ['empty: ', 'plain: of plain'];
  assert.deepEqual(await read(ALL), { told, opened: ['damaged', 'empty', 'none', 'plain'] });
  assert.deepEqual(await read(ALL), { told, opened: ['damaged'] });
});

test('what an archive told of one package it does not tell of another', async () => {
  const { read } = worldOf();
  await read(ALL);
  assert.deepEqual(await read([{ ...PLAIN, name: 'other' }]), { told: [], opened: ['plain'] });
});

test('an archive is read again where the store has lost what it told, and tells nothing where it is lost itself', async () => {
  const { cas, read } = worldOf();
  await read(ALL);
  const told = digestOf('of plain');
  cas.lost.add(told.hash);
  assert.deepEqual((await read([PLAIN, NONE])).opened, ['plain']);
  cas.lost.clear();
  cas.lost.add(PLAIN.digest.hash);
  assert.deepEqual(await read([PLAIN]), { told: [], opened: [] });
});
