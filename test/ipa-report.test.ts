/** Whether signed data and binaries of iOS are read as openssl, python3 and lief read them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readMachO } from '../src/apps/apple/mach-o.ts';
import { readProfile } from '../src/apps/apple/profile.ts';
import { certificateOf, fatOf, machOOf, xmlPlistOf } from '../src/apps/apple/testing.ts';
import { readZip } from '../src/apps/archive/zip.ts';
import { zipOf } from '../src/apps/testing.ts';
import { missingModule, PEER_PYTHON } from './peer-python.ts';

const root = mkdtempSync(join(tmpdir(), 'ipa-report-'));
test.after(() => rmSync(root, { recursive: true, force: true }));

const openssl = (...args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: root, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
};

test('a profile that openssl signed, in both encodings', (t) => {
  if (spawnSync('openssl', ['version']).error) return t.skip('not run: openssl is missing');
  openssl(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem'],
    ...['-days', '30', '-subj', '/CN=Profile Signer/O=Apple/C=US'],
  );
  const der = spawnSync('openssl', ['x509', '-in', 'cert.pem', '-outform', 'DER'], { cwd: root }).stdout;
  writeFileSync(
    join(root, 'profile.plist'),
    xmlPlistOf({
      Name: 'Tom & Co',
      TeamIdentifier: ['TEAM'],
      ExpirationDate: new Date('2030-01-01T00:00:00Z'),
      DeveloperCertificates: [der],
      Entitlements: { 'get-task-allow': true },
    }),
  );
  const sign = ['cms', '-sign', '-binary', '-nodetach', '-signer', 'cert.pem', '-inkey', 'key.pem'];
  const print = openssl('x509', '-in', 'cert.pem', '-noout', '-fingerprint', '-sha256')
    .replaceAll(':', '')
    .trim();
  for (const more of [[], ['-stream', '-indef']]) {
    openssl(...sign, '-in', 'profile.plist', '-outform', 'DER', '-out', 'profile', ...more);
    const { name, kind, certificates } = readProfile(readFileSync(join(root, 'profile')));
    assert.deepEqual([name, kind, certificates.length], ['Tom & Co', 'development', 1]);
    assert.ok(print.toLowerCase().endsWith(`=${certificates[0]?.sha256}`));
    assert.equal(certificates[0]?.key, 'RSA 2048');
  }
});

const ZIP64 = `
import zipfile
with zipfile.ZipFile('wide.zip', 'w') as z:
    with z.open('a/large', 'w', force_zip64=True) as f: f.write(b'x' * 1000)
    z.writestr('b', 'y' * 70000, zipfile.ZIP_DEFLATED)
    z.comment = b'PK\\x05\\x06 a note that looks like an end'
`;

test('a zip with wide fields and a note, by Python', () => {
  const { status, stderr } = spawnSync('python3', ['-c', ZIP64], { cwd: root, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  const { entries } = readZip(readFileSync(join(root, 'wide.zip')));
  assert.deepEqual(
    entries.map(({ name, sizeBytes }) => `${name} ${sizeBytes}`),
    ['a/large 1000', 'b 70000'],
  );
});

test('the zips that tests make are accepted by Python', () => {
  writeFileSync(
    join(root, 'ours.zip'),
    zipOf([
      { name: 'é/a', content: 'x'.repeat(99) },
      { name: 'b', content: 'y', isStored: true },
    ]),
  );
  const test = 'import zipfile; z = zipfile.ZipFile("ours.zip"); print(z.testzip(), len(z.namelist()))';
  const { stdout, stderr } = spawnSync('python3', ['-c', test], { cwd: root, encoding: 'utf8' });
  assert.equal(stdout, 'None 2\n', stderr);
});

const LIEF = `
import json, sys, lief
fat = lief.MachO.parse(sys.argv[1])
rows = []
for index in range(fat.size):
    each = fat.at(index)
    build = each.build_version
    rows.append([build.platform.name, '.'.join(map(str, build.minos[:2])), '.'.join(map(str, build.sdk[:2])),
      [library.name for library in each.libraries], each.has_code_signature, each.has_encryption_info])
print(json.dumps(rows))
`;

test('a binary, by lief', { skip: missingModule('lief') }, () => {
  const signed = { certificate: certificateOf('Tom'), libraries: ['/usr/lib/libSystem.B.dylib'] };
  const bytes = fatOf([
    machOOf({ ...signed, isEncrypted: true }),
    machOOf({ minimumOs: 0x000e0100, platform: 7, isSigned: false }),
  ]);
  writeFileSync(join(root, 'binary'), bytes);
  const { stdout, stderr } = spawnSync(PEER_PYTHON, ['-c', LIEF, join(root, 'binary')], { encoding: 'utf8' });
  assert.notEqual(stdout, '', stderr);
  const found = readMachO(bytes).map(({ platform, minimumOs, sdk, libraries, signature, isEncrypted }) => [
    platform?.toUpperCase().replace('-', '_'),
    minimumOs,
    sdk,
    libraries,
    signature !== undefined,
    isEncrypted,
  ]);
  assert.deepEqual(found, JSON.parse(stdout));
});
