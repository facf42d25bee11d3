/**
 * Each Dockerfile of the corpus, built by the real command line, by BuildKit, which says what the language means, and by
 * buildah, held against each other member by member and field by field. BuildKit builds all of it where MOBILEOPS_CORPUS is
 * `all`, as in .ci/full, buildah some in every run. What buildah does not know is held against a listing too.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { installImagePeers } from '../../bench/images/peers.ts';
import { realHost } from '../../src/host/index.ts';
import { validateImage } from '../../src/oci/index.ts';
import { outsideNeedsOf } from '../../src/rules/image/outside-needs.ts';
import { openLayout } from '../../src/tools/index.ts';
import { debianBase } from '../debian-base.ts';
import { type Allowed, isAllowedAlways, WITH_BUILDAH, WITH_BUILDKIT } from './allowed.ts';
import { type BuiltImage, imageText, readDirImage, readLayoutImage } from './built-image.ts';
import { Buildah } from './by-buildah.ts';
import { BuildKit } from './by-buildkit.ts';
import { OurBuilder } from './by-us.ts';
import { buildCase, type CorpusCase, readCase, readCorpus } from './corpus.ts';
import { CorpusPlace } from './corpus-place.ts';
import { type Depth, differences } from './differences.ts';
import { eachOnce } from './each-once.ts';

const IN_EVERY_RUN: readonly string[] = [
  'add-archive',
  'arg',
  'copy-chown',
  'copy-from-stage',
  'onbuild-child',
  'run-delete',
  'run-links',
  'run-user-workdir',
];
const isWhole = process.env.MOBILEOPS_CORPUS === 'all';
const SUITE = { timeout: 600_000 };

const CORPUS = readCorpus();

const closing: (() => void | Promise<void>)[] = [];
after(async () => {
  for (const close of closing.toReversed()) await close();
});

/** Opened when a test first needs it, and closed after the last. */
function once<T extends { close(): void | Promise<void> }>(open: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () => {
    value ??= open().then((each) => {
      closing.push(() => each.close());
      return each;
    });
    return value;
  };
}

const programs = isWhole ? installImagePeers() : '';
const place = once(() => CorpusPlace.open(CORPUS));
const us = once(async () => OurBuilder.open(await place(), baseLayout()));
const buildah = once(async () => Buildah.open(await place(), baseLayout()));
const buildKit = once(async () => BuildKit.open(await place(), { base: baseLayout(), programs }));

function baseLayout(): string {
  const base = debianBase();
  assert.ok('layout' in base);
  return base.layout;
}

/** Why a case cannot be compared. */
function missingFor(judge: Judge): string | undefined {
  const missing = judge.missing() ?? OurBuilder.missing();
  if (missing !== undefined) return missing;
  const base = debianBase();
  return 'missing' in base ? base.missing : undefined;
}

interface Judge {
  readonly name: string;
  readonly depth: Depth;
  readonly allowed: Allowed;
  missing(): string | undefined;
  build(each: CorpusCase): Promise<BuiltImage>;
}

const BUILDKIT: Judge = {
  name: 'BuildKit',
  depth: 'layers',
  allowed: WITH_BUILDKIT,
  missing: () => BuildKit.missing(programs),
  build: async (each) => readLayoutImage(await (await buildKit()).build(each)),
};
const BUILDAH: Judge = {
  name: 'buildah',
  depth: 'files',
  allowed: WITH_BUILDAH,
  missing: () => Buildah.missing(),
  build: async (each) => readDirImage(await (await buildah()).build(each)),
};

function compare(each: CorpusCase, judge: Judge): void {
  test(`${each.name} is what ${judge.name} makes of it`, SUITE, async (t) => {
    const missing = missingFor(judge);
    if (missing !== undefined) return t.skip(`not run: ${missing}`);
    const ours = readLayoutImage(await (await us()).build(each));
    const found = differences(ours, await judge.build(each), judge.depth).filter(
      (difference) => !isAllowedAlways(difference),
    );
    const allowed = Object.values(judge.allowed[each.name] ?? {}).flat();
    assert.deepEqual(
      found.filter(({ what }) => !allowed.includes(what)),
      [],
    );
    assert.deepEqual(
      allowed.filter((name) => !found.some(({ what }) => what === name)),
      [],
      'listed, but the same',
    );
  });
}

for (const each of CORPUS) {
  if (isWhole) compare(each, BUILDKIT);
  if (IN_EVERY_RUN.includes(each.name)) compare(each, BUILDAH);
}

const folder = mkdtempSync(join(tmpdir(), 'mobileops-assembled-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The layout of a case without RUN, by our reader and assembler alone. */
const assemble: (each: CorpusCase) => Promise<string> = eachOnce(async (each) => {
  const layouts = join(folder, 'layouts');
  for (const need of each.needs) await assemble(CORPUS.find(({ name }) => name === need)!);
  const out = join(layouts, each.name);
  await buildCase(each, { work: join(folder, 'work', each.name), layouts, out });
  return out;
});

for (const each of CORPUS.filter(({ hasRun }) => !hasRun)) {
  test(`${each.name} is a valid image`, async () => {
    assert.deepEqual(await validateImage(openLayout(realHost().fs, await assemble(each))), []);
  });
  if (each.expected === undefined) continue;
  test(`${each.name} is what was written down`, async () => {
    assert.equal(imageText(readLayoutImage(await assemble(each))), each.expected);
  });
}

for (const each of CORPUS.filter(({ hasRun }) => hasRun)) {
  test(`${each.name} is read`, () => {
    const { diagnostics, image } = readCase(each);
    assert.deepEqual(
      diagnostics.map(({ message }) => message),
      [],
    );
    assert.ok(outsideNeedsOf(image!.plan).runs.length > 0);
  });
}
