/** Whether what is said of signatures is what apksig, the library of apksigner, says of the same files. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readEntry, readZip } from '../src/apps/archive/zip.ts';
import { directoryPlace } from '../src/apps/archive/zip-end.ts';
import { appReport, signingBlock } from '../src/apps/index.ts';
import { V1_SIGNATURE } from '../src/apps/signatures/jar-signatures.ts';
import {
  lineageOf,
  testKey,
  type WrittenBlock,
  type WrittenJar,
  withBlock,
  withJarSignature,
} from '../src/apps/signatures/testing.ts';
import { apkEntries, u32, type WrittenEntry, zipOf } from '../src/apps/testing.ts';
import { realHost } from '../src/host/index.ts';
import { SIGNER_CLASS, SIGNER_PROGRAM, signArchive } from '../src/release/index.ts';
import { isLong } from './long.ts';
import { preparedFiles, TEST_CACHE } from './prepared-tools.ts';

const KEY_STORE = join(import.meta.dirname, '../examples/platform/mobile/hybrid/keystore/debug.p12');
const MIN_SDK = 21;

const PEER = `
import com.android.apksig.ApkVerifier;
import java.io.File;
public class Peer {
  public static void main(String[] files) {
    for (String file : files) {
      String said;
      try {
        ApkVerifier.Result result =
            new ApkVerifier.Builder(new File(file)).setMinCheckedPlatformVersion(${MIN_SDK}).build().verify();
        said = result.isVerified() + " " + result.getAllErrors();
      } catch (Exception refused) {
        said = "false " + refused;
      }
      System.out.println(said.replace('\\n', ' '));
    }
  }
}
`;

const [TOM, ANN, EVE] = [testKey('Tom', 'rsa'), testKey('Ann'), testKey('Eve')];
const APP = {
  targetSdk: 29,
  entries: [{ name: 'assets/large', content: Buffer.alloc(2 ** 20 + 9, 7), isStored: true }],
};
const ENTRIES = apkEntries(APP);
const JAR: readonly WrittenJar[] = [{ key: TOM, announces: '2, 3' }];
const V2: WrittenBlock = [['v2', [{ key: TOM, attributes: [[0xbeeff00d, u32(3)]] }]]];
const V3: WrittenBlock = [['v3', [{ key: TOM }]]];

function apk(block: WrittenBlock, jar: readonly WrittenJar[] = JAR, entries = ENTRIES): Buffer {
  const zip = zipOf(jar.length > 0 ? withJarSignature(entries, ...jar) : entries);
  return block.length > 0 ? withBlock(zip, block) : zip;
}

function flipped(bytes: Buffer, at: number): Buffer {
  const other = Buffer.from(bytes);
  other.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return other;
}

/** Entries of a jar that were changed after it was signed, with a block over what came of it. */
const jarOnly = (
  change: (entries: WrittenEntry[]) => WrittenEntry[],
  jar: WrittenJar = { key: TOM },
): Buffer => zipOf(change(withJarSignature(ENTRIES, jar)));
const replaced =
  (name: string, content: (old: string) => string) =>
  (entries: WrittenEntry[]): WrittenEntry[] =>
    entries.map((each) => (each.name === name ? { ...each, content: content(String(each.content)) } : each));
const heir = (...keys: Parameters<typeof lineageOf>): WrittenBlock => [
  ...V2,
  ['v3', [{ key: EVE, attributes: [lineageOf(...keys)] }]],
];
const rotated: WrittenBlock = [
  ['v2', [{ key: ANN }]],
  ['v3', [{ key: ANN, sdk: [24, 32], attributes: [[0x559f8b02, u32(33)]] }]],
  ['v3.1', [{ key: EVE, sdk: [33, 0x7fffffff], attributes: [lineageOf([ANN, EVE])] }]],
];
const spoil = (data: Buffer): Buffer => flipped(data, 20);

const WHOLE = apk([...V2, ...V3]);
const place = directoryPlace(WHOLE);
/** A byte of it: it stands before the key, and that behind the certificate, which has the key as well. */
const SIGNATURE_OF_V2 =
  WHOLE.indexOf(
    TOM.publicKey.export({ type: 'spki', format: 'der' }),
    WHOLE.indexOf(TOM.certificate, signingBlock(WHOLE, place.offset)!.offset) + TOM.certificate.length,
  ) - 9;
const FILES: Readonly<Record<string, Buffer>> = {
  whole: WHOLE,
  contents: flipped(WHOLE, 10),
  'second chunk': flipped(WHOLE, 2 ** 20 + 100),
  directory: flipped(WHOLE, place.offset + 12),
  'end record': flipped(WHOLE, place.endRecord + 4),
  'signed data of v2': apk([['v2', [{ key: TOM, spoil }]], ...V3]),
  'signed data of v3': apk([...V2, ['v3', [{ key: TOM, spoil }]]]),
  'signature of v2': flipped(WHOLE, SIGNATURE_OF_V2),
  'certificate of v2': apk([['v2', [{ key: TOM, certificate: ANN.certificate }]], ...V3]),
  'key of v3': apk([...V2, ['v3', [{ key: TOM, publicKey: ANN.publicKey }]]]),
  'block gone': apk([]),
  'v3 gone': apk(V2),
  'two signers': apk([['v2', [{ key: TOM }, { key: ANN }]]], [{ key: TOM }, { key: ANN, name: 'ANN' }]),
  'two signers, one wrong': apk(
    [['v2', [{ key: TOM }, { key: ANN, spoil }]]],
    [{ key: TOM }, { key: ANN, name: 'ANN' }],
  ),
  'other keys': apk([['v2', [{ key: ANN }]]], [{ key: TOM }]),
  'other keys in v3': apk([...V2, ['v3', [{ key: ANN }]]]),
  'SHA-512': apk([['v2', [{ key: TOM, algorithms: [0x0104] }]]], [{ key: TOM }]),
  'old devices': apk([['v2', [{ key: TOM }]]], []),
  lineage: apk(heir([TOM, EVE], 0x0103)),
  'lineage of another': apk(heir([{ ...TOM, privateKey: testKey('X', 'rsa').privateKey }, EVE], 0x0103)),
  'lineage without its end': apk(heir([TOM, ANN], 0x0103)),
  'levels that differ': apk([...V2, ['v3', [{ key: TOM, besideSdk: [24, 40] }]]]),
  rotated: apk(rotated, [{ key: ANN }]),
  'rotated, new key gone': apk(rotated.slice(0, 2), [{ key: ANN }]),
  jar: jarOnly((entries) => entries),
  'jar with attributes': jarOnly((entries) => entries, { key: TOM, hasAttributes: true }),
  'jar of EC': jarOnly((entries) => entries, { key: ANN }),
  'jar by SHA-1': jarOnly((entries) => entries, { key: TOM, digest: 'sha1' }),
  'jar, file changed': jarOnly(replaced('classes.dex', (old) => `${old}!`)),
  'jar, file added': jarOnly((entries) => [...entries, { name: 'assets/new', content: '' }]),
  'jar, file gone': jarOnly((entries) => entries.filter(({ name }) => name !== 'assets/large')),
  'jar, list changed': jarOnly(
    replaced('META-INF/MANIFEST.MF', (old) => old.replace('Digest: ', 'Digest: A')),
  ),
  'jar, signature file changed': jarOnly(replaced('META-INF/CERT.SF', (old) => old.replace('1.0', '1.1'))),
  'jar, certificate of another': jarOnly((entries) => entries, {
    key: TOM,
    certificate: testKey('Tom', 'rsa').certificate,
  }),
};

/** RSA-PSS is not among them, for want of a Java that knows it by the name that Android has for it. */
const ACCEPTED = [
  ...['whole', 'two signers', 'SHA-512', 'lineage', 'rotated'],
  ...['jar', 'jar with attributes', 'jar of EC', 'jar by SHA-1', 'product'],
];

/** Whether devices take it, as far as signatures go; what no reader takes at all is refused, too. */
async function isAccepted(path: string): Promise<{ readonly isAccepted: boolean; readonly why: string }> {
  const world = { fs: realHost().fs, nowMs: Date.now(), signal: new AbortController().signal };
  const done = await appReport(world, { path, name: 'app' });
  if (!done.ok) return { isAccepted: false, why: done.failure.message };
  const errors = done.value.findings.filter(
    ({ severity, code }) => severity === 'error' && code.includes('/sign'),
  );
  return { isAccepted: errors.length === 0, why: errors.map(({ message }) => message).join('\n') };
}

function tools(t: TestContext): { readonly apksig: string; readonly folder: string } | undefined {
  const [file] = preparedFiles('apksig');
  if (!file?.isThere) return void t.skip('not run: apksig is missing');
  const folder = mkdtempSync(join(tmpdir(), 'apk-signatures-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return { apksig: join(TEST_CACHE, file.place), folder };
}

function run(...argv: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(argv[0]!, argv.slice(1), { encoding: 'utf8' });
  assert.equal(status, 0, `${argv.join(' ')}\n${stderr}${error ?? ''}`);
  return stdout;
}

/** The app as the product signs it, and 60 copies with one flipped bit each, by a fixed row of places. */
async function signedByProduct(folder: string, apksig: string): Promise<Record<string, Buffer>> {
  const { fs, processes } = realHost();
  const classes = join(folder, 'classes');
  mkdirSync(classes);
  writeFileSync(join(classes, `${SIGNER_CLASS}.java`), SIGNER_PROGRAM);
  run('javac', '-nowarn', '-cp', apksig, '-d', classes, join(classes, `${SIGNER_CLASS}.java`));
  const [unsigned, output] = [join(folder, 'unsigned.apk'), join(folder, 'product.apk')];
  writeFileSync(unsigned, zipOf(ENTRIES));
  const signed = await signArchive({
    ...{ processes, fs, java: 'java', signerClasspath: `${apksig}:${classes}`, unsigned, output },
    request: { kind: 'apk', minSdk: MIN_SDK, storeFile: KEY_STORE, keyAlias: 'androiddebugkey' },
    passwords: { store: 'android', key: 'android' },
    temporaryDirectory: folder,
  });
  assert.ok(signed.ok, JSON.stringify(signed));
  const bytes = readFileSync(output);
  const files: Record<string, Buffer> = { product: bytes };
  for (let count = 0, at = 1; count < 60; count++) {
    at = (at * 48271) % 0x7fffffff;
    files[`product, bit of byte ${at % bytes.length}`] = flipped(bytes, at % bytes.length);
  }
  return files;
}

if (isLong)
  test('apksig says the same of every file, whole or damaged', async (t) => {
    const found = tools(t);
    if (!found) return;
    const { folder, apksig } = found;
    const files = Object.entries({ ...FILES, ...(await signedByProduct(folder, apksig)) });
    const paths = files.map((_, at) => join(folder, `${at}.apk`));
    for (const [at, [, bytes]] of files.entries()) writeFileSync(paths[at]!, bytes);
    writeFileSync(join(folder, 'Peer.java'), PEER);
    const lines = run('java', '-cp', apksig, join(folder, 'Peer.java'), ...paths)
      .trim()
      .split('\n');
    assert.equal(lines.length, files.length);
    const accepted = files.filter((_, at) => lines[at]!.startsWith('true')).map(([name]) => name);
    assert.deepEqual(
      accepted.filter((name) => !name.startsWith('product, ')),
      ACCEPTED,
    );
    for (const [at, [name]] of files.entries())
      await t.test(name, async () => {
        const ours = await isAccepted(paths[at]!);
        assert.equal(String(ours.isAccepted), lines[at]!.split(' ')[0], `${lines[at]}\nours: ${ours.why}`);
      });
  });

/** What `jarsigner` makes with a key of each kind that Android takes, as stores take it of bundles. */
const JAR_KEYS: Readonly<Record<string, readonly string[]>> = {
  rsa: ['-keyalg', 'RSA', '-keysize', '2048'],
  ec: ['-keyalg', 'EC', '-groupname', 'secp384r1'],
  dsa: ['-keyalg', 'DSA', '-keysize', '2048'],
};

async function withOther(jar: Buffer, name: string): Promise<Buffer> {
  const entries = readZip(jar).entries.map(async (entry) => {
    const content = await readEntry(jar, entry);
    return {
      name: entry.name,
      content: entry.name === name ? Buffer.concat([content, Buffer.from('\n')]) : content,
    };
  });
  return zipOf(await Promise.all(entries));
}

if (isLong)
  test('jarsigner says the same of jars that it signed, whole or damaged', async (t) => {
    const missing = ['keytool', 'jarsigner'].find((name) => spawnSync(name, ['--help']).error);
    if (missing !== undefined) return t.skip(`not run: ${missing} is missing`);
    const folder = mkdtempSync(join(tmpdir(), 'jar-signatures-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const store = ['-keystore', join(folder, 'keys.p12'), '-storepass', 'secret1'];
    for (const [alias, kind] of Object.entries(JAR_KEYS)) {
      run('keytool', '-genkeypair', ...store, '-alias', alias, ...kind, '-dname', `CN=${alias}`);
      const signed = join(folder, `${alias}.jar`);
      writeFileSync(signed, zipOf([...ENTRIES, { name: 'META-INF/services/ä', content: 'listed, too' }]));
      run('jarsigner', ...store, signed, alias);
      const jar = readFileSync(signed);
      const block = readZip(jar).entries.find(({ name }) => V1_SIGNATURE.test(name))!.name;
      for (const name of ['', 'classes.dex', block.replace(/\.\w+$/, '.SF')]) {
        const path = join(folder, 'jar');
        writeFileSync(path, await withOther(jar, name));
        const theirs = spawnSync('jarsigner', ['-verify', path], { encoding: 'utf8' });
        const ours = await isAccepted(path);
        assert.equal(
          ours.isAccepted,
          /^jar verified\.$/m.test(theirs.stdout),
          `${alias} ${name}: ${ours.why}`,
        );
        assert.equal(ours.isAccepted, name === '', `${alias} ${name}`);
      }
    }
  });

if (isLong)
  test('what apksigner makes with fs-verity, a lineage and beside the package is verified', async (t) => {
    const missing = ['keytool', 'apksigner'].find((name) => spawnSync(name, ['--help']).error);
    if (missing !== undefined) return t.skip(`not run: ${missing} is missing`);
    const folder = mkdtempSync(join(tmpdir(), 'apksigner-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const path = (name: string): string => join(folder, name);
    const store = ['-keystore', path('keys.p12'), '-storepass', 'secret1'];
    for (const [alias, kind] of Object.entries(JAR_KEYS))
      run('keytool', '-genkeypair', ...store, '-alias', alias, ...kind, '-dname', `CN=${alias}`);
    const key = (alias: string): string[] => [
      '--ks',
      path('keys.p12'),
      '--ks-key-alias',
      alias,
      '--ks-pass',
      'pass:secret1',
    ];
    writeFileSync(path('unsigned.apk'), zipOf(ENTRIES));
    const sign = async (...words: readonly string[]): Promise<string[]> => {
      run(
        'apksigner',
        'sign',
        '--min-sdk-version',
        '24',
        ...words,
        '--out',
        path('out.apk'),
        path('unsigned.apk'),
      );
      const world = { fs: realHost().fs, nowMs: Date.now(), signal: new AbortController().signal };
      const done = await appReport(world, { path: path('out.apk'), name: 'app' });
      assert.ok(done.ok);
      return done.value.android!.signatures.map(({ scheme, state, reasons, signers: [signer] }) =>
        [scheme, state, ...reasons, ...(signer?.lineage ?? []).map(({ subject }) => `after ${subject}`)].join(
          ' ',
        ),
      );
    };
    const whole = ['v1 verified', 'v2 verified', 'v3 verified', 'v4 verified'];
    for (const alias of Object.keys(JAR_KEYS))
      assert.deepEqual(await sign(...key(alias), '--verity-enabled', 'true'), whole);
    const rotation = ['--old-signer', ...key('rsa'), '--new-signer', ...key('ec')];
    run('apksigner', 'rotate', '--out', path('lineage'), ...rotation);
    assert.deepEqual(await sign(...key('rsa'), '--next-signer', ...key('ec'), '--lineage', path('lineage')), [
      ...['v1 verified', 'v2 verified', 'v3 verified after CN=rsa', 'v4 verified'],
    ]);
  });
