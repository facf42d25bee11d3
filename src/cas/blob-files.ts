import { type Digest, Digester, digestOf, sameDigest } from '../base/index.ts';
import type { FileStat, FileSystem } from '../host/index.ts';
import { BLOB_TIME_MS, hasCode, type StoreFiles } from './store-files.ts';

/** Blobs up to this size are read at once. */
export const SMALL_BYTES = 2 ** 20;

/** A used blob shows it in its ctime, at most this often, so that `gc` sees that it is wanted. */
const MARK_INTERVAL_MS = 600_000;

/** What a file looked like when this process last knew its content to be right. */
type Seen = Pick<FileStat, 'inode' | 'sizeBytes' | 'mtimeMs' | 'ctimeMs' | 'links'>;

/**
 * The files of a blob store by name (`<hash>` with mode 0644, `<hash>.x` with 0755), verified.
 *
 * The first use in a process hashes the content; later uses compare inode, size, mtime and ctime. A ctime that
 * moved together with the count of links is taken for a link made or removed, which changes no content; any other
 * move of the ctime (a write, also one that restored the mtime) hashes again.
 */
export class BlobFiles {
  readonly #files: StoreFiles;
  readonly #seen = new Map<string, Seen>();
  readonly #onDrop: (hash: string) => void;

  constructor(files: StoreFiles, onDrop: (hash: string) => void) {
    this.#files = files;
    this.#onDrop = onDrop;
  }

  path(name: string): string {
    return this.#files.pathOf('cas', name);
  }

  /** The path of a file whose content is known to be right. A wrong one is dropped. */
  verified(digest: Digest, name: string): string | undefined {
    const path = this.path(name);
    const stat = this.#files.fs.lstat(path);
    if (!stat) return undefined;
    const seen = this.#seen.get(name);
    const isKnown = seen !== undefined && isSameContent(seen, stat);
    if (isKnown && stat.sizeBytes !== digest.sizeBytes) return undefined;
    if (isKnown) this.#seen.set(name, stat);
    else if (!this.#verifyNow(digest, name, stat)) return undefined;
    this.#markIfOld(name, stat);
    return path;
  }

  /**
   * Lets another thread hash the file. What is remembered is how the file was before: where it changed meanwhile, the next use
   * hashes again, and one that is wrong is dropped there.
   */
  async verifyBeside(digest: Digest, name: string): Promise<void> {
    const { fs, digests } = this.#files;
    const path = this.path(name);
    const old = fs.lstat(path);
    if (!digests || !old || old.sizeBytes !== digest.sizeBytes) return;
    const seen = this.#seen.get(name);
    if (seen && isSameContent(seen, old)) return;
    this.#markIfOld(name, old);
    const stat = fs.lstat(path);
    if (stat?.type !== 'file' || stat.mode !== modeOf(name) || stat.mtimeMs !== BLOB_TIME_MS) return;
    using file = digests.follow(path);
    // What cannot be read is told by the next use.
    const hash = await file.finish(stat.sizeBytes).catch(() => undefined);
    if (hash === digest.hash && stat.sizeBytes === digest.sizeBytes) this.#seen.set(name, stat);
  }

  /** Shows that a file is in use without reading it; false when it is not there. */
  isMarked(name: string): boolean {
    const stat = this.#files.fs.lstat(this.path(name));
    if (!stat) return false;
    const seen = this.#seen.get(name);
    if (seen && !isSameContent(seen, stat)) this.#seen.delete(name);
    this.#markIfOld(name, stat);
    return true;
  }

  /** Makes the file with these bytes, which have the digest in `name`. */
  write(name: string, content: Uint8Array | string): void {
    const { fs } = this.#files;
    const temporary = this.#files.temporary();
    this.#files.guard(temporary, () => {
      fs.createFile(temporary, content, modeOf(name));
      fs.setTimes(temporary, BLOB_TIME_MS);
      this.#add(temporary, name);
    });
    this.#rememberNow(name);
  }

  /** Copies a file in and names it by what the copy contains, whatever happens to the original meanwhile. */
  copy(from: string, isExecutable: boolean): Digest {
    const { fs } = this.#files;
    const temporary = this.#files.temporary();
    let digest: Digest | undefined;
    this.#files.guard(temporary, () => {
      digest = copyHashed(fs, from, { path: temporary, mode: isExecutable ? 0o755 : 0o644 });
      fs.setTimes(temporary, BLOB_TIME_MS);
      this.#add(temporary, blobName(digest.hash, isExecutable));
    });
    const copied = digest!;
    this.#rememberNow(blobName(copied.hash, isExecutable));
    return copied;
  }

  #add(temporary: string, name: string): void {
    const { fs } = this.#files;
    const path = this.path(name);
    this.#files.add(
      temporary,
      path,
      () => fs.lstat(path)?.type === 'file' && readDigest(fs, path)?.hash === name.slice(0, 64),
    );
  }

  drop(name: string): void {
    this.#seen.delete(name);
    this.#files.discard(this.path(name));
    this.#onDrop(name.slice(0, 64));
  }

  forget(): void {
    this.#seen.clear();
  }

  /** Hashes a file again whatever is remembered; a wrong one is dropped and gives `false`. */
  scrub(name: string): boolean {
    this.#seen.delete(name);
    const stat = this.#files.fs.lstat(this.path(name));
    if (!stat) return true;
    return this.verified({ hash: name.slice(0, 64), sizeBytes: stat.sizeBytes }, name) !== undefined;
  }

  #verifyNow(digest: Digest, name: string, stat: FileStat): boolean {
    const actual = stat.type === 'file' ? readDigest(this.#files.fs, this.path(name)) : undefined;
    if (actual?.hash !== digest.hash) {
      this.drop(name);
      return false;
    }
    if (!sameDigest(actual, digest)) return false;
    if (stat.mode === modeOf(name) && stat.mtimeMs === BLOB_TIME_MS) this.#seen.set(name, stat);
    else return this.#mend(name);
    return true;
  }

  /** Someone changed mode or time through a link; the content is right. */
  #mend(name: string): boolean {
    const { fs } = this.#files;
    try {
      fs.chmod(this.path(name), modeOf(name));
      fs.setTimes(this.path(name), BLOB_TIME_MS);
    } catch (error) {
      if (!hasCode(error, 'EPERM', 'EACCES', 'EROFS', 'ENOENT')) throw error;
      this.drop(name);
      return false;
    }
    this.#rememberNow(name);
    return true;
  }

  /** Setting the time that it has moves the ctime. Only what was seen to be right is remembered as that. */
  #markIfOld(name: string, { ctimeMs }: FileStat): void {
    if (this.#files.clock.now() - ctimeMs <= MARK_INTERVAL_MS) return;
    try {
      this.#files.fs.setTimes(this.path(name), BLOB_TIME_MS);
      if (this.#seen.has(name)) this.#rememberNow(name);
    } catch (error) {
      if (!hasCode(error, 'EPERM', 'EACCES', 'EROFS', 'ENOENT')) throw error;
    }
  }

  #rememberNow(name: string): void {
    const stat = this.#files.fs.lstat(this.path(name));
    if (stat) this.#seen.set(name, stat);
  }
}

export function blobName(hash: string, isExecutable: boolean): string {
  return isExecutable ? `${hash}.x` : hash;
}

function modeOf(name: string): number {
  return name.endsWith('.x') ? 0o755 : 0o644;
}

function isSameContent(seen: Seen, stat: FileStat): boolean {
  const isSameFile =
    seen.inode === stat.inode && seen.sizeBytes === stat.sizeBytes && seen.mtimeMs === stat.mtimeMs;
  return isSameFile && (seen.ctimeMs === stat.ctimeMs || seen.links !== stat.links);
}

/** Digest of a file's content without holding a big one in memory. */
export function digestOfFile(fs: FileSystem, path: string): Digest {
  const stat = fs.lstat(path);
  if (stat && stat.sizeBytes <= SMALL_BYTES) return digestOf(fs.readFile(path));
  using file = fs.open(path, 'r');
  const digester = new Digester();
  const buffer = new Uint8Array(SMALL_BYTES);
  for (let count = file.read(buffer); count > 0; count = file.read(buffer))
    digester.update(buffer.subarray(0, count));
  return digester.digest();
}

/** `undefined` for a file that is gone or that a bad disk does not give. */
function readDigest(fs: FileSystem, path: string): Digest | undefined {
  try {
    return digestOfFile(fs, path);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EIO', 'EACCES', 'EISDIR')) return undefined;
    throw error;
  }
}

const COPY_BYTES = 2 ** 20;

/** Copies and hashes in one pass: the digest is that of the bytes which were written. */
function copyHashed(
  fs: FileSystem,
  from: string,
  to: { readonly path: string; readonly mode: number },
): Digest {
  using source = fs.open(from, 'r');
  using target = fs.open(to.path, 'wx', to.mode);
  const digester = new Digester();
  const piece = new Uint8Array(COPY_BYTES);
  for (let count = source.read(piece); count > 0; count = source.read(piece)) {
    const bytes = piece.subarray(0, count);
    digester.update(bytes);
    target.write(bytes);
  }
  return digester.digest();
}
