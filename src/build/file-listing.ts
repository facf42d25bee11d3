import { sha256 } from '../base/index.ts';
import { type Listing, RACY_BYTE } from '../look/index.ts';

/** What `find` told of many files, with a digest that changes when any of it does. */
export interface FileListing extends Listing {
  readonly digest: string;
}

/** `undefined` where nothing could be listed. */
export function asFileListing(listing: Listing | undefined): FileListing | undefined {
  return listing && { ...listing, digest: sha256(listing.bytes) };
}

/** Whether a folder of `dist/` is a link: what lies behind it is not listed. */
export function leadsElsewhere({ bytes }: FileListing): boolean {
  return /^dist\/[^/\0]+\0l /m.test(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'),
  );
}

/** More files are as well looked at one by one. */
const MAX_CHANGED = 2000;
const PREFIX = './';

/**
 * Paths, relative to the root, of the workspace's files that differ between two listings of sources. `undefined` where
 * there is another difference: a name that came or went, another kind or mode, a folder, a file that
 * decides what git ignores.
 */
export function changedFiles(before: Uint8Array, after: Uint8Array): ReadonlySet<string> | undefined {
  const [old, now] = differingLines(unmarked(before), unmarked(after)).map(linesOf);
  if (!old || !now || old.size !== now.size || now.size > MAX_CHANGED) return undefined;
  const changed = new Set<string>();
  for (const [path, stat] of now) {
    const was = old.get(path);
    if (was === stat) continue;
    if (was === undefined || shapeOf(was) !== shapeOf(stat)) return undefined;
    if (!path.startsWith(PREFIX) || path.includes('/.git')) return undefined;
    changed.add(path.slice(PREFIX.length));
  }
  return changed;
}

/** Kind and mode of a file or link; a folder has no other line than its own. */
function shapeOf(stat: string): string {
  const words = stat.split(' ');
  return words[0] === 'f' || words[0] === 'l' ? `${words[0]} ${words[5]}` : stat;
}

function linesOf(text: string): Map<string, string> | undefined {
  const lines = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const zero = line.indexOf('\0');
    // The rest of a name with a line break, or a name twice: not for this way.
    if (zero < 0 || lines.has(line.slice(0, zero))) return undefined;
    lines.set(line.slice(0, zero), line.slice(zero + 1));
  }
  return lines;
}

/** Both texts without the whole lines with which they begin and end alike. */
function differingLines(a: Buffer, b: Buffer): [string, string] {
  const start = lineStart(a, commonLength(a, b));
  const tail = Math.min(a.length, b.length) - start;
  let same = 0;
  while (same < tail && a[a.length - 1 - same] === b[b.length - 1 - same]) same++;
  const end = (text: Buffer): number => lineEnd(text, text.length - same);
  return [a.toString('utf8', start, end(a)), b.toString('utf8', start, end(b))];
}

const STEP_BYTES = 4096;

function commonLength(a: Buffer, b: Buffer): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length) {
    const end = Math.min(at + STEP_BYTES, length);
    if (a.compare(b, at, end, at, end) !== 0) break;
    at = end;
  }
  while (at < length && a[at] === b[at]) at++;
  return at;
}

function lineStart(text: Buffer, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

function lineEnd(text: Buffer, at: number): number {
  const end = text.indexOf('\n', Math.max(0, at - 1));
  return end < 0 ? text.length : end + 1;
}

/** A mark of a young file stands before the next line. */
function unmarked(bytes: Uint8Array): Buffer {
  return bytes.includes(RACY_BYTE)
    ? Buffer.from(bytes.filter((byte) => byte !== RACY_BYTE))
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
