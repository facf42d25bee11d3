/** Each cause planted in two small archives, and seen by its name; and no cause where none was planted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { binaryXmlOf } from '../apps/testing.ts';
import { MemoryFileSystem } from '../host/testing.ts';
import { diffFiles, type FilesDiff } from './diff-files.ts';
import { filesDiffText } from './diff-files-text.ts';
import {
  dexOf,
  jarSignatureOf,
  pngOf,
  profileMetadataOf,
  profileOf,
  signingBlockOf,
  type ZipEntry,
  zipOf,
} from './testing.ts';

const NOW_MS = Date.UTC(2026, 10, 27);

async function diffOf(a: Buffer, b: Buffer): Promise<FilesDiff> {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/x');
  fs.writeFile('/x/a.apk', a);
  fs.writeFile('/x/b.apk', b);
  const compared = await diffFiles({ fs, a: '/x/a.apk', b: '/x/b.apk', nowMs: NOW_MS });
  assert.ok(compared.ok);
  return compared.value;
}

interface Planted {
  readonly a: Buffer;
  readonly b: Buffer;
  /** Lines of place, field and kinds of causes. */
  readonly finds: readonly string[];
  readonly cure?: RegExp;
  readonly isSameUnderSignature?: boolean;
}

function check(name: string, { a, b, finds, cure, ...expected }: Planted): void {
  test(name, async () => {
    const diff = await diffOf(a, b);
    const lines = diff.differences.map(({ place, field, causes }) =>
      [place.join(' > '), field, causes.map(({ kind }) => kind).join()].join(' | '),
    );
    assert.deepEqual(lines, finds, JSON.stringify(diff.differences, undefined, 1));
    if (cure) assert.match(diff.differences.flatMap(({ cures }) => cures).join('\n'), cure);
    assert.equal(diff.isSameUnderSignature, expected.isSameUnderSignature);
    assert.match(filesDiffText(diff), /not the same/);
  });
}

const zip = (...entries: readonly ZipEntry[]): Buffer => zipOf(entries);
const one = (name: string, content: string | Buffer): Buffer => zipOf([{ name, content }]);

check('times of members', {
  a: zip({ name: 'a', content: '1', time: 0x4000 }),
  b: zip({ name: 'a', content: '1', time: 0x4001 }),
  finds: ['a | mtime | time', 'a | mtime in the header | time'],
  cure: /fixed time|SOURCE_DATE_EPOCH/,
});
check('a time in a text', {
  a: one('assets/build.json', '{"built":"2026-11-20T10:00:00Z"}'),
  b: one('assets/build.json', '{"built":"2026-11-21T11:30:00Z"}'),
  finds: ['assets/build.json | content | time'],
  cure: /SOURCE_DATE_EPOCH/,
});
check('a path in a dex file', {
  a: one('classes.dex', dexOf(['Lcom/a/Main;', '/home/ann/app/src/Main.kt'])),
  b: one('classes.dex', dexOf(['Lcom/a/Main;', '/builds/group/some-app/src/Main.kt'])),
  finds: ['classes.dex > strings | content | embedded path'],
  cure: /relative|prefix-map/,
});
check('a path in a native library', {
  a: one('lib/arm64-v8a/libx.so', Buffer.from('\x7fELF\0\0\x01/home/ann/x/jni/x.c\0\x02', 'latin1')),
  b: one('lib/arm64-v8a/libx.so', Buffer.from('\x7fELF\0\0\x01/builds/ci/longer/jni/x.c\0\x02', 'latin1')),
  finds: ['lib/arm64-v8a/libx.so | content | embedded path'],
});
check('an order of members', {
  a: zip({ name: 'a', content: '1' }, { name: 'b', content: '2' }),
  b: zip({ name: 'b', content: '2' }, { name: 'a', content: '1' }),
  finds: [' | order | order'],
  cure: /sort/,
});
check('an order of lines', {
  a: one('META-INF/services/x', 'one\ntwo\nthree\n'),
  b: one('META-INF/services/x', 'three\none\ntwo\n'),
  finds: ['META-INF/services/x | content | order'],
});
const words = 'the quick brown fox jumps over the lazy dog and back again\n'.repeat(40);
check('a level of compression', {
  a: zip({ name: 'a', content: words, level: 1 }),
  b: zip({ name: 'a', content: words, level: 9 }),
  finds: ['a | compression | compression level'],
  cure: /same level/,
});
check('stored or compressed', {
  a: zip({ name: 'a', content: words, isStored: true }),
  b: zip({ name: 'a', content: words }),
  finds: ['a | method | compression level'],
});
const rows = [
  [255, 0, 0, 0, 0, 255],
  [0, 0, 255, 255, 0, 0],
];
check('a picture that was crunched', {
  a: one('res/i.png', pngOf({ rows })),
  b: one('res/i.png', pngOf({ rows, isPalette: true })),
  finds: ['res/i.png | content | PNG crunching'],
  cure: /crunch/,
});
check('a picture that shows something else', {
  a: one('res/i.png', pngOf({ rows })),
  b: one('res/i.png', pngOf({ rows: rows.toReversed() })),
  finds: ['res/i.png | content | unknown'],
});
const time = (second: number): [string, Buffer][] => [['tIME', Buffer.from([7, 234, 11, 20, 10, 0, second])]];
check('a time in a picture', {
  a: one('res/i.png', pngOf({ rows, chunks: time(1) })),
  b: one('res/i.png', pngOf({ rows, chunks: time(2) })),
  finds: ['res/i.png > tIME | time | time'],
});
check('ends of lines', {
  a: one('assets/a.txt', 'one\ntwo\n'),
  b: one('assets/a.txt', 'one\r\ntwo\r\n'),
  finds: ['assets/a.txt | content | line ends'],
  cure: /eol=lf/,
});
check('ends of lines, and something else', {
  a: one('assets/a.txt', 'one\ncat\n'),
  b: one('assets/a.txt', 'one\r\ndog\r\n'),
  finds: ['assets/a.txt | content | line ends,unknown'],
});
const marker = (id: string): string =>
  `~~R8{"backend":"dex","compilation-mode":"release","pg-map-id":"${id}"}`;
check("R8's map id", {
  a: one('classes.dex', dexOf(['LMain;', `r8-map-id-${'a1'.repeat(32)}`, marker('a1a1a1a')])),
  b: one('classes.dex', dexOf(['LMain;', `r8-map-id-${'b2'.repeat(32)}`, marker('b2b2b2b')])),
  finds: ['classes.dex > strings | content | R8 map id'],
  cure: /R8/,
});
// 24 MB in lines, from a file of 1 MB.
const longName = (letter: string): Buffer => {
  const bytes = dexOf([letter.repeat(120), ...Array.from({ length: 200_000 }, () => '')]);
  for (let row = 1; row <= 200_000; row++) bytes.writeUInt32LE(bytes.readUInt32LE(112), 112 + 4 * row);
  return bytes;
};
check('a dex file whose strings lie over one another', {
  a: one('classes.dex', longName('x')),
  b: one('classes.dex', longName('y')),
  finds: ['classes.dex | content | unknown'],
});

check('code of a dex file', {
  a: one('classes.dex', dexOf(['LMain;'], '\x01\x02')),
  b: one('classes.dex', dexOf(['LMain;'], '\x01\x03')),
  finds: ['classes.dex | content | unknown'],
});
const library = (id: number): Buffer =>
  Buffer.concat([
    Buffer.from('\x7fELF\0\0\0\0', 'latin1'),
    Buffer.from('040000001400000003000000474e5500', 'hex'),
    Buffer.alloc(20, id),
    Buffer.from('the same code'),
  ]);
check('the build id of a native library', {
  a: one('lib/x86_64/liba.so', library(1)),
  b: one('lib/x86_64/liba.so', library(2)),
  finds: ['lib/x86_64/liba.so | content | build id'],
  cure: /--build-id=none/,
});
const first = ['classes.dex', [1, 2, 3]] as const;
const second = ['classes2.dex', [4, 5]] as const;
check('the order of a baseline profile', {
  a: one('assets/dexopt/baseline.prof', profileOf([first, second])),
  b: one('assets/dexopt/baseline.prof', profileOf([second, first])),
  finds: ['assets/dexopt/baseline.prof | order | order'],
  cure: /baseline\.profm/,
});
check("the order of a baseline profile's metadata", {
  a: one('assets/dexopt/baseline.profm', profileMetadataOf([first, second])),
  b: one('assets/dexopt/baseline.profm', profileMetadataOf([second, first])),
  finds: [
    'assets/dexopt/baseline.profm | order | order',
    'assets/dexopt/baseline.profm > classes.dex | profile index | follows',
    'assets/dexopt/baseline.profm > classes2.dex | profile index | follows',
  ],
  cure: /baseline\.profm/,
});
check('other classes in a baseline profile', {
  a: one('assets/dexopt/baseline.profm', profileMetadataOf([first])),
  b: one('assets/dexopt/baseline.profm', profileMetadataOf([['classes.dex', [1, 2, 9]]])),
  finds: ['assets/dexopt/baseline.profm > classes.dex | content | unknown'],
});

const manifest = (code: number): Buffer =>
  binaryXmlOf(['manifest', { 'android:versionCode': code, 'android:versionName': '1.0' }]);
check('compiled XML is compared by its attributes', {
  a: one('AndroidManifest.xml', manifest(1)),
  b: one('AndroidManifest.xml', manifest(2)),
  finds: ['AndroidManifest.xml | content | unknown'],
});
const icon = (resource: number): Buffer => binaryXmlOf(['application', { 'android:icon': { resource } }]);
check('an id of a resource is no address', {
  a: one('AndroidManifest.xml', icon(0x7f030000)),
  b: one('AndroidManifest.xml', icon(0x7f030001)),
  finds: ['AndroidManifest.xml | content | unknown'],
});
test('an attribute of compiled XML is told by its name', async () => {
  const archives = [1, 2].map((code) => one('AndroidManifest.xml', manifest(code)));
  const text = filesDiffText(await diffOf(archives[0]!, archives[1]!));
  assert.match(text, /line 2, column 23: …oid:versionCode=1\\n -> …oid:versionCode=2/);
});

const list = { name: 'META-INF/K.SF', content: 'SHA-256-Digest: x\n' };
const jar = (signature: Buffer, entry = list): Buffer =>
  zip({ name: 'a', content: '1' }, entry, { name: 'META-INF/K.EC', content: signature });
check('a signature with a random part', {
  a: jar(jarSignatureOf('ann', 'one')),
  b: jar(jarSignatureOf('ann', 'two')),
  finds: ['META-INF/K.EC | content | randomised signature'],
  cure: /PKCS #1 v1\.5/,
  isSameUnderSignature: true,
});
check('a signature with another key', {
  a: jar(jarSignatureOf('ann', 'one')),
  b: jar(jarSignatureOf('bob', 'two')),
  finds: ['META-INF/K.EC | content | signature'],
  isSameUnderSignature: true,
});
check('a signature of another content follows', {
  a: jar(jarSignatureOf('ann', 'one')),
  b: jar(jarSignatureOf('ann', 'two'), { ...list, content: 'SHA-256-Digest: y\n' }),
  finds: ['META-INF/K.SF | content | follows', 'META-INF/K.EC | content | follows'],
  isSameUnderSignature: true,
});
const signed = (...block: Parameters<typeof signingBlockOf>): Buffer =>
  zipOf([{ name: 'a', content: '1' }], signingBlockOf(...block));
check('a signature of scheme 2 with a random part', {
  a: signed({ signature: 'one' }),
  b: signed({ signature: 'two' }),
  finds: [' | signing block: signature v2 | randomised signature'],
  isSameUnderSignature: true,
});
check('a signature of scheme 2 with RSA is not random', {
  a: signed({ signature: 'one', algorithm: 0x0103 }),
  b: signed({ signature: 'two', algorithm: 0x0103 }),
  finds: [' | signing block: signature v2 | signature'],
  isSameUnderSignature: true,
});
check('a signature of scheme 2 with another key', {
  a: signed({ signature: 'one', certificate: 'ann' }),
  b: signed({ signature: 'two', certificate: 'bob' }),
  finds: [' | signing block: signature v2 | signature'],
  isSameUnderSignature: true,
});
check('a signature of scheme 2 over another content follows', {
  a: signed({ signature: 'one', digest: 'x' }),
  b: signed({ signature: 'two', digest: 'y' }),
  finds: [' | signing block: signature v2 | follows'],
  isSameUnderSignature: true,
});
const damaged = signingBlockOf({ signature: 'one' });
// The upper half of a length, which nobody reads.
damaged[12] = 1;
check('a block of the same parts in other bytes', {
  a: signed({ signature: 'one' }),
  b: zipOf([{ name: 'a', content: '1' }], damaged),
  finds: [' | signing block: content | unknown'],
  isSameUnderSignature: true,
});
check("what Google's store alone can read", {
  a: signed({ signature: 'one', dependencies: 'xyz' }),
  b: signed({ signature: 'one', dependencies: 'abc' }),
  finds: [' | signing block: dependency block | dependency block'],
  cure: /dependenciesInfo/,
  isSameUnderSignature: true,
});
check('signed and not signed', {
  a: zip({ name: 'a', content: '1' }),
  b: signed({ signature: 'one' }),
  finds: [' | signing block | signature'],
  isSameUnderSignature: true,
});
check('signed as a jar, and not', {
  a: zip({ name: 'a', content: '1' }),
  b: jar(jarSignatureOf('ann', 'one')),
  finds: [
    'META-INF/K.SF | only in the second build (file) | signature',
    'META-INF/K.EC | only in the second build (file) | signature',
  ],
  isSameUnderSignature: true,
});
const library16k = (pad: number): Buffer =>
  zip({ name: 'lib/x86_64/a.so', content: 'code', isStored: true, extra: Buffer.alloc(pad) });
check('alignment of a native library', {
  a: library16k(16 * 1024 - 45),
  b: library16k(4096 - 45),
  finds: [' | alignment | alignment'],
  cure: /zipalign/,
});
check('another content behind which nothing is aligned', {
  a: zip({ name: 'abcd', content: '12', isStored: true }, { name: 'e', content: '1', isStored: true }),
  b: zip({ name: 'abcd', content: '123456789', isStored: true }, { name: 'e', content: '1', isStored: true }),
  finds: ['abcd | content | unknown'],
});

/** The same numbers for each run of the test. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const NAMES = [
  'classes.dex',
  'res/i.png',
  'assets/a.txt',
  'lib/x86_64/liba.so',
  'assets/dexopt/baseline.prof',
];
const RUNS = 300;

test('equal archives give nothing, and a member that is another one at random has no cause that is known', async () => {
  for (let run = 0; run < RUNS; run++) {
    const random = generator(run);
    const bytes = (): Buffer => Buffer.from(Array.from({ length: 1 + random(400) }, () => random(256)));
    const entries = NAMES.map((name) => ({ name, content: bytes(), isStored: random(2) === 0 }));
    const archive = zipOf(entries);
    assert.deepEqual((await diffOf(archive, Buffer.from(archive))).differences, []);
    const at = random(NAMES.length);
    const others = entries.map((entry, index) => (index === at ? { ...entry, content: bytes() } : entry));
    const { differences, isSame } = await diffOf(archive, zipOf(others));
    const kinds = new Set(differences.flatMap(({ causes }) => causes.map(({ kind }) => kind)));
    assert.deepEqual(
      [isSame, differences.map(({ place }) => place.join())],
      [false, [NAMES[at]]],
      `run ${run}`,
    );
    assert.deepEqual([...kinds], ['unknown'], `run ${run}: ${JSON.stringify(differences)}`);
  }
});

test('one letter of a text that is another one is no order, no number and no time', async () => {
  const text = 'version 1.2.3 of {a, b; c} at 11:22 for v10.4, 1.10 and 20 words-of/no-sort = x\n';
  for (let at = 0; at < text.length - 1; at++) {
    const other = `${text.slice(0, at)}${text[at] === ';' ? ',' : ';'}${text.slice(at + 1)}`;
    const { differences } = await diffOf(one('a.txt', text), one('a.txt', other));
    const kinds = differences.flatMap(({ causes }) => causes.map(({ kind }) => kind));
    assert.deepEqual(kinds, ['unknown'], `${at}: ${other} ${JSON.stringify(differences)}`);
  }
});

test('a version is no number of another language', async () => {
  for (const [a, b] of [
    ['1.2.3', '12.3'],
    ['1.10', '11.0'],
    ['2.0', '20'],
  ] as const) {
    const { differences } = await diffOf(one('a.txt', `v ${a}\n`), one('a.txt', `v ${b}\n`));
    assert.deepEqual(
      differences[0]?.causes.map(({ kind }) => kind),
      ['unknown'],
      `${a} ${b}`,
    );
  }
});

test('what is not there, and a folder beside a file, are refused', async () => {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/x');
  fs.writeFile('/x/a', '1');
  const refused = async (a: string, b: string): Promise<unknown> => {
    const compared = await diffFiles({ fs, a, b, nowMs: NOW_MS });
    return compared.ok ? undefined : compared.failure;
  };
  assert.deepEqual(await refused('/x/a', '/x/b'), { kind: 'missing', path: '/x/b' });
  assert.deepEqual(await refused('/x/c', '/x/a'), { kind: 'missing', path: '/x/c' });
  assert.deepEqual(await refused('/x/a', '/x'), { kind: 'other', path: '/x' });
});

test('folders are compared by their files', async () => {
  const fs = new MemoryFileSystem();
  for (const [folder, text] of [
    ['/a', 'one'],
    ['/b', 'one\r\n'],
  ] as const) {
    fs.makeDirectory(`${folder}/assets`);
    fs.writeFile(`${folder}/assets/page.js`, text);
  }
  const compared = await diffFiles({ fs, a: '/a', b: '/b', nowMs: NOW_MS });
  assert.ok(compared.ok);
  assert.deepEqual(
    compared.value.differences.map(({ place }) => place),
    [['assets/page.js']],
  );
});

test('many members with one field are one line', async () => {
  const entries = (time: number): ZipEntry[] =>
    Array.from({ length: 9 }, (_, at) => ({ name: `m${at}`, content: '1', time }));
  const text = filesDiffText(await diffOf(zipOf(entries(0x4000)), zipOf(entries(0x4001))));
  assert.match(text, /m0 and 8 other members {2}mtime:/);
  assert.match(text, /18 differences\n$/);
});
