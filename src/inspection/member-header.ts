import { byteText } from './byte-text.ts';
import { LayerFault } from './fault.ts';

export type MemberKind =
  | 'file'
  | 'directory'
  | 'symlink'
  | 'hardlink'
  | 'character-device'
  | 'block-device'
  | 'fifo';

/** All that the headers of a member say; texts have a character for each byte. */
export interface MemberHeader {
  /** As it stands. */
  readonly name: string;
  readonly kind: MemberKind;
  /** Whether bytes follow, as many as the size says. */
  readonly hasContent: boolean;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970, with as many decimals as are stored. */
  readonly mtime: string;
  readonly target: string;
  readonly userName: string;
  readonly groupName: string;
  /** `major:minor`, of a device. */
  readonly device: string | undefined;
  readonly xattrs: Readonly<Record<string, string>> | undefined;
  /** Records of pax that nothing above is made of. */
  readonly records: Readonly<Record<string, string>> | undefined;
}

const BLOCK_BYTES = 512;
const KINDS: Readonly<Record<string, MemberKind>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
};
const XATTR = 'SCHILY.xattr.';
const MAX_ID = 2 ** 32 - 1;

/**
 * Decodes what `readTar` leaves out, from the blocks that it took for one member: extension headers with their bodies, then
 * the member's own header. It has checked their lengths and sums. Throws LayerFault for values that cannot be meant.
 */
export function decodeHeader(blocks: readonly Uint8Array[]): MemberHeader {
  const records = extensionRecords(blocks);
  const block = blocks.at(-1)!;
  const text = (at: number, length: number): string => untilZero(byteText(block.subarray(at, at + length)));
  const typeFlag = String.fromCharCode(block[156]!);
  // `readTar` refuses sparse files that are not as ours.
  const name = records.get('GNU.sparse.name') ?? records.get('path') ?? headerName(text);
  const kind = KINDS[typeFlag];
  if (!kind) throw new LayerFault(`a member is stored in a way that layers do not use (type ${typeFlag})`);
  const isFolder = kind === 'file' && name.endsWith('/');
  const isDevice = kind === 'character-device' || kind === 'block-device';
  return {
    name,
    kind: isFolder ? 'directory' : kind,
    hasContent: kind === 'file',
    mode: number(block.subarray(100, 108)) & 0o7777,
    uid: owner(records.get('uid'), block.subarray(108, 116)),
    gid: owner(records.get('gid'), block.subarray(116, 124)),
    mtime: time(records.get('mtime') ?? String(number(block.subarray(136, 148)))),
    target: records.get('linkpath') ?? text(157, 100),
    userName: records.get('uname') ?? text(265, 32),
    groupName: records.get('gname') ?? text(297, 32),
    device: isDevice ? `${number(block.subarray(329, 337))}:${number(block.subarray(337, 345))}` : undefined,
    ...attributes(records),
  };
}

function headerName(text: (at: number, length: number) => string): string {
  const prefix = text(257, 6) === 'ustar' ? text(345, 155) : '';
  return prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
}

/** What the blocks before the last say, later ones before earlier ones, as `readTar` has it. */
function extensionRecords(blocks: readonly Uint8Array[]): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < blocks.length - 1; ) {
    const header = blocks[at++]!;
    const sizeBytes = number(header.subarray(124, 136));
    const count = Math.ceil(sizeBytes / BLOCK_BYTES);
    const body = byteText(Buffer.concat(blocks.slice(at, at + count)).subarray(0, sizeBytes));
    at += count;
    const typeFlag = String.fromCharCode(header[156]!);
    if (typeFlag === 'L') records.set('path', untilZero(body));
    else if (typeFlag === 'K') records.set('linkpath', untilZero(body));
    else
      for (const [key, value] of paxRecords(body)) {
        if (typeFlag === 'x') records.set(key, value);
        else if (key !== 'comment') throw new LayerFault(`a header for all members sets ${key}`);
      }
  }
  return records;
}

function* paxRecords(body: string): Iterable<readonly [key: string, value: string]> {
  for (let at = 0; at < body.length; ) {
    const [, digits = ''] = /^(\d{1,8}) /.exec(body.slice(at, at + 9)) ?? [];
    const record = body.slice(at + digits.length + 1, at + Number(digits) - 1);
    const equals = record.indexOf('=');
    if (digits === '' || equals < 1 || body[at + Number(digits) - 1] !== '\n')
      throw new LayerFault('a pax header is malformed');
    const [key, value] = [record.slice(0, equals), record.slice(equals + 1)];
    if (value === '' && !key.startsWith(XATTR)) throw new LayerFault(`a pax header takes ${key} back`);
    yield [key, value];
    at += Number(digits);
  }
}

const KNOWN = new Set([
  ...['path', 'linkpath', 'size', 'uid', 'gid', 'mtime', 'uname', 'gname'],
  ...['GNU.sparse.name', 'GNU.sparse.realsize'],
]);

function attributes(records: ReadonlyMap<string, string>): Pick<MemberHeader, 'xattrs' | 'records'> {
  const xattrs: [string, string][] = [];
  const others: [string, string][] = [];
  for (const [key, value] of [...records].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (key.startsWith(XATTR)) xattrs.push([key.slice(XATTR.length), value]);
    else if (!KNOWN.has(key)) others.push([key, value]);
  }
  return {
    xattrs: xattrs.length > 0 ? Object.fromEntries(xattrs) : undefined,
    records: others.length > 0 ? Object.fromEntries(others) : undefined,
  };
}

function owner(record: string | undefined, field: Uint8Array): number {
  const value = record === undefined ? number(field) : /^\d+$/.test(record) ? Number(record) : Number.NaN;
  if (!(value >= 0 && value <= MAX_ID)) throw new LayerFault('an owner is no number that a system knows');
  return value;
}

/** Without zeros at the end of the decimals, so that equal times are equal texts. */
function time(text: string): string {
  const [, whole, decimals = ''] = /^(-?\d{1,15})(?:\.(\d{0,20}))?$/.exec(text) ?? [];
  if (whole === undefined) throw new LayerFault('a time is not a number');
  const kept = decimals.replace(/0+$/, '');
  return kept === '' ? String(Number(whole)) : `${Number(whole)}.${kept}`;
}

/** Octal text, or GNU's base-256, which is also for what lies before 1970. */
function number(field: Uint8Array): number {
  const first = field[0]!;
  if ((first & 0x80) === 0) {
    const digits = byteText(field)
      .replace(/[\0 ]+$/, '')
      .trim();
    if (!/^[0-7]*$/.test(digits)) throw new LayerFault('a number is not octal');
    return digits === '' ? 0 : Number.parseInt(digits, 8);
  }
  const isNegative = (first & 0x40) !== 0;
  let value = isNegative ? (first & 0x7f) - 0x80 : first & 0x7f;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  if (!Number.isSafeInteger(value)) throw new LayerFault('a number is too large');
  return value;
}

function untilZero(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
