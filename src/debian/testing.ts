import { gzipSync, zstdCompressSync } from 'node:zlib';

/** For this module's tests: .deb files made byte by byte, also such as no tool would make. */
export interface FakeDeb {
  /** Fields of its control file; `Package` and `Version` have a default. */
  readonly control?: Readonly<Record<string, string>>;
  /** Other files of the control archive. */
  readonly info?: Readonly<Record<string, string>>;
  readonly files?: readonly FakeMember[];
  readonly ending?: '' | '.gz' | '.zst' | '.xz';
  /** In place of the members in their order. */
  readonly members?: readonly (readonly [string, Uint8Array])[];
}

export interface FakeMember {
  readonly path: string;
  /** The type flag of tar: a file, a folder where the path ends in `/`, a link where there is a target. */
  readonly type?: string;
  readonly content?: string;
  readonly target?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly modifiedAt?: number;
}

export function fakeDeb({
  control = {},
  info = {},
  files = [],
  ending = '.gz',
  members,
}: FakeDeb): Uint8Array {
  const fields = { Package: 'tiny', Version: '1.0', Architecture: 'all', ...control };
  const text = Object.entries(fields)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
  const controlFiles = { control: text, ...info };
  const controlTar = fakeTar([
    { path: './' },
    ...Object.entries(controlFiles).map(([name, content]) => ({ path: `./${name}`, content, mode: 0o755 })),
  ]);
  return fakeAr(
    members ?? [
      ['debian-binary', Buffer.from('2.0\n')],
      [`control.tar${ending}`, packed(controlTar, ending)],
      [`data.tar${ending}`, packed(fakeTar(files), ending)],
    ],
  );
}

function packed(bytes: Uint8Array, ending: string): Uint8Array {
  if (ending === '.gz') return gzipSync(bytes);
  return ending === '.zst' ? zstdCompressSync(bytes) : bytes;
}

export function fakeAr(members: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const parts = members.flatMap(([name, bytes]) => [
    Buffer.from(
      `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(bytes.byteLength).padEnd(10)}\`\n`,
    ),
    bytes,
    Buffer.alloc(bytes.byteLength % 2, '\n'),
  ]);
  return Buffer.concat([Buffer.from('!<arch>\n'), ...parts]);
}

const BLOCK_BYTES = 512;

export function fakeTar(members: readonly FakeMember[]): Uint8Array {
  const blocks = members.flatMap((member) => {
    const { path, content = '', target = '' } = member;
    const body = Buffer.from(content);
    return [
      ...longName(path),
      header({ ...member, path: path.slice(0, 100), target }, body.byteLength),
      body,
      padding(body),
    ];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]);
}

function longName(path: string): Buffer[] {
  if (path.length <= 100) return [];
  const body = Buffer.from(`${path}\0`);
  return [header({ path: '././@LongLink', type: 'L' }, body.byteLength), body, padding(body)];
}

const padding = (body: Buffer): Buffer =>
  Buffer.alloc((BLOCK_BYTES - (body.byteLength % BLOCK_BYTES)) % BLOCK_BYTES);

function header(member: FakeMember, sizeBytes: number): Buffer {
  const { path, target = '', uid = 0, gid = 0, modifiedAt = 1_600_000_000 } = member;
  const type = member.type ?? (path.endsWith('/') ? '5' : target === '' ? '0' : '2');
  const block = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  block.write(path, 0, 100);
  block.write(octal(member.mode ?? (type === '5' ? 0o755 : 0o644), 7), 100);
  block.write(octal(uid, 7), 108);
  block.write(octal(gid, 7), 116);
  block.write(octal(sizeBytes, 11), 124);
  block.write(octal(modifiedAt, 11), 136);
  block.write('        ', 148);
  block.write(type, 156);
  block.write(target, 157, 100);
  block.write('ustar  \0', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
