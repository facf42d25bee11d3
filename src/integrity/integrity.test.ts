/** A baseline of files is the same for the same files, and every difference from it is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MemoryFileSystem } from '../host/testing.ts';
import { baselineText, parseBaseline } from './baseline.ts';
import { compareEntries, compareTools } from './compare.ts';
import { measureFiles } from './measure.ts';
import { measureTools } from './tools.ts';

const { signal } = new AbortController();

function workspace(): MemoryFileSystem {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/w/scripts/lib');
  fs.writeFile('/w/scripts/build.sh', '#!/bin/sh\n', 0o755);
  fs.writeFile('/w/scripts/lib/a.sh', 'a\n');
  fs.symlink('lib/a.sh', '/w/scripts/link');
  fs.writeFile('/w/other', 'not covered');
  return fs;
}

const measure = async (fs: MemoryFileSystem) =>
  (await measureFiles({ fs }, { root: '/w', covers: ['scripts'], signal })).entries;

const CHANGES: readonly (readonly [string, (fs: MemoryFileSystem) => void, readonly string[]])[] = [
  ['nothing', () => {}, []],
  ['a file outside', (fs) => fs.writeFile('/w/other', 'x'), []],
  [
    'content',
    (fs) => fs.writeFile('/w/scripts/build.sh', '#!/bin/sh\nevil\n', 0o755),
    ['changed scripts/build.sh: content'],
  ],
  [
    'a mode',
    (fs) => fs.chmod('/w/scripts/lib/a.sh', 0o4755),
    ['changed scripts/lib/a.sh: mode 4755, was 0644'],
  ],
  [
    'the mode of a folder',
    (fs) => fs.chmod('/w/scripts/lib', 0o777),
    ['changed scripts/lib: mode 0777, was 0755'],
  ],
  [
    'a link',
    (fs) => {
      fs.unlink('/w/scripts/link');
      fs.symlink('/etc/passwd', '/w/scripts/link');
    },
    ['changed scripts/link: leads to /etc/passwd, was lib/a.sh'],
  ],
  [
    'a file that became a link',
    (fs) => {
      fs.unlink('/w/scripts/build.sh');
      fs.symlink('lib/a.sh', '/w/scripts/build.sh');
    },
    ['changed scripts/build.sh: a symlink, was a file'],
  ],
  [
    'a folder that went, and a pipe that came',
    (fs) => {
      fs.remove('/w/scripts/lib');
      fs.makePipe('/w/scripts/new');
    },
    ['missing scripts/lib', 'missing scripts/lib/a.sh', 'added scripts/new'],
  ],
  [
    'all of it',
    (fs) => fs.remove('/w/scripts'),
    ['scripts', 'scripts/build.sh', 'scripts/lib', 'scripts/lib/a.sh', 'scripts/link'].map(
      (path) => `missing ${path}`,
    ),
  ],
];

for (const [name, change, expected] of CHANGES) {
  test(`a change: ${name}`, async () => {
    const fs = workspace();
    const text = baselineText({ covers: ['scripts'], entries: await measure(fs), tools: [] });
    assert.equal(text, baselineText({ covers: ['scripts'], entries: await measure(workspace()), tools: [] }));
    const read = parseBaseline(text, '/b');
    assert.ok(read.ok);
    change(fs);
    const found = compareEntries(read.value.entries, await measure(fs));
    assert.deepEqual(
      found.map(({ path, kind, what }) => [`${kind} ${path}`, ...what].join(': ')),
      expected,
    );
  });
}

test('what cannot be read is said, and the rest still looked at', async () => {
  const fs = workspace();
  fs.addFault({ operation: 'open', path: /build\.sh/, code: 'EACCES' });
  const { entries, problems } = await measureFiles({ fs }, { root: '/w', covers: ['scripts'], signal });
  assert.deepEqual(
    problems.map(({ code, path }) => `${code} ${path}`),
    ['integrity/unreadable scripts/build.sh'],
  );
  assert.equal(entries.length, 4);
});

test('an interruption ends it', async () => {
  const fs = workspace();
  for (let count = 0; count < 200; count++) fs.writeFile(`/w/scripts/${count}`, '');
  const abort = new AbortController();
  const request = { root: '/w', covers: ['scripts'], signal: abort.signal, onProgress: () => abort.abort() };
  await assert.rejects(measureFiles({ fs }, request), { name: 'AbortError' });
});

test('programs are those that PATH finds, by content', () => {
  const fs = new MemoryFileSystem();
  for (const path of ['/bin/bash', '/usr/bin/git', '/node']) {
    fs.makeDirectory(path.slice(0, path.lastIndexOf('/')) || '/');
    fs.writeFile(path, path, 0o755);
  }
  const where: Record<string, string> = { bash: '/bin/bash', git: '/usr/bin/git' };
  const world = {
    fs,
    processes: { which: (name: string) => where[name] },
    env: { variables: {}, nodePath: '/node' },
  };
  const tools = measureTools(world);
  assert.deepEqual(
    tools.map(({ name }) => name),
    ['bash', 'git', 'node'],
  );
  const codes = () =>
    compareTools({ covers: [], entries: [], tools }, measureTools(world)).map(({ message }) => message);
  assert.deepEqual(codes(), []);
  fs.writeFile('/bin/bash', 'another', 0o755);
  where.git = '/node';
  assert.deepEqual(codes(), ['bash has another content', 'PATH finds git here now, not at /usr/bin/git']);
  delete where.git;
  assert.deepEqual(codes(), ['bash has another content', 'git is gone']);
});

test('no text is read as a baseline by accident', () => {
  const part = fc.oneof(fc.jsonValue(), fc.constant([]));
  fc.assert(
    fc.property(part, part, part, (covers, entries, tools) => {
      const read = parseBaseline(JSON.stringify({ version: 1, covers, entries, tools }), '/b');
      if (!read.ok) return assert.equal(read.failure.code, 'integrity/bad-baseline');
      assert.ok(read.value.entries.every(({ path }) => typeof path === 'string'));
    }),
  );
  assert.equal(parseBaseline('<<<<<<< HEAD\n', '/b').ok, false);
});
