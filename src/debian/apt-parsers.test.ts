import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  parsePrintedUris,
  parseProviders,
  parseSimulation,
  parseUnknown,
  parseWanted,
} from './apt-output.ts';
import { parseSourcesList, parseSourcesStanzas } from './apt-sources.ts';
import { parseControl, relationNames } from './control.ts';
import { isPoolPath, lockedPackages } from './lock-packages.ts';
import { parseLockedRoot } from './locked-root.ts';
import { networkSettings } from './private-apt.ts';

const RUNS = Number(process.env.MOBILEOPS_FUZZ_RUNS ?? 500);

const CONTROL: Readonly<Record<string, unknown>> = {
  'A: 1\nB: 2\n': [{ a: '1', b: '2' }],
  '\n\nA: 1  \n\n\nB:2': [{ a: '1' }, { b: '2' }],
  'A: x\n y\n .\n  z\n# no\nB:\n': [{ a: 'x\ny\n.\n z', b: '' }],
  'A: 1\r\nB: 2\r\n': [{ a: '1', b: '2' }],
  '': [],
  ' x: 1': 'line 1: a continued line without a field',
  'A: 1\nA: 2': 'line 2: the field A stands twice',
  'A: 1\nno field': 'line 2: this is no field',
  '-A: 1': 'line 1: this is no field',
};

for (const [text, expected] of Object.entries(CONTROL)) {
  test(`control ${JSON.stringify(text)}`, () => {
    const parsed = parseControl(text);
    const given = parsed.ok
      ? parsed.value.map((each) => Object.fromEntries(each))
      : `line ${parsed.failure.line}: ${parsed.failure.message}`;
    assert.deepEqual(given, expected);
  });
}

test('relations', () => {
  assert.deepEqual(relationNames('a (>= 1), b:any | c [amd64] , , d'), [['a'], ['b', 'c'], ['d']]);
  assert.deepEqual(relationNames(undefined), []);
});

test("the machine's sources of both forms", () => {
  assert.deepEqual(
    parseSourcesList(
      '# deb x y z\ndeb [arch=amd64 signed-by=/k] http://m/debian bookworm main contrib # c\ndeb-src a b c\n',
    ),
    [{ uri: 'http://m/debian', suite: 'bookworm', components: ['main', 'contrib'] }],
  );
  assert.deepEqual(
    parseSourcesStanzas(
      'Types: deb deb-src\nURIs: http://a/debian http://b/debian\nSuites: x\nComponents: main\n\nEnabled: no\nTypes: deb\nURIs: c\nSuites: x\n\nTypes: deb-src\nURIs: d\nSuites: x\n',
    ).map(({ uri }) => uri),
    ['http://a/debian', 'http://b/debian'],
  );
  assert.deepEqual(parseSourcesStanzas('not: a\nnot: b'), []);
});

test("apt's answers", () => {
  assert.deepEqual(
    parsePrintedUris(
      "Reading...\n'http://m/pool/a%2b.deb' a_1.deb 12 MD5Sum:x\n'http://m/b.deb' b 3 \n'bad' x y z\n",
    ),
    [
      { uri: 'http://m/pool/a%2b.deb', sizeBytes: 12 },
      { uri: 'http://m/b.deb', sizeBytes: 3 },
    ],
  );
  assert.deepEqual(
    parseSimulation(
      'Inst a (1:2 Debian:12/x [amd64]) []\nConf a (1:2 D [amd64])\nInst b [1] (2 D [all]) [c:amd64 ]\nRemv c [1]\nInst D! (1 x)\n',
    ),
    [
      { do: 'unpack', name: 'a', version: '1:2' },
      { do: 'configure', name: 'a', version: '1:2' },
      { do: 'unpack', name: 'b', version: '2' },
      { do: 'remove', name: 'c', version: '' },
    ],
  );
  assert.deepEqual(
    parseUnknown(
      "E: Unable to locate package x\nE: Version '1' for 'y' was not found\nE: Package 'awk' has no installation candidate\n",
    ),
    [{ name: 'x' }, { name: 'y', version: '1' }, { name: 'awk', isOnlyNamed: true }],
  );
  assert.deepEqual(
    parseProviders('Package: awk\nReverse Provides: \nmawk 1 (= )\ngawk 1 (= )\nmawk 2 (= )\n'),
    ['gawk', 'mawk'],
  );
});

const WANTED: Readonly<Record<string, unknown>> = {
  nginx: { name: 'nginx' },
  'g++': { name: 'g++' },
  'a=1:2.0~rc1-1+b1': { name: 'a', version: '1:2.0~rc1-1+b1' },
  'a=1=2': { problem: 'this is no version of a package' },
  'a=': { problem: 'this is no version of a package' },
  'a:arm64': { problem: 'the processor of every package is the image’s' },
  'a/bookworm-backports': { problem: 'the suite of every package is the image’s `from`' },
  './a.deb': { problem: 'the suite of every package is the image’s `from`' },
  'a b': { problem: 'this is no name of a package' },
  '-o=1': { problem: 'this is no name of a package' },
  '?essential': { problem: 'this is no name of a package' },
  'A*': { problem: 'this is no name of a package' },
};

for (const [text, expected] of Object.entries(WANTED)) {
  test(`wanted ${text}`, () => assert.deepEqual(parseWanted(text), expected));
}

test('only the way to a mirror is taken from the machine', () => {
  const dump = [
    'Acquire "";',
    'Acquire::http::Proxy "http://p:1/";',
    'Acquire::https::CAInfo "/ca.pem";',
    'Acquire::http::Proxy::host "DIRECT";',
    'Acquire::Retries "3";',
    'Acquire::AllowInsecureRepositories "true";',
    'Acquire::http:: "x";',
    'APT::Default-Release "sid";',
    'DPkg::Post-Invoke:: "rm -f x";',
  ].join('\n');
  assert.deepEqual(networkSettings(dump), [
    'Acquire::http::Proxy "http://p:1/";',
    'Acquire::https::CAInfo "/ca.pem";',
    'Acquire::http::Proxy::host "DIRECT";',
    'Acquire::Retries "3";',
  ]);
});

const MIRRORS = { main: 'http://m/debian', security: 'http://m/debian-security' };
const SHA = 'a'.repeat(64);
const entry = (filename: string, sha256 = SHA): string =>
  `Package: a\nVersion: 1\nArchitecture: all\nFilename: ${filename}\nSize: 5\nSHA256: ${sha256}\n\n`;
const planned = [{ do: 'unpack' as const, name: 'a', version: '1' }];

test('of two entries of a version the one counts that would be fetched, in the archive where it lies', () => {
  const shown = `${entry('pool/a+1.deb', 'b'.repeat(64))}${entry('pool/updates/a.deb')}`;
  const uris = [{ uri: 'http://m/debian-security/pool/updates/a.deb', sizeBytes: 5 }];
  const found = lockedPackages({ planned, uris, shown, mirrors: MIRRORS });
  assert.ok(found.ok);
  const [only] = found.value.locked;
  assert.deepEqual([only?.archive, only?.path, only?.sha256], ['security', 'pool/updates/a.deb', SHA]);
});

test('who depends on what of the answer is told: alternatives, and what others provide', () => {
  const fields: Readonly<Record<string, string>> = {
    a: 'Pre-Depends: c (>= 2)\nDepends: missing | b, mail-agent, a, not-here | not-there\n',
    b: 'Depends: c:any\n',
    c: '',
    exim: 'Provides: mail-agent (= 1)\n',
  };
  const names = Object.keys(fields);
  const shown = names
    .map(
      (name) =>
        `Package: ${name}\nVersion: 1\nArchitecture: all\nFilename: pool/${name}.deb\nSize: 5\nSHA256: ${SHA}\n${fields[name]}\n`,
    )
    .join('');
  const found = lockedPackages({
    planned: names.map((name) => ({ do: 'unpack', name, version: '1' })),
    uris: names.map((name) => ({ uri: `http://m/debian/pool/${name}.deb`, sizeBytes: 5 })),
    ...{ shown, mirrors: MIRRORS },
  });
  assert.ok(found.ok);
  assert.deepEqual(
    found.value.locked.map(({ name, wants }) => `${name}: ${wants?.join(' ')}`),
    ['a: b c exim', 'b: c', 'c: ', 'exim: '],
  );
});

const WRONG: Readonly<Record<string, { uri?: string; sizeBytes?: number; shown?: string }>> = {
  'another mirror': { uri: 'http://evil/debian/pool/a.deb' },
  'a path that climbs': { uri: 'http://m/debian/pool/%2e%2e/a.deb', shown: entry('pool/../a.deb') },
  'another size': { sizeBytes: 6 },
  'no hash': { shown: entry('pool/a.deb', 'md5') },
  'no entry': { shown: '' },
  'a damaged answer': { shown: ' x' },
};

for (const [
  name,
  { uri = 'http://m/debian/pool/a.deb', sizeBytes = 5, shown = entry('pool/a.deb') },
] of Object.entries(WRONG)) {
  test(`answers that do not fit: ${name}`, () => {
    assert.ok(!lockedPackages({ planned, uris: [{ uri, sizeBytes }], shown, mirrors: MIRRORS }).ok);
  });
}

const ROOT = {
  ...{
    distribution: 'debian',
    suite: 'bookworm',
    components: ['main'],
    architecture: 'amd64',
    packages: ['a'],
    essential: true,
    updates: true,
  },
  locked: [
    {
      name: 'a',
      version: '1',
      architecture: 'all',
      archive: 'main',
      path: 'pool/a.deb',
      sizeBytes: 5,
      sha256: SHA,
    },
  ],
  bootstrap: ['a'],
  steps: [
    { do: 'unpack', packages: ['a'] },
    { do: 'configure', packages: ['a'] },
  ],
};

test('a lock is taken as it was given, and nothing else', () => {
  assert.equal(parseLockedRoot(ROOT), ROOT);
  const first = ROOT.locked[0]!;
  for (const wrong of [
    { suite: '../x' },
    { packages: ['a; rm'] },
    { locked: [{ ...first, name: 'a; rm -rf /' }] },
    { locked: [{ ...first, path: '../a.deb' }] },
    { locked: [{ ...first, wants: ['elsewhere'] }] },
    { locked: [{ ...first, wants: 'a' }] },
    { locked: [{ ...first, sha256: '../../x' }] },
    { locked: [first, first] },
    { bootstrap: ['b'] },
    { steps: ROOT.steps.slice(1) },
    { steps: [...ROOT.steps, { do: 'unpack', packages: ['a'] }] },
    { steps: [{ do: 'remove', packages: ['a'] }, ...ROOT.steps] },
  ]) {
    assert.equal(parseLockedRoot({ ...ROOT, ...wrong }), undefined, JSON.stringify(wrong));
  }
});

test('any text is answered', () => {
  const token = fc.constantFrom(
    ...[
      "'http://m/debian/pool/a.deb' a 5 SHA256:x",
      'Inst a (1 D [amd64])',
      'Conf ',
      'Remv ',
      'Package: a',
      'Version: 1',
      'Filename: ../x',
    ],
    ...[
      'Types: deb',
      'URIs: x',
      'deb [',
      ']',
      '\n',
      '\n\n',
      ' ',
      ':',
      '(',
      ')',
      'E: Unable to locate package ',
      '%2',
      '\0',
    ],
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.array(token, { maxLength: 30 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (any) => {
      parseControl(any);
      parseSourcesList(any);
      parseSourcesStanzas(any);
      parseUnknown(any);
      parseProviders(any);
      parseWanted(any);
      const found = lockedPackages({
        planned: parseSimulation(any),
        uris: parsePrintedUris(any),
        shown: any,
        mirrors: MIRRORS,
      });
      if (found.ok) for (const { path } of found.value.locked) assert.ok(isPoolPath(path));
    }),
    { numRuns: RUNS },
  );
  fc.assert(
    fc.property(fc.anything(), (any) => {
      parseLockedRoot(any);
      parseLockedRoot({ ...ROOT, locked: any });
      parseLockedRoot({ ...ROOT, steps: any });
    }),
    { numRuns: RUNS },
  );
});

test('a hostile text costs no time', () => {
  const started = performance.now();
  for (const part of ['deb [', "'x' ", 'Inst a [', 'A: \n', ' \n', 'a|', 'a (', '-']) {
    const text = part.repeat(200_000 / part.length);
    parseControl(text);
    parseSourcesList(text);
    parsePrintedUris(text);
    parseSimulation(text);
    parseUnknown(text);
    relationNames(text);
  }
  assert.ok(performance.now() - started < 5000);
});
