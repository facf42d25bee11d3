import { Digester, fail, ok, type Result, sha256 } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import { explain } from './causes/explain.ts';
import { Comparison } from './contents/compare-contents.ts';
import { compareEntries } from './contents/compare-entries.ts';
import { diskEntries } from './contents/entries.ts';
import { signableContent } from './contents/signed-content.ts';
import type { Difference, Side, Sides } from './model.ts';

/** How two files, or folders, differ that somebody built somewhere; the form that documents have, version 1. */
export interface FilesDiff {
  readonly isSame: boolean;
  readonly a: ComparedFile;
  readonly b: ComparedFile;
  /** Of signed apps, bundles and jars: whether what was signed is the same. */
  readonly isSameUnderSignature?: boolean;
  readonly differences: readonly Difference[];
  /** Differences that are not told apart. */
  readonly leftOut: number;
}

export interface ComparedFile {
  readonly path: string;
  /** Absent for a folder. */
  readonly sha256?: string;
  readonly sizeBytes?: number;
  /** Of the names and contents of a zip, without signatures. */
  readonly contentSha256?: string;
}

export interface DiffFilesOptions {
  readonly fs: FileSystem;
  readonly a: string;
  readonly b: string;
  readonly nowMs: number;
}

export type FilesFailure = { readonly kind: 'missing' | 'other'; readonly path: string };

/** Compares a file with a file, or a folder with a folder, down to members of archives in archives. */
export async function diffFiles({
  fs,
  a,
  b,
  nowMs,
}: DiffFilesOptions): Promise<Result<FilesDiff, FilesFailure>> {
  const kinds = [a, b].map((path) => kindOf(fs, path));
  if (!kinds[0] || !kinds[1]) return fail({ kind: 'missing', path: kinds[0] ? b : a });
  if (kinds[0] !== kinds[1]) return fail({ kind: 'other', path: b });
  const { about: one, isSigned: isOneSigned } = aboutPath(fs, a, kinds[0]);
  const { about: two, isSigned: isTwoSigned } = aboutPath(fs, b, kinds[0]);
  const comparison = new Comparison();
  const isEqual = one.sha256 !== undefined && one.sha256 === two.sha256;
  if (!isEqual)
    await compareEntries(comparison, [], diskEntries(fs, fs.realPath(a)), diskEntries(fs, fs.realPath(b)));
  const { found, consequences, leftOut } = comparison;
  const sides = unwatchedSides(nowMs);
  const differences = found.map((each) => explain(each, { sides, consequences }));
  return ok({
    isSame: differences.length === 0 && leftOut === 0,
    a: one,
    b: two,
    ...(isOneSigned || isTwoSigned ? { isSameUnderSignature: one.contentSha256 === two.contentSha256 } : {}),
    differences,
    leftOut,
  });
}

function kindOf(fs: FileSystem, path: string): 'file' | 'directory' | undefined {
  let type = fs.lstat(path)?.type;
  if (type === 'symlink') {
    try {
      type = fs.lstat(fs.realPath(path))?.type;
    } catch {
      return undefined;
    }
  }
  return type === 'file' || type === 'directory' ? type : undefined;
}

const CHUNK_BYTES = 2 ** 20;
/** Larger ones are not read as archives. */
const MAX_READ_BYTES = 1.5 * 2 ** 30;

interface About {
  readonly about: ComparedFile;
  readonly isSigned: boolean;
}

function aboutPath(fs: FileSystem, path: string, kind: 'file' | 'directory'): About {
  if (kind === 'directory') return { about: { path }, isSigned: false };
  const { sizeBytes } = fs.lstat(fs.realPath(path))!;
  if (sizeBytes > MAX_READ_BYTES) return { about: { path, ...digestOfFile(fs, path) }, isSigned: false };
  const read = fs.readFile(path);
  const bytes = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
  const content = signableContent(bytes);
  const contentSha256 = content && { contentSha256: content.sha256 };
  return {
    about: { path, sha256: sha256(bytes), sizeBytes: bytes.length, ...contentSha256 },
    isSigned: content?.isSigned ?? false,
  };
}

function digestOfFile(fs: FileSystem, path: string): { readonly sha256: string; readonly sizeBytes: number } {
  const digester = new Digester();
  const buffer = new Uint8Array(CHUNK_BYTES);
  using file = fs.open(path, 'r');
  for (let count = file.read(buffer); count > 0; count = file.read(buffer))
    digester.update(buffer.subarray(0, count));
  const { hash, sizeBytes } = digester.digest();
  return { sha256: hash, sizeBytes };
}

/** Before this nobody built for phones. */
const OLDEST_MS = Date.UTC(2000, 0, 1);

/** Of builds that nobody watched, nothing is known but that they are over. */
function unwatchedSides(nowMs: number): Sides {
  const side: Side = {
    startedAtMs: OLDEST_MS,
    endedAtMs: nowMs,
    folders: [],
    user: '',
    cores: 0,
    timezone: '',
    language: '',
    umask: 0,
  };
  return { a: side, b: side, areUnwatched: true };
}
