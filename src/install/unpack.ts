import { dirname, join, normalize } from 'node:path/posix';
import { isNodeName } from '../action/index.ts';
import { fail, ok, type Result } from '../base/index.ts';
import { type FileSystem, flushFolder } from '../host/index.ts';
import { fileBytes, gunzipped, readTar, TarFormatError, type TarMember } from '../tools/index.ts';

/** Far above any release, far below what fills a disk by accident. */
const MAX_BYTES = 64 * 2 ** 30;
const MAX_MEMBERS = 1_000_000;
const MAX_DEPTH = 64;

export interface UnpackRequest {
  /** A `tar.gz`, absolute. */
  readonly archive: string;
  /** A new folder, whose parent is there. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * Unpacks an archive, all of which is on the disk when this returns. What leads out of the folder, comes twice, is neither
 * file, folder nor a link that stays inside, or would fill the disk is refused in words; owners and special modes are dropped.
 */
export async function unpackRelease(fs: FileSystem, request: UnpackRequest): Promise<Result<number, string>> {
  const { archive, folder, signal } = request;
  const unpacking = new Unpacking(fs, folder);
  fs.makeDirectory(folder, 0o755);
  try {
    for await (const member of readTar(gunzipped(fileBytes(fs, archive)))) {
      signal.throwIfAborted();
      const problem = await unpacking.take(member);
      if (problem !== undefined) return fail(problem);
    }
  } catch (error) {
    if (error instanceof TarFormatError) return fail(`the archive is damaged: ${error.message}`);
    if (isZlibError(error)) return fail('the archive is no gzip, or it is damaged');
    throw error;
  }
  unpacking.flush();
  return unpacking.count === 0 ? fail('the archive is empty') : ok(unpacking.count);
}

function isZlibError(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return /^Z_|ERR_STREAM_PREMATURE_CLOSE/.test(String(error.code));
}

class Unpacking {
  readonly #fs: FileSystem;
  readonly #root: string;
  /** Folders that we made ourselves: nothing is written through a link. */
  readonly #folders = new Set(['.']);
  readonly #names = new Set<string>();
  #bytes = 0;
  count = 0;

  constructor(fs: FileSystem, root: string) {
    this.#fs = fs;
    this.#root = root;
  }

  /** What is wrong with a member; nothing where it is on the disk. */
  async take(member: TarMember): Promise<string | undefined> {
    const path = cleanPath(member.path);
    if (path === undefined) return `it holds the unsafe path ${shown(member.path)}`;
    if (path === '.') return undefined;
    this.count++;
    this.#bytes += member.sizeBytes;
    if (this.count > MAX_MEMBERS) return `it holds more than ${MAX_MEMBERS} files`;
    if (this.#bytes > MAX_BYTES || member.sizeBytes > this.#fs.freeBytes(this.#root))
      return 'it unpacks to more than the disk holds';
    if (!this.#makeFolders(dirname(path)))
      return `it holds a file below ${shown(dirname(path))}, which is none`;
    if (member.kind === 'directory') {
      if (!this.#makeFolders(path)) return `it holds ${shown(path)} twice`;
      return undefined;
    }
    if (this.#names.has(path) || this.#folders.has(path)) return `it holds ${shown(path)} twice`;
    this.#names.add(path);
    return this.#put(path, member);
  }

  async #put(path: string, member: TarMember): Promise<string | undefined> {
    const at = join(this.#root, path);
    if (member.kind === 'symlink') {
      if (!staysInside(path, member.target)) return `${shown(path)} is a link that leads out`;
      this.#fs.symlink(member.target, at);
      return undefined;
    }
    if (member.kind !== 'file') return `${shown(path)} is a hard link, a device or a pipe`;
    using file = this.#fs.open(at, 'wx', (member.mode & 0o100) === 0 ? 0o644 : 0o755);
    let sizeBytes = 0;
    for await (const chunk of member.bytes) {
      file.write(chunk);
      sizeBytes += chunk.byteLength;
    }
    if (sizeBytes !== member.sizeBytes) return `${shown(path)} is cut off`;
    file.sync();
    return undefined;
  }

  #makeFolders(path: string): boolean {
    if (this.#folders.has(path)) return true;
    if (this.#names.has(path) || !this.#makeFolders(dirname(path))) return false;
    this.#fs.makeDirectory(join(this.#root, path), 0o755);
    this.#folders.add(path);
    return true;
  }

  flush(): void {
    for (const path of this.#folders) flushFolder(this.#fs, join(this.#root, path));
  }
}

function cleanPath(path: string): string | undefined {
  const clean = path.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
  if (clean === '' || clean === '.') return path.startsWith('/') ? undefined : '.';
  const names = clean.split('/');
  const isSafe = names.every((name) => isNodeName(name) && !name.includes('\\')) && names.length <= MAX_DEPTH;
  return isSafe ? clean : undefined;
}

function staysInside(path: string, target: string): boolean {
  if (target === '' || target.startsWith('/') || target.includes('\0') || target.length > 1024) return false;
  return !/^\.\.(?:\/|$)/.test(normalize(join(dirname(path), target)));
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
