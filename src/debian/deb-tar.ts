import { fail, ok, type Result } from '../base/index.ts';

/** A member of a package's archive. Paths are relative to the root, checked, without `./` and the end's `/`; the root itself is ''. */
export interface DebEntry {
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink';
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly modifiedAt: number;
  readonly sizeBytes: number;
  /** Of a link; a hard link's is a path like `path`, a symlink's stands as it was written. */
  readonly target: string;
}

/** Reads exactly `count` bytes from the current place; `undefined` when there are fewer. */
export type Take = (count: number) => Uint8Array | undefined;

export interface DebTarReader {
  readonly take: Take;
  /** Passes `count` bytes of content on. */
  readonly content: (entry: DebEntry, count: number) => Result<undefined, string>;
}

const BLOCK_BYTES = 512;
const MAX_NAME_BYTES = 4096;
const MAX_ENTRIES = 1_000_000;
const KINDS: Readonly<Record<string, DebEntry['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'directory',
};

/**
 * Reads a package's tar archive in the dialect of deb(5): v7, ustar, GNU long names and large numbers; no pax headers,
 * no devices. Every path is checked: it stays below the root and is plain UTF-8 text.
 */
export function readDebTar(reader: DebTarReader): Result<readonly DebEntry[], string> {
  const entries: DebEntry[] = [];
  const long: { L?: string; K?: string } = {};
  for (;;) {
    const block = reader.take(BLOCK_BYTES);
    if (!block) return fail('its archive ends too early');
    if (block.every((byte) => byte === 0)) return ok(entries);
    const header = parseHeader(block);
    if (typeof header === 'string') return fail(header);
    const padding = (BLOCK_BYTES - (header.sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;
    if (header.type === 'L' || header.type === 'K') {
      if (header.sizeBytes > MAX_NAME_BYTES) return fail('a name in it is too long');
      const name = utf8(reader.take(header.sizeBytes + padding)?.subarray(0, header.sizeBytes));
      if (name === undefined) return fail('a long name in it is damaged');
      long[header.type] = name;
      continue;
    }
    const entry = entryOf(header, long);
    if (typeof entry === 'string') return fail(entry);
    delete long.L;
    delete long.K;
    if (entries.length === MAX_ENTRIES) return fail('it has too many files');
    entries.push(entry);
    const done = reader.content(entry, entry.sizeBytes);
    if (!done.ok) return done;
    if (entry.sizeBytes > 0 && padding > 0 && !reader.take(padding))
      return fail('its archive ends too early');
  }
}

interface Header {
  readonly name: string | undefined;
  readonly target: string | undefined;
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
}

function parseHeader(block: Uint8Array): Header | string {
  const numbers = [
    [100, 8],
    [108, 8],
    [116, 8],
    [124, 12],
    [136, 12],
    [148, 8],
  ].map(([at, length]) => numberOf(block.subarray(at!, at! + length!)));
  if (numbers.some((each) => each === undefined)) return 'a number in its archive is damaged';
  const [mode, uid, gid, sizeBytes, modifiedAt, sum] = numbers as number[];
  let actual = 8 * 32;
  for (let at = 0; at < BLOCK_BYTES; at++) if (at < 148 || at >= 156) actual += block[at]!;
  if (actual !== sum) return 'a checksum in its archive is wrong';
  const isUstar = Buffer.from(block.subarray(257, 263)).toString('latin1') === 'ustar\0';
  const prefix = isUstar ? utf8(block.subarray(345, 500)) : '';
  const name = utf8(block.subarray(0, 100));
  return {
    name: name === undefined || prefix === undefined ? undefined : prefix === '' ? name : `${prefix}/${name}`,
    target: utf8(block.subarray(157, 257)),
    type: String.fromCharCode(block[156]!),
    mode: mode! & 0o7777,
    uid: uid!,
    gid: gid!,
    sizeBytes: sizeBytes!,
    modifiedAt: Math.max(0, modifiedAt!),
  };
}

function entryOf(header: Header, long: { readonly L?: string; readonly K?: string }): DebEntry | string {
  const name = long.L ?? header.name;
  const target = long.K ?? header.target;
  const kind = KINDS[header.type];
  const shown = JSON.stringify(name ?? '?');
  if (!kind)
    return '346'.includes(header.type) ? `${shown} is a device or pipe` : `${shown} is of an unknown type`;
  const path = name === undefined ? undefined : rootPath(name);
  if (path === undefined) return `${shown} is no path below the root`;
  if (path === '' && kind !== 'directory') return 'the root itself is no folder in it';
  const isLink = kind === 'symlink' || kind === 'hardlink';
  const to = kind === 'hardlink' ? rootPath(target ?? '..') : target;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (isLink && (to === undefined || to === '' || /[\u0000-\u001f\u007f]/.test(to)))
    return `${shown} is a link to nowhere`;
  const sizeBytes = kind === 'file' ? header.sizeBytes : 0;
  if (kind !== 'file' && kind !== 'hardlink' && header.sizeBytes > 0)
    return `${shown} has content and is no file`;
  if (kind === 'hardlink' && header.sizeBytes > 0) return `${shown} is a link with content`;
  const { mode, uid, gid, modifiedAt } = header;
  return { kind, path, mode, uid, gid, modifiedAt, sizeBytes, target: isLink ? to! : '' };
}

/** A path below the root without `./` and trailing `/`; `undefined` for one that could leave it or cannot be listed. */
export function rootPath(text: string): string | undefined {
  const path = text.replace(/^\.\//, '').replace(/\/$/, '');
  if (text === '.' || text === './' || (path === '' && text === './')) return '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: dpkg's lists hold a path a line
  if (path === '' || path.length > MAX_NAME_BYTES || /[\u0000-\u001f\u007f]/.test(path)) return undefined;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..') ? path : undefined;
}

function utf8(field: Uint8Array | undefined): string | undefined {
  if (!field) return undefined;
  const end = field.indexOf(0);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      end < 0 ? field : field.subarray(0, end),
    );
  } catch {
    return undefined;
  }
}

/** Octal text, or GNU's base-256; `undefined` for anything else. */
function numberOf(field: Uint8Array): number | undefined {
  if ((field[0]! & 0x80) !== 0) {
    let value = field[0]! & 0x7f;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = /^ *([0-7]*)[ \0]*$/.exec(Buffer.from(field).toString('latin1'))?.[1];
  return digits === undefined ? undefined : digits === '' ? 0 : Number.parseInt(digits, 8);
}
