import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { crc32, gunzipSync } from 'node:zlib';
import { digestOf } from '../base/index.ts';
import { MemoryActionCache, MemoryCas } from '../cas/index.ts';
import { realHost } from '../host/index.ts';
import {
  notReproducible,
  SIGNER_CLASS,
  SIGNER_PROGRAM,
  type SigningFailure,
  type SignOptions,
  signArchive,
  signingDiagnostic,
  signingKey,
  signingPasswords,
  signOnce,
} from './index.ts';

const { fs, processes } = realHost();
const KEY_STORE = join(import.meta.dirname, '../../examples/platform/mobile/hybrid/keystore/debug.p12');
/** A binary manifest of package a.b, minSdk 21, targetSdk 34: apksigner reads it to verify. */
const MANIFEST = gunzipSync(
  Buffer.from(
    'H4sIAAAAAAACA3WQsU7DQBBEZ88JcQGSiyBRIIpUEQK7RYiKOh0SZSSTGBIhHCsxPV/FR/AN/Au8Ox3CMuROo9ubndndu0Sppk4y' +
      'nerCxO133XTiM3ALZmAO3sEH+ARHetFate601LPuVWmrHcwGTsrUqoR5gm/3aBIUuR6IRkQ1mi2ZNad0rhW+Vo2uVbB3WsBU9CyJ' +
      '854+J7shV8A3dCrIVOiKP3XTUKHm9hgUbejewC3wlWFer3ol5/OXwM8uvVnKq6RDZ9YAWaYT+T+UvlgJ5wA4+KsO79eQeMy2+K+e' +
      'O/Da0EuJi75ZzzeKPhd9g44fX3YcOetwE/+zvdl+av3H+9lsz1u+Ac+zZEAoAgAA',
    'base64',
  ),
);
const DEBUG = { store: 'android', key: 'android' };

/** apksig as the tests' own `mobileops prepare` fetched it (see scripts/test.mjs), or `undefined`. */
function findApksig(): string | undefined {
  const root = join(import.meta.dirname, '../..');
  const lock = JSON.parse(readFileSync(join(root, 'examples/platform/mobileops.lock'), 'utf8'));
  const [file] = lock.tools.apksig.files;
  const cache = process.env.MOBILEOPS_TEST_CACHE ?? join(root, 'build-cache/test-cache');
  const path = join(cache, 'cas', file.sha256.slice(0, 2), file.sha256);
  return existsSync(path) ? path : undefined;
}

function findProgram(name: string): string | undefined {
  return processes.which(name, process.env.PATH ?? '');
}

function run(...argv: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(argv[0]!, argv.slice(1), { encoding: 'utf8' });
  assert.equal(status, 0, `${argv.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

function told(failure: SigningFailure): string {
  const { code, message, hint = '' } = signingDiagnostic(failure, { subject: 'app.apk', place: {} });
  return `${code}: ${message}; ${hint}`;
}

interface Setting {
  readonly folder: string;
  readonly options: SignOptions;
}

/** A folder with an unsigned archive, or `undefined` where Java or apksig is missing. */
function setting(t: TestContext): Setting | undefined {
  const java = findProgram('java');
  const apksig = findApksig();
  if (!java || !findProgram('javac') || !apksig) {
    t.skip(`not run: ${apksig ? 'a JDK' : 'apksig'} is missing`);
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'sign-apk-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(
    join(folder, 'unsigned.apk'),
    storedZip({ 'AndroidManifest.xml': MANIFEST, 'assets/a.txt': Buffer.from('a') }),
  );
  const classes = mkdtempSync(join(tmpdir(), 'signer-'));
  t.after(() => rmSync(classes, { recursive: true, force: true }));
  writeFileSync(join(classes, `${SIGNER_CLASS}.java`), SIGNER_PROGRAM);
  run(findProgram('javac')!, '-nowarn', '-cp', apksig, '-d', classes, join(classes, `${SIGNER_CLASS}.java`));
  const options: SignOptions = {
    processes,
    fs,
    java,
    signerClasspath: `${apksig}:${classes}`,
    unsigned: join(folder, 'unsigned.apk'),
    output: join(folder, 'signed.apk'),
    request: { kind: 'apk', minSdk: 21, storeFile: KEY_STORE, keyAlias: 'androiddebugkey' },
    passwords: DEBUG,
    temporaryDirectory: folder,
  };
  return { folder, options };
}

/** The smallest archive: entries as they are. */
function storedZip(files: Readonly<Record<string, Buffer>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  for (const [name, content] of Object.entries(files)) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(10, 0);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(16);
    tail.writeUInt32LE(Buffer.concat(parts).length, 12);
    parts.push(Buffer.from('PK\x03\x04'), common, Buffer.from(name), content);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail.subarray(2), Buffer.from(name));
  }
  const [body, list] = [Buffer.concat(parts), Buffer.concat(directory)];
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(body.length, 16);
  return Buffer.concat([body, list, end]);
}

test('the same archive and key give the same signed bytes, in schemes v1 to v3', async (t) => {
  const made = setting(t);
  if (!made) return;
  const { options, folder } = made;
  const first = await signArchive(options);
  assert.ok(first.ok, JSON.stringify(first));
  assert.equal(first.value.algorithm, 'RSA');
  const second = await signArchive({ ...options, output: join(folder, 'again.apk') });
  assert.deepEqual(second, first);
  assert.deepEqual(readFileSync(join(folder, 'again.apk')), readFileSync(options.output));
  assert.deepEqual(readdirSync(folder).sort(), ['again.apk', 'signed.apk', 'unsigned.apk']);
  const { certificate } = first.value;
  await t.test('apksigner verifies it', (part) => {
    const apksigner = findProgram('apksigner');
    if (!apksigner) return part.skip('not run: apksigner is missing');
    const argv = ['verify', '-v', '--print-certs', options.output];
    const { stdout, stderr } = spawnSync(apksigner, argv, { encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.match(stdout, /v1 scheme \(JAR signing\): true/);
    assert.match(stdout, /v2 scheme \(APK Signature Scheme v2\): true/);
    assert.match(stdout, /v3 scheme \(APK Signature Scheme v3\): true/);
    assert.ok(stdout.includes(certificate));
  });
});

test('what stands against signing is said, and no output is left', async (t) => {
  const made = setting(t);
  if (!made) return;
  const { options, folder } = made;
  writeFileSync(join(folder, 'text.p12'), 'no key store');
  writeFileSync(join(folder, 'text.apk'), 'no archive');
  const { request } = options;
  const check = async (change: Partial<SignOptions>, expected: RegExp): Promise<void> => {
    writeFileSync(options.output, 'old');
    const result = await signArchive({ ...options, ...change });
    assert.ok(!result.ok);
    const said = told(result.failure);
    assert.match(said, expected);
    assert.doesNotMatch(said, /secret-word/);
    assert.equal(existsSync(options.output), false);
  };
  await check({ passwords: { store: 'secret-word', key: 'x' } }, /password does not open the key store/);
  await check({ request: { ...request, keyAlias: 'other' } }, /has no key other; it has: androiddebugkey/);
  await check({ request: { ...request, storeFile: join(folder, 'none.p12') } }, /none\.p12 is missing/);
  await check({ request: { ...request, storeFile: join(folder, 'text.p12') } }, /text\.p12 cannot be read/);
  await check({ unsigned: join(folder, 'text.apk') }, /release\/not-signable: .*apksig refuses the archive/);
  await check({ java: join(folder, 'no-java') }, /the signing program failed: .*ENOENT/);
});

test('nothing unchanged is signed again', async (t) => {
  const made = setting(t);
  if (!made) return;
  const store = {
    cas: new MemoryCas({ fs, root: join(made.folder, 'store') }),
    actionCache: new MemoryActionCache(),
  };
  const path = made.options.unsigned;
  let digested = 0;
  const options = {
    ...made.options,
    store,
    unsigned: { path, digest: digestOf(readFileSync(path)) },
    signerVersion: '1',
    nowMs: 0,
    contentSha256: () => `content ${++digested}`,
  };
  const first = await signOnce(options);
  assert.ok(first.ok && !first.value.isReused);
  const second = await signOnce({ ...options, java: '/nowhere/java' });
  assert.deepEqual(second, { ok: true, value: { ...first.value, isReused: true } });
  assert.equal(first.value.contentSha256, 'content 1');
  const { validUntilMs } = first.value;
  const expired = await signOnce({ ...options, nowMs: validUntilMs });
  assert.ok(!expired.ok);
  assert.match(
    told(expired.failure),
    /^release\/certificate-expired: .* expired at \d{4}-\d\d-\d\dT[\d:]+Z; sign with/,
  );
  assert.ok((await signOnce({ ...options, nowMs: validUntilMs - 1 })).ok);
  assert.deepEqual(Buffer.from(store.cas.get(first.value.signed)!), readFileSync(options.output));
});

test('each input of a signature changes its key', () => {
  const inputs = {
    unsigned: digestOf('a'),
    keyStore: digestOf('k'),
    keyAlias: 'one',
    kind: 'apk' as const,
    minSdk: 21,
    signerVersion: '1',
  };
  const changes = [
    {},
    { unsigned: digestOf('b') },
    { keyStore: digestOf('l') },
    { keyAlias: 'two' },
    { signerVersion: '2' },
    { kind: 'jar' as const },
    { minSdk: 24 },
  ];
  const keys = changes.map((change) => signingKey({ ...inputs, ...change }).hash);
  assert.equal(new Set(keys).size, changes.length);
  assert.equal(signingKey({ ...inputs }).hash, keys[0]);
});

test('passwords: well known for a debug key, from the environment for a release key', () => {
  const check = (variables: Record<string, string>, expected: string): void => {
    const result = signingPasswords('release', variables);
    assert.equal(result.ok ? `${result.value.store} ${result.value.key}` : told(result.failure), expected);
  };
  check({ KEYSTORE_PASSWORD: 's', KEY_PASSWORD: 'k' }, 's k');
  check({ KEYSTORE_PASSWORD: 's' }, 's s');
  check(
    { KEY_PASSWORD: 'k' },
    'release/key-password-missing: app.apk was not signed: the variable KEYSTORE_PASSWORD is not set; a release key needs its password: set KEYSTORE_PASSWORD in the environment of the build',
  );
  assert.deepEqual(signingPasswords('debug', {}), { ok: true, value: DEBUG });
});

/** `keytool` with what all calls have in common. */
function keytool(...words: readonly string[]): void {
  run(findProgram('keytool')!, '-J-XX:TieredStopAtLevel=1', ...words, '-storepass', 'secret-word');
}

function newKey(store: string, alias: string, ...words: readonly string[]): void {
  const common = ['-keystore', store, '-alias', alias, '-dname', 'CN=test'];
  keytool('-genkeypair', ...common, ...words);
}

const RSA = ['-keyalg', 'RSA', '-keysize', '2048'];

test('keys of every kind: what they sign verifies, and what stands against them is said', async (t) => {
  const made = setting(t);
  if (!made) return;
  const { options, folder } = made;
  const store = join(folder, 'keys.p12');
  newKey(store, 'good', ...RSA, '-validity', '9000');
  newKey(store, 'curve', '-keyalg', 'EC', '-groupname', 'secp256r1');
  newKey(store, 'old', ...RSA, '-startdate', '-400d', '-validity', '30');
  newKey(store, 'early', ...RSA, '-startdate', '+40d', '-validity', '90');
  keytool('-exportcert', '-keystore', store, '-alias', 'good', '-file', join(folder, 'good.crt'));
  const certificate = ['-alias', 'certificate', '-file', join(folder, 'good.crt'), '-noprompt'];
  keytool('-importcert', '-keystore', store, ...certificate);
  const jks = join(folder, 'keys.jks');
  newKey(jks, 'two', '-storetype', 'JKS', '-keypass', 'key-word', ...RSA);
  const passwords = { store: 'secret-word', key: 'secret-word' };
  const sign = (keyAlias: string, change: Partial<SignOptions> = {}, storeFile = store) =>
    signArchive({
      ...options,
      passwords,
      ...change,
      request: { ...options.request, storeFile, keyAlias, ...change.request },
    });
  const refused: Readonly<Record<string, RegExp>> = {
    old: /^release\/certificate-expired: .* expired at \d{4}-\d\d-\d\dT.*; sign with a key/,
    early: /^release\/certificate-too-new: .* is not valid before \d{4}-.*; check this machine's clock/,
    certificate: /^release\/key-not-private: .*PrivateKeyEntry$/,
    absent: /^release\/key-alias-missing: .*; it has: .*curve/,
  };
  for (const [alias, expected] of Object.entries(refused)) {
    const result = await sign(alias);
    assert.ok(!result.ok, alias);
    assert.match(told(result.failure), expected);
    assert.equal(existsSync(options.output), false);
  }
  const wrongKey = await sign('two', {}, jks);
  assert.ok(!wrongKey.ok);
  assert.match(told(wrongKey.failure), /^release\/key-password-wrong: .* the key two; check KEY_PASSWORD/);
  assert.ok((await sign('two', { passwords: { store: 'secret-word', key: 'key-word' } }, jks)).ok);

  const curve = await sign('curve');
  assert.ok(curve.ok);
  assert.equal(curve.value.algorithm, 'EC');
  const warning = notReproducible('EC', { subject: 'app.apk', place: {} });
  assert.match(warning?.message ?? '', /differ each time/);
  assert.equal(notReproducible('RSA', { subject: 'app.apk', place: {} }), undefined);
});

test('v1 is made where the lowest level asks for it, and alone for a bundle', async (t) => {
  const made = setting(t);
  if (!made) return;
  const { options } = made;
  const namesOf = (): string => readFileSync(options.output, 'latin1');
  const newer = await signArchive({ ...options, request: { ...options.request, minSdk: 24 } });
  assert.ok(newer.ok);
  assert.doesNotMatch(namesOf(), /META-INF\/CERT\.SF/);
  assert.match(namesOf(), /APK Sig Block 42/);
  const bundle = await signArchive({ ...options, request: { ...options.request, kind: 'jar', minSdk: 24 } });
  assert.ok(bundle.ok);
  assert.match(namesOf(), /META-INF\/CERT\.SF/);
  assert.doesNotMatch(namesOf(), /APK Sig Block 42/);
  const verified = run(findProgram('jarsigner')!, '-verify', '-verbose', options.output);
  assert.match(verified, /^jar verified\.$/m);
});
