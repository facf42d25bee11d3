import { sha256 } from '../base/index.ts';

/** What is remembered of a source: `absent` ones are listed by git but not on the disk. */
export type SourceKind = 'file' | 'executable' | 'symlink' | 'absent';

/** The stat of something as it was when it was last looked at. */
export interface StatMark {
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly sizeBytes: number;
  readonly inode: number;
  readonly device: number;
}

export interface SourceRecord {
  readonly kind: SourceKind;
  readonly stat: StatMark;
  /** Hash of a file's content; of a link's target, which stands in `StatIndex.links`. */
  readonly hash: string;
}

/** Something outside the list of sources that the list depends on. */
export interface WatchedPath {
  /** Absolute. */
  readonly path: string;
  /** `identity`: only what it is matters (a `.git` folder), not what it contains. `names`: only what git's index names. */
  readonly by: 'content' | 'identity' | 'names';
  /** `undefined` where nothing was. */
  readonly stat: StatMark | undefined;
  /** `trackedNames` of git's index, where it could be read. */
  readonly names?: string | undefined;
}

/** How the list of sources was made and what would make it another. */
export interface Listing {
  /** Folders in which a new name may be a new source, relative, with their stat. */
  readonly directories: ReadonlyMap<string, StatMark>;
  readonly watched: readonly WatchedPath[];
  /** What of the environment decides: the git that is used and whose settings it reads. */
  readonly environment: string;
}

/**
 * What one run leaves to the next: the digest of each source with the stat that vouches for it. Nothing that was
 * touched at or after `stampMs` (by the file system's clock, taken before anything was looked at) is vouched for.
 */
export interface StatIndex {
  readonly stampMs: number;
  /** Device of the workspace's own folder, whose clock `stampMs` is of. */
  readonly device: number;
  /** Absent when the list must be made anew whatever is unchanged. */
  readonly listing: Listing | undefined;
  /** By path, in order of code units. */
  readonly sources: ReadonlyMap<string, SourceRecord>;
  /** Target of each symbolic link. */
  readonly links: ReadonlyMap<string, string>;
  /** Digest (`hash/size`) of each folder's tree; none for a folder that changed since the index was written as a whole. */
  readonly trees: ReadonlyMap<string, string>;
}

/** Whether a stat taken under `index` still vouches: its last touch lies before all that was looked at then. */
export function isSettled(index: Pick<StatIndex, 'stampMs' | 'device'>, stat: StatMark): boolean {
  return stat.device === index.device && stat.mtimeMs < index.stampMs && stat.ctimeMs < index.stampMs;
}

export function sameStat(a: StatMark, b: StatMark): boolean {
  return (
    a.mtimeMs === b.mtimeMs &&
    a.ctimeMs === b.ctimeMs &&
    a.sizeBytes === b.sizeBytes &&
    a.inode === b.inode &&
    a.device === b.device
  );
}

const MAGIC = 'mobileops sources 3\n';
const KINDS: readonly SourceKind[] = ['file', 'executable', 'symlink', 'absent'];
const CHECKSUM_LENGTH = 64;
const COLUMNS = 5;

interface Header {
  readonly stampMs: number;
  readonly device: number;
  /** `Listing.environment` where there is a listing. */
  readonly environment?: string;
  readonly watched: readonly (readonly [string, WatchedPath['by'], boolean, (string | undefined)?])[];
  readonly links: readonly (readonly [string, string])[];
  readonly counts: readonly [sources: number, directories: number, stats: number];
  /** Lengths in bytes of the names of sources, of directories and of the trees. */
  readonly lengths: readonly [number, number, number];
}

/**
 * The stored form: magic, checksum of the rest, a JSON header, then columns of doubles, kinds, hashes and names.
 * Against one JSON text it loads 10,000 files in 2 ms instead of 7, and half of it is names.
 */
export function encodeStatIndex(index: StatIndex): Uint8Array {
  const records = [...index.sources.values()];
  const directories = index.listing?.directories ?? new Map<string, StatMark>();
  const watched = index.listing?.watched ?? [];
  const stats = [
    ...records.map(({ stat }) => stat),
    ...directories.values(),
    ...watched.flatMap(({ stat }) => stat ?? []),
  ];
  const names = [[...index.sources.keys()], [...directories.keys()], [...index.trees].flat()].map((list) =>
    Buffer.from(list.join('\0')),
  );
  const header: Header = {
    stampMs: index.stampMs,
    device: index.device,
    ...(index.listing ? { environment: index.listing.environment } : {}),
    watched: watched.map(({ path, by, stat, names }) => [path, by, stat !== undefined, names]),
    links: [...index.links],
    counts: [records.length, directories.size, stats.length],
    lengths: [names[0]!.byteLength, names[1]!.byteLength, names[2]!.byteLength],
  };
  const headerBytes = Buffer.from(JSON.stringify(header));
  const headerLength = Buffer.alloc(4);
  headerLength.writeUInt32LE(headerBytes.byteLength);
  const body = Buffer.concat([
    headerLength,
    headerBytes,
    statColumns(stats),
    Buffer.from(records.map(({ kind }) => KINDS.indexOf(kind))),
    Buffer.from(records.map(({ hash }) => hash).join(''), 'hex'),
    ...names,
  ]);
  return Buffer.concat([Buffer.from(MAGIC + sha256(body)), body]);
}

function statColumns(stats: readonly StatMark[]): Uint8Array {
  const values = new Float64Array(stats.length * COLUMNS);
  stats.forEach(({ mtimeMs, ctimeMs, sizeBytes, inode, device }, row) => {
    values.set([mtimeMs, ctimeMs, sizeBytes, inode, device], row * COLUMNS);
  });
  return new Uint8Array(values.buffer);
}

/** Names one stored index: the checksum that it carries. */
export function identityOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(MAGIC.length, MAGIC.length + CHECKSUM_LENGTH)).toString('latin1');
}

/** `undefined` for bytes that are damaged or of another version. */
export function decodeStatIndex(bytes: Uint8Array): StatIndex | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = MAGIC.length + CHECKSUM_LENGTH;
  const body = buffer.subarray(start);
  const isWhole = buffer.subarray(0, start).toString('latin1') === MAGIC + sha256(body);
  return isWhole ? decodeBody(body) : undefined;
}

/** The checksum was right, so the bytes are what `encodeStatIndex` wrote. */
function decodeBody(body: Buffer): StatIndex {
  let at = 4 + body.readUInt32LE(0);
  const header: Header = JSON.parse(body.toString('utf8', 4, at));
  const take = (length: number): Buffer => {
    at += length;
    return body.subarray(at - length, at);
  };
  const [sourceCount, directoryCount, statCount] = header.counts;
  const stats = readStats(take(statCount * COLUMNS * 8), statCount);
  const kinds = take(sourceCount);
  const hashes = take(sourceCount * 32).toString('hex');
  const [paths, folders, trees] = header.lengths.map((length) => take(length).toString('utf8').split('\0'));
  const sources = new Map<string, SourceRecord>();
  for (let row = 0; row < sourceCount; row++) {
    const hash = hashes.slice(row * 64, row * 64 + 64);
    sources.set(paths![row]!, { kind: KINDS[kinds[row]!]!, stat: stats[row]!, hash });
  }
  const directories = new Map<string, StatMark>();
  for (let row = 0; row < directoryCount; row++) directories.set(folders![row]!, stats[sourceCount + row]!);
  let next = sourceCount + directoryCount;
  const watched = header.watched.map(([path, by, isThere, names]) => {
    return { path, by, stat: isThere ? stats[next++] : undefined, names: names ?? undefined };
  });
  const treeDigests = new Map<string, string>();
  for (let row = 0; row + 1 < trees!.length; row += 2) treeDigests.set(trees![row]!, trees![row + 1]!);
  const { stampMs, device, environment } = header;
  const listing = environment === undefined ? undefined : { directories, watched, environment };
  return { stampMs, device, listing, sources, links: new Map(header.links), trees: treeDigests };
}

function readStats(bytes: Buffer, count: number): StatMark[] {
  const values = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return Array.from({ length: count }, (_, row) => {
    const at = row * COLUMNS;
    return {
      mtimeMs: values[at]!,
      ctimeMs: values[at + 1]!,
      sizeBytes: values[at + 2]!,
      inode: values[at + 3]!,
      device: values[at + 4]!,
    };
  });
}
