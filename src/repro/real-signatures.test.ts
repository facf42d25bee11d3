/** What apksigner makes of one app, twice: by its keys, the causes that are named. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { apkOf } from '../apps/testing.ts';
import { realHost } from '../host/index.ts';
import { diffFiles, type FilesDiff } from './diff-files.ts';

const isMissing = ['apksigner', 'keytool'].find((name) => spawnSync(name, ['--help']).error);
const skip = isMissing === undefined ? false : `not run: ${isMissing} is missing`;
const folder = mkdtempSync(join(tmpdir(), 'mobileops-signatures-'));
after(() => rmSync(folder, { recursive: true }));

function run(...argv: readonly string[]): void {
  const { status, stderr } = spawnSync(argv[0]!, argv.slice(1), { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

function makeKey(name: string, algorithm: 'EC' | 'RSA'): void {
  const store = ['-keystore', `${name}.p12`, '-storetype', 'PKCS12', '-storepass', 'secret'];
  run('keytool', '-genkeypair', ...store, '-alias', 'k', '-keyalg', algorithm, '-dname', `CN=${name}`);
}

before(() => {
  if (skip) return;
  writeFileSync(join(folder, 'plain.apk'), apkOf({}));
  makeKey('ec', 'EC');
  makeKey('rsa', 'RSA');
});

function sign(key: string, out: string, ...flags: readonly string[]): void {
  const store = ['--ks', `${key}.p12`, '--ks-pass', 'pass:secret'];
  run('apksigner', 'sign', ...store, '--min-sdk-version', '24', ...flags, '--out', out, 'plain.apk');
}

async function diff(a: string, b: string): Promise<FilesDiff> {
  const { fs, clock } = realHost();
  const compared = await diffFiles({ fs, a: join(folder, a), b: join(folder, b), nowMs: clock.now() });
  assert.ok(compared.ok);
  return compared.value;
}

/** By the field, since places are the app's own. */
const kindsOf = ({ differences }: FilesDiff): Record<string, string> =>
  Object.fromEntries(differences.map(({ field, causes }) => [field, causes.map(({ kind }) => kind).join()]));

test('an EC key signs otherwise each time, over the same content', { skip }, async () => {
  sign('ec', 'one.apk', '--v1-signing-enabled', 'false');
  sign('ec', 'two.apk', '--v1-signing-enabled', 'false');
  const compared = await diff('one.apk', 'two.apk');
  // Its length differs by a byte or two now and then.
  const { 'signing block: padding': padding = 'follows', ...kinds } = kindsOf(compared);
  assert.equal(padding, 'follows');
  assert.deepEqual(kinds, {
    'signing block: signature v2': 'randomised signature',
    'signing block: signature v3': 'randomised signature',
  });
  assert.equal(compared.isSameUnderSignature, true);
});

test('an RSA key signs the same each time, which is the cure that is named, and another key is named', {
  skip,
}, async () => {
  for (const out of ['one.apk', 'two.apk']) sign('rsa', out);
  assert.equal((await diff('one.apk', 'two.apk')).isSame, true);
  sign('ec', 'two.apk');
  const compared = await diff('one.apk', 'two.apk');
  assert.equal(compared.isSameUnderSignature, true);
  assert.equal(kindsOf(compared)['signing block: signature v3'], 'signature');
});

test('signed and not signed have one content', { skip }, async () => {
  sign('rsa', 'one.apk');
  const { isSameUnderSignature, a, b } = await diff('plain.apk', 'one.apk');
  assert.deepEqual([isSameUnderSignature, a.contentSha256], [true, b.contentSha256]);
});
