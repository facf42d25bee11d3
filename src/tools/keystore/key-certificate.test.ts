import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { keyCertificate } from './key-certificate.ts';

const EXAMPLE = join(import.meta.dirname, '../../../examples/platform/mobile/hybrid/keystore/debug.p12');
const PASSWORD = 'android';

function answer(bytes: Buffer, alias: string, password = PASSWORD): string {
  const result = keyCertificate(bytes, { alias, password });
  return result.ok
    ? result.value.toString('hex')
    : `${result.failure.code}: ${result.failure.message}; ${result.failure.hint}`;
}

test('a store without Java: what is wrong with it has the codes of signing', () => {
  const bytes = readFileSync(EXAMPLE);
  assert.match(answer(bytes, 'androiddebugkey'), /^3082/);
  assert.equal(answer(bytes, 'AndroidDebugKey'), answer(bytes, 'androiddebugkey'));
  assert.equal(
    answer(bytes, 'other'),
    'release/key-alias-missing: the key store has no key other; it has: androiddebugkey',
  );
  assert.match(
    answer(bytes, 'androiddebugkey', 'wrong'),
    /^release\/key-password-wrong: the password does not open the key store;/,
  );
  const unreadable = (changed: Buffer, detail: RegExp): void => {
    const said = answer(changed, 'androiddebugkey');
    assert.match(
      said,
      /^release\/key-store-unreadable: the key store cannot be read: .*; make a PKCS#12 file/,
    );
    assert.match(said, detail);
  };
  unreadable(Buffer.from('-----BEGIN'), /neither a PKCS#12 nor a JKS file/);
  unreadable(Buffer.alloc(0), /neither/);
  for (const size of [1, 2, 20, 100, 1000, bytes.length - 1]) unreadable(bytes.subarray(0, size), /damaged/);
});

test('a damaged store is an answer, never a fault', () => {
  const bytes = readFileSync(EXAMPLE);
  for (let at = 0; at < bytes.length; at += 41) {
    const changed = Buffer.from(bytes);
    changed[at] = changed[at]! ^ 0x21;
    assert.match(answer(changed, 'androiddebugkey'), /^(release\/key-|3082)/, String(at));
  }
});

/** `undefined`, and said so, where a program is missing. */
function folderWith(t: TestContext, ...programs: readonly string[]): string | undefined {
  const missing = programs.find((name) => spawnSync(name, ['--help']).error);
  if (missing !== undefined) return void t.skip(`${missing} is not installed`);
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-keystore-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function keytool(...words: readonly string[]): Buffer {
  return execFileSync('keytool', ['-J-XX:TieredStopAtLevel=1', ...words, '-storepass', PASSWORD], {
    stdio: 'pipe',
  });
}

test('Java gives the same certificate of each of several keys, whatever the format', (t) => {
  const folder = folderWith(t, 'keytool');
  if (folder === undefined) return;
  const formats: Readonly<Record<string, readonly string[]>> = {
    'pkcs12.p12': [],
    // RC2 with 40 bits for certificates, as Java made them for 15 years.
    'old.p12': ['-J-Dkeystore.pkcs12.legacy'],
    'keys.jks': ['-storetype', 'JKS'],
  };
  for (const [name, words] of Object.entries(formats)) {
    const store = join(folder, name);
    const of = (...rest: readonly string[]): Buffer => keytool(...words, '-keystore', store, ...rest);
    for (const alias of ['First', 'second'])
      of('-genkeypair', '-alias', alias, '-keyalg', 'EC', '-dname', `CN=${alias}`, '-keypass', PASSWORD);
    const certificate = join(folder, `${name}.crt`);
    of('-exportcert', '-alias', 'second', '-file', certificate);
    of('-importcert', '-alias', 'other', '-file', certificate, '-noprompt');
    const bytes = readFileSync(store);
    assert.equal(answer(bytes, 'Second'), readFileSync(certificate).toString('hex'), name);
    assert.equal(new X509Certificate(Buffer.from(answer(bytes, 'First'), 'hex')).subject, 'CN=First', name);
    assert.match(answer(bytes, 'third'), /key-alias-missing.*it has: .*second/i, name);
    assert.match(answer(bytes, 'other'), /^release\/key-not-private: other/, name);
    assert.match(answer(bytes, 'first', 'android2'), /^release\/key-password-wrong/, name);
  }
});

test('OpenSSL gives the same certificate, whatever protects the store', (t) => {
  const folder = folderWith(t, 'openssl');
  if (folder === undefined) return;
  const openssl = (...words: readonly string[]): Buffer =>
    execFileSync('openssl', words, { stdio: 'pipe', cwd: folder });
  const subject = ['-subj', '/CN=test', '-days', '9', '-nodes'];
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    ...subject,
    '-keyout',
    'k',
    '-out',
    'c',
  );
  const expected = openssl('x509', '-in', 'c', '-outform', 'DER').toString('hex');
  for (const words of [
    [],
    ['-certpbe', 'PBE-SHA1-3DES', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'],
    ['-certpbe', 'PBE-SHA1-2DES', '-macalg', 'sha512'],
    ['-certpbe', 'AES-128-CBC', '-macalg', 'sha384'],
    ['-certpbe', 'AES-192-CBC', '-nomaciter'],
    ['-certpbe', 'NONE', '-keypbe', 'NONE'],
    ['-nomac'],
  ]) {
    const made = openssl(
      'pkcs12',
      '-export',
      '-inkey',
      'k',
      '-in',
      'c',
      '-name',
      'Ä key',
      '-passout',
      `pass:${PASSWORD}`,
      ...words,
    );
    assert.equal(answer(made, 'ä Key'), expected, words.join(' '));
    // Without a MAC OpenSSL leaves certificates as they are.
    if (!words.includes('NONE') && !words.includes('-nomac'))
      assert.match(answer(made, 'ä Key', 'x'), /key-password-wrong/, words.join(' '));
  }
  const unnamed = openssl('pkcs12', '-export', '-inkey', 'k', '-in', 'c', '-passout', `pass:${PASSWORD}`);
  assert.equal(answer(unnamed, '1'), expected);
});
