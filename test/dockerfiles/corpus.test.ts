/**
 * Each Dockerfile of the corpus without RUN, built by us and by buildah, held against each other member by member and field
 * by field. What buildah does not know is held against a listing that was written by hand from BuildKit's meaning.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { formatLabel } from '../../src/base/index.ts';
import { realHost } from '../../src/host/index.ts';
import { validateImage } from '../../src/oci/index.ts';
import { outsideNeedsOf } from '../../src/rules/image/outside-needs.ts';
import { openLayout } from '../../src/tools/index.ts';
import { type BuiltImage, imageText, layerText, readDirImage, readLayoutImage } from './built-image.ts';
import { buildCase, type CorpusCase, NOT_CONTEXT, readCase, readCorpus } from './corpus.ts';

/** The only differences that may be: fields and files of a case, each with its reason. An unlisted one fails. */
const ALLOWED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'add-archive-chown': { files: 'BuildKit gives --chown to what it unpacks, buildah does not' },
  arg: { 'config.Labels': 'within one ARG, BuildKit knows what stands in front; buildah does not' },
  'arg-after-env': {
    'config.Labels': 'for BuildKit the later of ENV and ARG counts; for buildah always ENV',
  },
  escape: {
    'config.Env': 'buildah knows the escape character for lines only, and takes a backslash in words',
    'config.Labels': 'the same',
  },
  expose: { 'config.ExposedPorts': 'BuildKit writes each port of a range, buildah the range' },
  'from-stage': {
    'config.Env': 'for BuildKit a stage knows the ARGs of the stage that it stands on',
    'config.Labels': 'the same',
  },
  'shell-instruction': {
    'config.Cmd': 'buildah 1.28 takes SHELL for RUN only',
    'config.Entrypoint': 'the same',
  },
  volume: { files: 'buildah makes some of the folders of VOLUME' },
};

/** The same for all cases: a field of theirs or ours that may be as it is. */
const ALLOWED_ALWAYS: Readonly<Record<string, (ours: unknown, theirs: unknown) => boolean>> = {
  /** buildah writes the name of the container that it worked in. */
  'config.Hostname': (ours) => ours === undefined,
  /** BuildKit begins a stage on scratch in `/`, buildah in none; both start there. */
  'config.WorkingDir': (ours, theirs) => ours === '/' && theirs === undefined,
};

const ROOT = mkdtempSync(join(tmpdir(), 'mobileops-corpus-'));
after(() => rmSync(ROOT, { recursive: true, force: true }));
const CORPUS = readCorpus();
const hasBuildah = spawnSync('buildah', ['--version']).error === undefined;
const built = new Map<string, Promise<string>>();

/** The layout of a case and of what it needs, each built once. */
function ours(name: string): Promise<string> {
  const known = built.get(name);
  if (known) return known;
  const each = CORPUS.find((other) => other.name === name)!;
  const out = join(ROOT, 'ours', name);
  const building = (async () => {
    for (const need of each.needs) await ours(need);
    await buildCase(each, { work: join(ROOT, 'work', name), layouts: join(ROOT, 'ours'), out });
    return out;
  })();
  built.set(name, building);
  return building;
}

/** Built by buildah too in every run of the tests; the others where MOBILEOPS_CORPUS is `all`, as in .ci/full. */
const IN_EVERY_RUN: readonly string[] = [
  'add-archive',
  'arg',
  'copy-chown',
  'copy-exclude',
  'copy-from-stage',
  'copy-glob',
  'healthcheck',
  'onbuild-child',
];
const isWhole = process.env.MOBILEOPS_CORPUS === 'all';

const byBuildah = new Map<string, BuiltImage>();

function theirs(each: CorpusCase): BuiltImage {
  const known = byBuildah.get(each.name);
  if (known) return known;
  for (const need of each.needs) theirs(CORPUS.find(({ name }) => name === need)!);
  const context = join(ROOT, 'contexts', each.name);
  cpSync(each.folder, context, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !NOT_CONTEXT.some((name) => path === join(each.folder, name)),
  });
  // We know files that may be run and others; a checkout may have the modes of somebody's umask.
  spawnSync('chmod', ['-R', 'u=rwX,go=rX', context]);
  const tag = `mobileops-${each.name}`;
  const build = ['bud', '--isolation=chroot', '--timestamp', '0', '--format', 'docker'];
  buildah([
    ...build,
    '--identity-label=false',
    '--pull-never',
    '-q',
    '-t',
    tag,
    '-f',
    join(context, 'Dockerfile'),
    context,
  ]);
  const out = join(ROOT, 'theirs', each.name);
  mkdirSync(join(ROOT, 'theirs'), { recursive: true });
  buildah(['push', '-q', tag, `dir:${out}`]);
  const image = readDirImage(out);
  byBuildah.set(each.name, image);
  return image;
}

function buildah(args: readonly string[]): void {
  const storage = [
    '--root',
    join(ROOT, 'storage'),
    '--runroot',
    join(ROOT, 'run'),
    '--storage-driver',
    'vfs',
  ];
  const { status, stderr } = spawnSync('buildah', [...storage, ...args], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

/** What differs: fields by name, and the files of the whole, since buildah makes one layer of all instructions. */
function differences(a: BuiltImage, b: BuiltImage): Record<string, { ours: unknown; theirs: unknown }> {
  const found: Record<string, { ours: unknown; theirs: unknown }> = {};
  const compare = (name: string, left: unknown, right: unknown): void => {
    if (ALLOWED_ALWAYS[name]?.(left, right)) return;
    if (JSON.stringify(sorted(left)) !== JSON.stringify(sorted(right)))
      found[name] = { ours: left, theirs: right };
  };
  for (const name of new Set([...Object.keys(a.fields), ...Object.keys(b.fields)]))
    compare(name, a.fields[name], b.fields[name]);
  compare('files', layerText(a.files), layerText(b.files));
  return found;
}

/** Objects of JSON have no order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([x], [y]) => (x < y ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  );
}

for (const each of CORPUS.filter(({ hasRun }) => !hasRun)) {
  test(`${each.name} is a valid image`, async () => {
    const layout = await ours(each.name);
    assert.deepEqual(await validateImage(openLayout(realHost().fs, layout)), []);
  });
  if (each.expected !== undefined) {
    test(`${each.name} is what BuildKit makes of it`, async () => {
      assert.equal(imageText(readLayoutImage(await ours(each.name))), each.expected);
    });
    continue;
  }
  if (!isWhole && !IN_EVERY_RUN.includes(each.name)) continue;
  test(`${each.name} is what buildah makes of it`, async (t) => {
    if (!hasBuildah) return t.skip('not run: buildah is missing');
    const found = differences(readLayoutImage(await ours(each.name)), theirs(each));
    const allowed = ALLOWED[each.name] ?? {};
    const unlisted = Object.entries(found).filter(([what]) => !Object.hasOwn(allowed, what));
    assert.deepEqual(Object.fromEntries(unlisted), {});
    assert.deepEqual(
      Object.keys(allowed).filter((what) => !Object.hasOwn(found, what)),
      [],
      'listed, but the same',
    );
  });
}

for (const each of CORPUS.filter(({ hasRun }) => hasRun)) {
  test(`${each.name} is read`, () => {
    const { diagnostics, image } = readCase(each);
    assert.deepEqual(
      diagnostics.map(({ message }) => message),
      [],
    );
    assert.ok(outsideNeedsOf(image!.plan).runs);
    assert.deepEqual(
      each.needs.map((name) => formatLabel({ kind: 'image', name })),
      ['image:shell'],
    );
  });
}
