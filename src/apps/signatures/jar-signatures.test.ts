import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sha256 } from '../../base/index.ts';
import { appOfBytes, contentOf } from '../app-file.ts';
import { damaged, readsOrRefuses } from '../archive/testing.ts';
import { type WrittenEntry, zipOf } from '../testing.ts';
import { readJarManifest } from './jar-manifest.ts';
import { JarSignatures } from './jar-signatures.ts';
import type { Signature } from './signature.ts';
import { testKey, type WrittenJar, withJarSignature } from './testing.ts';

const [TOM, ANN] = [testKey('Tom', 'rsa'), testKey('Ann')];
const SHORT = testKey('Short', 'rsa', 1024);

const FILES: readonly WrittenEntry[] = [
  { name: 'AndroidManifest.xml', content: 'a manifest' },
  { name: 'classes.dex', content: 'code' },
  { name: `assets/${'long/'.repeat(30)}name`, content: 'content' },
];

async function read(entries: readonly WrittenEntry[]): Promise<Signature[]> {
  const file = appOfBytes(zipOf(entries), 'app.apk');
  const jar = await JarSignatures.open(file, true);
  for (const entry of file.zip.entries) {
    const content = await contentOf(file, entry);
    jar.see(entry, content, sha256(content));
  }
  return jar.signatures();
}

function shown(signatures: readonly Signature[]): string[] {
  return signatures.flatMap(({ state, signers, reasons }) => [
    `${state} ${signers.map(({ subject }) => subject.replace('CN=', '')).join(' and ')}`.trimEnd(),
    ...reasons.map((reason) => `  ${reason}`),
  ]);
}

function says(name: string, entries: readonly WrittenEntry[], expected: readonly string[]): void {
  test(name, async () => assert.deepEqual(shown(await read(entries)), expected));
}

const signed = (...signers: readonly WrittenJar[]): WrittenEntry[] => withJarSignature(FILES, ...signers);
const without = (entries: readonly WrittenEntry[], name: string): WrittenEntry[] =>
  entries.filter((each) => each.name !== name);
const changed = (name: string, content: string): WrittenEntry[] =>
  signed({ key: TOM }).map((each) => (each.name === name ? { ...each, content } : each));

says('a jar without a signature', FILES, []);
says('a key of RSA', signed({ key: TOM }), ['verified Tom']);
says('a key of EC', signed({ key: ANN }), ['verified Ann']);
says('attributes that are signed in place of the file', signed({ key: TOM, hasAttributes: true }), [
  'verified Tom',
]);
says('two signers', signed({ key: TOM }, { key: ANN, name: 'OTHER' }), ['verified Tom', 'verified Ann']);
says(
  'files of the signature that are not listed',
  [...signed({ key: TOM }), { name: 'META-INF/SIG-X', content: '' }],
  ['verified Tom'],
);

says('a file that was changed', changed('classes.dex', 'other code'), [
  'wrong Tom',
  '  classes.dex has another SHA-256 digest than was signed',
]);
says(
  'a file that was added',
  [...signed({ key: TOM }), { name: 'assets/new', content: '' }],
  ['wrong Tom', '  assets/new was not signed'],
);
says(
  'many files that were added',
  [...signed({ key: TOM }), ...['a', 'b', 'c', 'd', 'META-INF/x/e'].map((name) => ({ name, content: '' }))],
  ['wrong Tom', '  a, b, c and 2 more were not signed'],
);
says('a file that is gone', without(signed({ key: TOM }), 'classes.dex'), [
  'wrong Tom',
  '  classes.dex was signed and is gone',
]);
says('no list of files', without(signed({ key: TOM }), 'META-INF/MANIFEST.MF'), [
  'wrong Tom',
  '  META-INF/MANIFEST.MF is missing',
]);
says('no signature file', without(signed({ key: TOM }), 'META-INF/CERT.SF'), [
  'wrong Tom',
  '  META-INF/CERT.SF is missing',
]);
const ADDED = 'Name: assets/new\r\nSHA-256-Digest: 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\r\n\r\n';
says(
  'a list that goes on, which leaves what was signed before',
  [...signed({ key: TOM, spoil: { manifest: (text) => text + ADDED } }), { name: 'assets/new', content: '' }],
  ['wrong Tom', '  assets/new was not signed'],
);
says(
  'a list that was changed',
  signed({ key: TOM, spoil: { manifest: (text) => text.replace('1.0', '1.1').replace('=', '') } }),
  [
    'wrong Tom',
    '  META-INF/MANIFEST.MF is not what was signed',
    '  AndroidManifest.xml has another SHA-256 digest than was signed',
  ],
);
const OTHER = 'its signature (RSA with SHA-256) does not hold: the key did not sign this';
says(
  'a signature file that was changed',
  signed({ key: TOM, spoil: { file: (text) => text.replace('1.0', '2.0') } }),
  ['wrong Tom', `  ${OTHER}`],
);
says(
  'and one whose attributes were signed',
  signed({ key: TOM, hasAttributes: true, spoil: { file: (text) => text.replace('1.0', '2.0') } }),
  ['wrong Tom', '  its signature is over another signature file'],
);
says('the certificate of another', signed({ key: TOM, certificate: SHORT.certificate }), [
  'wrong Short',
  `  ${OTHER}`,
]);
says('noise for a signature', changed('META-INF/CERT.RSA', 'noise'), [
  'wrong',
  '  META-INF/CERT.RSA: it ends before what it announces, or points outside of itself',
]);
says(
  'a list that names a file twice',
  signed({ key: TOM, spoil: { manifest: (text) => text + ADDED + ADDED } }),
  ['wrong Tom', '  META-INF/MANIFEST.MF: it names assets/new twice'],
);

test('the schemes that it says to have been there, and what makes it weak', async () => {
  const facts = async (signer: WrittenJar): Promise<unknown> => {
    const [{ state, expects, weaknesses } = { state: 'none' }] = await read(signed(signer));
    return [state, expects, weaknesses];
  };
  assert.deepEqual(await facts({ key: TOM, announces: '2, 3, constructor' }), ['verified', ['v2', 'v3'], []]);
  assert.deepEqual(await facts({ key: SHORT, digest: 'sha1' }), [
    'verified',
    [],
    ['its RSA key has 1024 bits', 'files are listed by SHA-1 digests alone'],
  ]);
});

test('a name goes on in the next line, in the middle of a character', () => {
  const name = Buffer.from('Name: ä');
  const bytes = Buffer.concat([
    Buffer.from('Manifest-Version: 1.0\n\n'),
    ...[name.subarray(0, 7), Buffer.from('\r\n '), name.subarray(7), Buffer.from('\rX: y\r\r')],
  ]);
  const { main, sections } = readJarManifest(bytes);
  assert.deepEqual([...main.attributes], [['manifest-version', '1.0']]);
  assert.equal(String(main.bytes), 'Manifest-Version: 1.0\n\n');
  assert.deepEqual(
    [...sections].map(([key, { attributes }]) => [key, attributes.get('x')]),
    [['ä', 'y']],
  );
});

const entries = signed({ key: TOM });
const bytesOf = (name: string): Buffer => Buffer.from(entries.find((each) => each.name === name)!.content);
readsOrRefuses('a manifest', bytesOf('META-INF/MANIFEST.MF'), readJarManifest);

test('whatever stands in the files of a signature, it gets an answer', async () => {
  for (const name of ['META-INF/CERT.RSA', 'META-INF/CERT.SF', 'META-INF/MANIFEST.MF']) {
    const whole = bytesOf(name);
    await fc.assert(
      fc.asyncProperty(damaged(whole), async (content) => {
        const [signature] = await read(
          entries.map((each) => (each.name === name ? { ...each, content } : each)),
        );
        if (content.equals(whole)) assert.equal(signature?.state, 'verified');
        // The other two have places that nothing signs.
        else if (name === 'META-INF/CERT.SF') assert.equal(signature?.state, 'wrong');
      }),
      { numRuns: 150 },
    );
  }
});
