import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryFileSystem } from '../host/testing.ts';
import { parseLock, readLock, serializeLock } from './lockfile.ts';
import type { Lockfile } from './model.ts';

const LOCK: Lockfile = {
  version: 3,
  tools: {},
  python: {
    'component:ai': {
      from: { dependencies: 'a' },
      run: [{ name: 'numpy', version: '2.0', marker: "python_full_version >= '3.12'" }],
      dev: [],
    },
  },
  wheels: { 'numpy==2.0': { 'numpy-2.0-py3-none-any.whl': `${'a'.repeat(64)} 1` } },
  node: {
    web: {
      from: { 'package.json': 'b' },
      packages: [
        {
          path: 'node_modules/@a/b',
          name: '@a/b',
          version: '1.0.0',
          integrity: 'sha512-AAAA',
          os: ['linux'],
        },
      ],
    },
  },
  maven: {},
};
const TEXT = serializeLock(LOCK);

function messageOf(text: string): string {
  const { value, diagnostics } = parseLock(text);
  assert.equal(value, undefined);
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ['dependencies/bad-lock'],
  );
  assert.notEqual(diagnostics[0]?.hint, undefined);
  return diagnostics[0]!.message.replace('the lock cannot be used: ', '');
}

test('a lock comes back as it was written, whatever the order of its keys', () => {
  assert.deepEqual(parseLock(TEXT), { value: LOCK, diagnostics: [] });
  const { maven, node, ...rest } = LOCK;
  assert.equal(serializeLock({ maven, ...rest, node }), TEXT);
});

test('a checkout with other line ends is the same lock', () => {
  assert.deepEqual(parseLock(TEXT.replaceAll('\n', '\r\n')), { value: LOCK, diagnostics: [] });
});

const BAD: Readonly<Record<string, readonly [text: string, expected: RegExp]>> = {
  'not JSON': ['{"version": 1,', /^it is not JSON: /],
  'merge marks': [`<<<<<<< ours\n${TEXT}=======\n>>>>>>> theirs\n`, /unresolved merge/],
  'a newer version': ['{"version": 4}', /^it is of version 4/],
  'a version for one platform only': ['{"version": 1}', /^it is of version 1, .*one platform/],
  'no object': ['[]', /^the lock is missing or no object/],
  'another version by hand': [TEXT.replace('"2.0"', '"2.1"'), /checksum.*edited by hand/],
  'a removed section': [TEXT.replace(' "maven": {},\n', ''), /^the lock\.maven is missing/],
  'an unknown member': [TEXT.replace('"maven"', '"gradle": 1, "maven"'), /unknown member 'gradle'/],
  'a bad hash': [TEXT.replace('a'.repeat(64), 'zz'), /whl is missing or malformed/],
  'a size below zero': [TEXT.replace(' 1"', ' -1"'), /whl is missing or malformed/],
  'a path out of node_modules': [
    TEXT.replace('node_modules/@a/b', 'node_modules/../../b'),
    /path is missing or malformed/,
  ],
  'a file name with a slash': [TEXT.replace('numpy-2.0-', '../numpy-'), /which is no wheel/],
};

for (const [name, [text, expected]] of Object.entries(BAD)) {
  test(`a lock that cannot be used says why: ${name}`, () => {
    assert.match(messageOf(text), expected);
  });
}

test('no lock is no problem, a folder in its place is one', () => {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/ws/sub/mobileops.lock');
  assert.deepEqual(readLock(fs, '/ws'), { value: undefined, diagnostics: [] });
  assert.match(readLock(fs, '/ws/sub').diagnostics[0]!.message, /it is not a file/);
});
