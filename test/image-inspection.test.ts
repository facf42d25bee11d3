/** Whether what `image diff` says of files is what an independent tool unpacks. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { realHost } from '../src/host/index.ts';
import { diffImages, openImage } from '../src/inspection/index.ts';
import {
  layoutOf,
  MACHINE,
  tarOf,
  type WrittenImage,
  type WrittenMember,
} from '../src/inspection/testing.ts';

const PAIRS = 12;
const NAMES = ['a', 'b', 'c'];

/** Folders state themselves: what is made of one that no layer states is an engine's own choice. */
const folder = (name: string): WrittenMember => ({ name: `${name}/`, type: '5', mode: 0o755, mtime: 1_000 });

/** Whiteouts, replacements of every kind by every other, opaque folders and hard links, three folders deep at most. */
const layer = fc
  .array(
    fc.record({
      path: fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }),
      kind: fc.constantFrom('file', 'file', 'folder', 'symlink', 'whiteout', 'opaque', 'hardlink'),
      content: fc.constantFrom('', 'x', 'y\n', 'z'.repeat(2000)),
      mode: fc.constantFrom(0o644, 0o600, 0o4755),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((wishes) => membersOf(wishes));

interface Wish {
  readonly path: readonly string[];
  readonly kind: string;
  readonly content: string;
  readonly mode: number;
}

/** A layer that makes sense: each name once, folders before what they hold, links to files of the layer. */
function membersOf(wishes: readonly Wish[]): readonly WrittenMember[] {
  const members = new Map<string, WrittenMember>();
  const files: string[] = [];
  const isFree = (path: string): boolean => !members.has(path) && !members.has(`${path}/`);
  for (const { path, kind, content, mode } of wishes) {
    const name = path.join('/');
    const above = path.slice(0, -1).map((_, at) => path.slice(0, at + 1).join('/'));
    if (!isFree(name) || above.some((each) => members.has(each) || members.has(whiteoutOf(each)))) continue;
    for (const each of above) if (!members.has(`${each}/`)) members.set(`${each}/`, folder(each));
    const common = { name, mode, mtime: 2_000 };
    if (kind === 'file') {
      members.set(name, { ...common, content });
      files.push(name);
    } else if (kind === 'folder') members.set(`${name}/`, folder(name));
    else if (kind === 'symlink') members.set(name, { ...common, type: '2', target: `to-${content.length}` });
    else if (kind === 'whiteout' && isFree(whiteoutOf(name)))
      members.set(whiteoutOf(name), { name: whiteoutOf(name) });
    else if (kind === 'opaque' && above.length > 0) {
      const opaque = `${above.at(-1)}/.wh..wh..opq`;
      members.set(opaque, { name: opaque });
    } else if (kind === 'hardlink' && files.length > 0)
      members.set(name, { ...common, type: '1', target: files.at(-1)! });
  }
  return [...members.values()];
}

function whiteoutOf(path: string): string {
  return join(dirname(path), `.wh.${path.split('/').at(-1)}`);
}

function write(root: string, image: WrittenImage): string {
  for (const [path, bytes] of layoutOf([image])) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
  return root;
}

/** Every path that umoci unpacks with what it is; names of one file by the first of them. */
function unpacked(layout: string): ReadonlyMap<string, string> {
  const bundle = `${layout}-bundle`;
  const rootless = process.getuid!() === 0 ? [] : ['--rootless'];
  execFileSync('umoci', ['unpack', ...rootless, '--image', `${layout}:t`, bundle], { stdio: 'pipe' });
  const format = '%P\\t%i\\t%y %m %U:%G %l %T@ %s\\n';
  const listing = execFileSync('find', ['.', '-mindepth', '1', '-printf', format], {
    cwd: join(bundle, 'rootfs'),
    encoding: 'utf8',
  });
  const first = new Map<string, string>();
  const lines = listing
    .split('\n')
    .filter((line) => line !== '')
    .sort();
  return new Map(
    lines.map((line) => {
      const [path = '', inode = '', what = ''] = line.split('\t');
      const isFile = what.startsWith('f');
      // Of a folder the size is the file system's; its time is when umoci last took something away from it.
      if (what.startsWith('d')) return [path, what.replace(/ \S+ \d+$/, '')];
      if (!isFile) return [path, what];
      if (!first.has(inode)) first.set(inode, path);
      const sum = execFileSync('sha256sum', ['--', path], { cwd: join(bundle, 'rootfs'), encoding: 'utf8' });
      return [path, `${what} ${sum.slice(0, 64)} ${first.get(inode)}`];
    }),
  );
}

function differing(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string[] {
  const change = (path: string): string => (!a.has(path) ? 'added' : !b.has(path) ? 'removed' : 'changed');
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((path) => a.get(path) !== b.get(path))
    .map((path) => `${change(path)} ${path}`)
    .sort();
}

test('image diff names the files that differ where umoci unpacks both', async (t: TestContext) => {
  if (spawnSync('umoci', ['--version']).error) return t.skip('not run: umoci is missing');
  const root = mkdtempSync(join(tmpdir(), 'mobileops-inspection-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const images = fc.sample(fc.tuple(fc.array(layer, { minLength: 1, maxLength: 4 }), layer), {
    numRuns: PAIRS,
    seed: 4,
  });
  const world = { fs: realHost().fs, signal: new AbortController().signal };
  let found = 0;
  for (const [at, [layers, more]] of images.entries()) {
    const tars = layers.map((members) => tarOf(members));
    const a = write(join(root, `a${at}`), { layers: tars, tag: 't' });
    const b = write(join(root, `b${at}`), { layers: [...tars, tarOf(more)], tag: 't' });
    const open = (path: string) => openImage(world, { name: path, path, machine: MACHINE });
    const [openedA, openedB] = [await open(a), await open(b)];
    assert.ok(openedA.ok && openedB.ok);
    const diff = await diffImages(openedA.value, openedB.value, { withMembers: false });
    assert.ok(diff.ok, JSON.stringify(diff));
    const ours = diff.value.files.map(({ change, path }) => `${change} ${path}`).sort();
    const theirs = differing(unpacked(a), unpacked(b));
    assert.deepEqual(ours, theirs, JSON.stringify({ layers, more }, undefined, 1));
    found += ours.length;
  }
  assert.ok(found > PAIRS);
});
