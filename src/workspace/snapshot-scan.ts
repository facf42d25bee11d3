import { type Diagnostic, Digester, sha256 } from '../base/index.ts';
import type { FileStat, FileSystem } from '../host/index.ts';
import { changing, linkNotUtf8, specialFile, unreadable } from './snapshot-diagnostics.ts';
import { isSettled, type SourceRecord, type StatIndex, sameStat } from './stat-index.ts';

export interface ScanOptions {
  readonly fs: FileSystem;
  readonly root: string;
  readonly paths: Iterable<string>;
  /** What may vouch for content that is not read again. */
  readonly trusted: StatIndex | undefined;
}

export interface Scan {
  readonly sources: ReadonlyMap<string, SourceRecord>;
  readonly links: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
  readonly hashedCount: number;
  /** Listed files that are folders now: the list is out of date. */
  readonly newFolders: readonly string[];
}

/** Reads the sources that are known to have changed; `trusted` vouches for all others. */
export function scanChanged(
  options: Pick<ScanOptions, 'fs' | 'root'> & { readonly trusted: StatIndex },
  changed: Iterable<string>,
): Scan {
  const { trusted } = options;
  const paths = [...changed].filter((path) => trusted.sources.has(path));
  const part = scanSources({ ...options, paths, trusted: undefined });
  const sources = new Map([...trusted.sources, ...part.sources]);
  return { ...part, sources, links: new Map([...trusted.links, ...part.links]) };
}

/** Looks at every source; reads those for which `trusted` does not vouch. */
export function scanSources(options: ScanOptions): Scan {
  const { fs, root, trusted } = options;
  const sources = new Map<string, SourceRecord>();
  const links = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  let hashedCount = 0;
  const newFolders: string[] = [];
  for (const path of options.paths) {
    const absolute = `${root}/${path}`;
    const stat = lstatOf(fs, absolute);
    if (stat instanceof Error) {
      diagnostics.push(unreadable(path, stat));
      continue;
    }
    const known = trusted?.sources.get(path);
    if (trusted && known && stat && isVouchedFor(trusted, known, stat)) {
      sources.set(path, known);
      if (known.kind === 'symlink') links.set(path, trusted.links.get(path)!);
    } else if (!stat) sources.set(path, ABSENT);
    else if (stat.type === 'directory') newFolders.push(path);
    else if (stat.type === 'other' || stat.type === 'whiteout') diagnostics.push(specialFile(path));
    else {
      const read = readSource(fs, absolute, path);
      hashedCount++;
      if ('code' in read) diagnostics.push(read);
      else sources.set(path, read.record);
      if ('target' in read && read.target !== undefined) links.set(path, read.target);
    }
  }
  return { sources, links, diagnostics, hashedCount, newFolders };
}

const NO_HASH = '0'.repeat(64);

const ABSENT: SourceRecord = {
  kind: 'absent',
  stat: { mtimeMs: 0, ctimeMs: 0, sizeBytes: 0, inode: 0, device: 0 },
  hash: NO_HASH,
};

function lstatOf(fs: FileSystem, path: string): FileStat | undefined | Error {
  try {
    return fs.lstat(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return error;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function isVouchedFor(index: StatIndex, known: SourceRecord, stat: FileStat): boolean {
  return known.kind === kindOf(stat) && sameStat(known.stat, stat) && isSettled(index, stat);
}

function kindOf(stat: FileStat): SourceRecord['kind'] | undefined {
  if (stat.type === 'symlink') return 'symlink';
  if (stat.type !== 'file') return undefined;
  return (stat.mode & 0o100) !== 0 ? 'executable' : 'file';
}

const TRIES = 3;

interface ReadSource {
  readonly record: SourceRecord;
  readonly target?: string;
}

/** Reads until the stat is the same before and after. */
function readSource(fs: FileSystem, absolute: string, path: string): ReadSource | Diagnostic {
  try {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const before = fs.lstat(absolute);
      if (!before) return { record: ABSENT };
      const kind = kindOf(before);
      if (kind === undefined) return changing(path);
      const target = kind === 'symlink' ? fs.readLink(absolute) : undefined;
      if (target?.includes('\ufffd')) return linkNotUtf8(path);
      const content =
        target === undefined ? hashFile(fs, absolute, before.sizeBytes) : { hash: sha256(target) };
      const after = fs.lstat(absolute);
      if (!after || !sameStat(before, after) || kindOf(after) !== kind) continue;
      if ('sizeBytes' in content && content.sizeBytes !== before.sizeBytes) continue;
      const { mtimeMs, ctimeMs, sizeBytes, inode, device } = before;
      const record = { kind, stat: { mtimeMs, ctimeMs, sizeBytes, inode, device }, hash: content.hash };
      return target === undefined ? { record } : { record, target };
    }
    return changing(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { record: ABSENT };
    if (typeof codeOf(error) === 'string') return unreadable(path, error);
    throw error;
  }
}

const CHUNK_BYTES = 2 ** 20;

function hashFile(fs: FileSystem, absolute: string, sizeBytes: number): { hash: string; sizeBytes: number } {
  if (sizeBytes <= CHUNK_BYTES) {
    const bytes = fs.readFile(absolute);
    return { hash: sha256(bytes), sizeBytes: bytes.byteLength };
  }
  using file = fs.open(absolute, 'r');
  const digester = new Digester();
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (let count = file.read(buffer); count > 0; count = file.read(buffer))
    digester.update(buffer.subarray(0, count));
  return digester.digest();
}
