/** A member of a tar archive without its content. Paths are relative; a folder's gets its `/` here. */
export interface TarMemberHeader {
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink' | SpecialFile['type'];
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly modifiedAt: number;
  /** Of a link. */
  readonly target?: string;
  /** Of a file. */
  readonly sizeBytes?: number;
  /** Of a device. */
  readonly device?: Pick<SpecialFile, 'major' | 'minor'>;
  /** Extended attributes by name; a character for each byte of a value. */
  readonly xattrs?: Readonly<Record<string, string>>;
}

/** What is neither file, folder nor link. */
export interface SpecialFile {
  readonly type: 'fifo' | 'character' | 'block';
  readonly major: number;
  readonly minor: number;
}

export const TAR_BLOCK_BYTES = 512;
const TYPE_FLAGS = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
} as const;
const MAX_OCTAL_7 = 0o7777777;
const MAX_OCTAL_11 = 0o77777777777;

interface Header {
  readonly name: string;
  readonly prefix: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
  readonly typeFlag: string;
  readonly linkName: string;
  readonly device?: Pick<SpecialFile, 'major' | 'minor'> | undefined;
}

/**
 * POSIX ustar, with a pax header in front only when ustar cannot say it: a long or non-ASCII name, a large number.
 * `paxName` names that header, by default after the member.
 */
export function* tarHeader(member: TarMemberHeader, paxName?: string): Iterable<Uint8Array> {
  const { kind, uid, gid, mode, modifiedAt } = member;
  const path = kind === 'directory' ? `${member.path}/` : member.path;
  const sizeBytes = kind === 'file' ? (member.sizeBytes ?? 0) : 0;
  const target = kind === 'symlink' || kind === 'hardlink' ? (member.target ?? '') : '';
  const split = splitName(path);
  const records: [string, string | Buffer][] = Object.entries(member.xattrs ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [`SCHILY.xattr.${name}`, Buffer.from(value, 'latin1')]);
  if (gid > MAX_OCTAL_7) records.push(['gid', String(gid)]);
  if (!fits(target, 100)) records.push(['linkpath', target]);
  if (!split) records.push(['path', path]);
  if (sizeBytes > MAX_OCTAL_11) records.push(['size', String(sizeBytes)]);
  if (uid > MAX_OCTAL_7) records.push(['uid', String(uid)]);
  const { name, prefix } = split ?? { name: shortened(path), prefix: '' };
  if (records.length > 0)
    yield paxHeader(records, paxName ?? `PaxHeaders/${name.slice(-80)}`.replace(/\/$/, ''));
  yield headerBlock({
    name,
    prefix,
    mode,
    uid: uid > MAX_OCTAL_7 ? 0 : uid,
    gid: gid > MAX_OCTAL_7 ? 0 : gid,
    sizeBytes: sizeBytes > MAX_OCTAL_11 ? 0 : sizeBytes,
    modifiedAt,
    typeFlag: TYPE_FLAGS[kind],
    linkName: fits(target, 100) ? target : shortened(target),
    device: member.device,
  });
}

/** What fills the last block of so many bytes. */
export function tarPadding(sizeBytes: number): Uint8Array {
  return new Uint8Array((TAR_BLOCK_BYTES - (sizeBytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES);
}

/** Name and prefix of ustar; `undefined` when they cannot hold the path. */
function splitName(path: string): { name: string; prefix: string } | undefined {
  if (fits(path, 100)) return { name: path, prefix: '' };
  if (!fits(path, 256)) return undefined;
  const slash = path.lastIndexOf('/', Math.min(155, path.length - 2));
  if (slash <= 0 || path.length - slash - 1 > 100) return undefined;
  return { name: path.slice(slash + 1), prefix: path.slice(0, slash) };
}

function fits(text: string, length: number): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what ustar can hold
  return text.length <= length && /^[\u0001-\u007f]*$/.test(text);
}

/** What a reader without pax shows; it must be valid, not unique. */
function shortened(text: string): string {
  return text.replace(/[^\u0020-\u007e]/g, '_').slice(-100);
}

function paxHeader(records: readonly [string, string | Buffer][], name: string): Uint8Array {
  const body = Buffer.concat(records.map(([key, value]) => paxRecord(key, Buffer.from(value))));
  const header = headerBlock({
    name,
    prefix: '',
    mode: 0o644,
    uid: 0,
    gid: 0,
    sizeBytes: body.byteLength,
    modifiedAt: 0,
    typeFlag: 'x',
    linkName: '',
  });
  return Buffer.concat([header, body, tarPadding(body.byteLength)]);
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function paxRecord(key: string, value: Buffer): Buffer {
  const rest = Buffer.byteLength(` ${key}=\n`) + value.byteLength;
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return Buffer.concat([Buffer.from(`${length} ${key}=`), value, Buffer.from('\n')]);
}

/** All fields are ASCII: one text is written faster than thirteen. */
function headerBlock(header: Header): Uint8Array {
  const before = [
    field(header.name, 100),
    octal(header.mode & 0o7777, 7),
    octal(header.uid, 7),
    octal(header.gid, 7),
    octal(header.sizeBytes, 11),
    octal(header.modifiedAt, 11),
  ].join('');
  const after = [
    header.typeFlag,
    field(header.linkName, 100),
    'ustar\0' + '00',
    field('', 64),
    octal(header.device?.major ?? 0, 7),
    octal(header.device?.minor ?? 0, 7),
    field(header.prefix, 167),
  ].join('');
  const block = Buffer.from(`${before}        ${after}`, 'latin1');
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${octal(sum, 6).slice(0, 6)}\0 `, CHECKSUM_AT);
  return block;
}

const CHECKSUM_AT = 148;

function field(text: string, length: number): string {
  return text.padEnd(length, '\0');
}

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, '0')}\0`;
}
