import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { zipOf } from './testing.ts';
import { untarGzip } from './untar.ts';
import { unzip } from './unzip.ts';

const everything = { wants: () => true };

interface TarMember {
  readonly path: string;
  readonly content?: string;
  readonly mode?: number;
  readonly type?: string;
}

function header({ path, content = '', mode = 0o644, type = '0' }: TarMember): Buffer {
  const block = Buffer.alloc(512);
  block.write(path, 0, 100);
  block.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  block.write(`${Buffer.byteLength(content).toString(8).padStart(11, '0')}\0`, 124);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function tarOf(members: readonly TarMember[]): Buffer {
  const blocks = members.flatMap((member) => {
    const content = Buffer.from(member.content ?? '');
    return [header(member), content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

function shown(result: ReturnType<typeof unzip>): readonly string[] | string {
  if (!result.ok) return result.failure;
  return result.value.map(
    ({ path, isExecutable, content }) =>
      `${isExecutable ? 'x' : '-'} ${path} ${Buffer.from(content).toString()}`,
  );
}

const LINK = 0o120777;

const ZIPS: Readonly<Record<string, readonly [archive: Buffer, expected: readonly string[] | RegExp]>> = {
  'files, folders, modes, stored and deflated': [
    zipOf([
      { path: 'bin/', mode: 0o040755 },
      { path: 'bin/tool', content: 'program', mode: 0o100755 },
      { path: 'empty' },
      { path: 'ä', content: 'stored', method: 0 },
    ]),
    ['x bin/tool program', '- empty ', '- ä stored'],
  ],
  'a comment behind the end': [zipOf([{ path: 'a', content: '1' }], 'a comment'), ['- a 1']],
  'no zip': [Buffer.from('hello'), /no zip archive/],
  'a path upwards': [zipOf([{ path: '../a' }]), /unsafe path "\.\.\/a"/],
  'a path upwards in the middle': [zipOf([{ path: 'a/../../b' }]), /unsafe path/],
  'an absolute path': [zipOf([{ path: '/etc/passwd' }]), /unsafe path/],
  'a path of another system': [zipOf([{ path: '..\\a' }]), /unsafe path/],
  'a path with a null byte': [zipOf([{ path: 'a\0b' }]), /unsafe path/],
  'a link': [zipOf([{ path: 'a', content: '/etc', mode: LINK }]), /a is a link/],
  'one path twice': [zipOf([{ path: 'a' }, { path: './a' }]), /"a" twice/],
  'an encrypted file': [zipOf([{ path: 'a', flags: 1 }]), /encrypted/],
  'an unknown method': [zipOf([{ path: 'a', content: 'x', method: 12 }]), /unknown method/],
  'more bytes than it states': [
    zipOf([{ path: 'a', content: '0'.repeat(9999), sizeBytes: 10 }]),
    /a is damaged/,
  ],
  'a bomb by its own words': [
    zipOf([
      { path: 'a', sizeBytes: 2 ** 31 },
      { path: 'b', sizeBytes: 2 ** 31 },
    ]),
    /more than 2048 MiB/,
  ],
  'a damaged list': [zipOf([{ path: 'a' }]).fill(0, 31, 40), /list of files is damaged/],
};

for (const [name, [archive, expected]] of Object.entries(ZIPS)) {
  test(`zip: ${name}`, () => {
    const result = shown(unzip(archive, everything));
    if (expected instanceof RegExp) assert.match(String(result), expected);
    else assert.deepEqual(result, expected);
  });
}

test('zip: more than the caller lets it unpack to is refused', () => {
  const archive = zipOf([
    { path: 'a', content: 'x'.repeat(600) },
    { path: 'b', content: 'x'.repeat(600) },
  ]);
  assert.equal(unzip(archive, { ...everything, maxTotalBytes: 1200 }).ok, true);
  assert.match(String(shown(unzip(archive, { ...everything, maxTotalBytes: 1024 }))), /it unpacks to more/);
});

test('zip: any cut or flipped byte gives an answer and never throws', () => {
  const archive = zipOf([
    { path: 'bin/tool', content: 'program' },
    { path: 'b', content: 'other' },
  ]);
  for (let at = 0; at < archive.length; at++) {
    unzip(archive.subarray(0, at), everything);
    const flipped = Buffer.from(archive);
    flipped[at]! ^= 0xff;
    unzip(flipped, everything);
  }
});

const TARS: Readonly<Record<string, readonly [archive: Buffer, expected: readonly string[] | RegExp]>> = {
  'files, folders and modes': [
    tarOf([
      { path: 'package/', type: '5' },
      { path: 'package/bin/tool', content: 'program', mode: 0o755 },
      { path: 'package/a', content: '1' },
    ]),
    ['x package/bin/tool program', '- package/a 1'],
  ],
  'a long name of pax': [
    tarOf([
      { path: 'pax', type: 'x', content: '18 path=long/name\n' },
      { path: 'short', content: '1' },
    ]),
    ['- long/name 1'],
  ],
  'a long name of GNU': [
    tarOf([
      { path: '././@LongLink', type: 'L', content: 'long/name\0' },
      { path: 'short', content: '1' },
    ]),
    ['- long/name 1'],
  ],
  'no gzip': [Buffer.from('hello'), /no gzip archive/],
  'a path upwards': [tarOf([{ path: 'package/../../a' }]), /unsafe path/],
  'an absolute path': [tarOf([{ path: '/a' }]), /unsafe path/],
  'a path upwards by pax': [
    tarOf([{ path: 'pax', type: 'x', content: '16 path=../name\n' }, { path: 'short' }]),
    /unsafe path/,
  ],
  'a symbolic link': [tarOf([{ path: 'a', type: '2' }]), /a is a link or a device/],
  'a hard link': [tarOf([{ path: 'a', type: '1' }]), /a is a link or a device/],
  'a device': [tarOf([{ path: 'a', type: '3' }]), /a is a link or a device/],
  'a damaged header': [gzipSync(header({ path: 'a' }).fill(1, 0, 4)), /header of it is damaged/],
  'a file cut off': [gzipSync(header({ path: 'a', content: 'x'.repeat(600) })), /cut off/],
};

for (const [name, [archive, expected]] of Object.entries(TARS)) {
  test(`tgz: ${name}`, () => {
    const result = shown(untarGzip(archive, everything));
    if (expected instanceof RegExp) assert.match(String(result), expected);
    else assert.deepEqual(result, expected);
  });
}

test('only wanted files are unpacked', () => {
  const wants = (path: string): boolean => path === 'b';
  assert.deepEqual(shown(unzip(zipOf([{ path: 'a' }, { path: 'b' }]), { wants })), ['- b ']);
  assert.deepEqual(shown(untarGzip(tarOf([{ path: 'a' }, { path: 'b' }]), { wants })), ['- b ']);
});
