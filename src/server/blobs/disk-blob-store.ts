import { randomUUID } from 'node:crypto';
import { fail, ok, type Result } from '../../base/index.ts';
import type { StreamFiles } from '../../host/index.ts';
import {
  type Algorithm,
  algorithmOf,
  type BlobDigest,
  digestOfBytes,
  hexOf,
  parseBlobDigest,
} from './blob-digest.ts';
import type {
  BlobStore,
  ByteRange,
  ByteSource,
  OpenBlob,
  PutFailure,
  PutOptions,
  ReceivedBytes,
  StoredBlob,
} from './blob-store.ts';
import { countedFiles, StoreUsage } from './counted-files.ts';
import { DiskUploads } from './disk-uploads.ts';
import { Durability } from './durability.ts';
import { IncomingFile } from './incoming-file.ts';
import { KeyedLock } from './keyed-lock.ts';

export interface DiskBlobStoreOptions {
  readonly files: StreamFiles;
  /** Absolute; `blobs/`, `uploads/`, `incoming/`, `damaged/` and `removed/` lie in it. */
  readonly folder: string;
  /** What all content may have together, what comes in included; no limit unless told. */
  readonly maxBytes?: number | undefined;
  /** Before what came is brought to the disk without being asked for. */
  readonly pause: () => Promise<void>;
}

/** Few, since the threads that do it also read and write for everybody else. */
const SYNCS_AT_ONCE = 2;
const MOST_UNSYNCED = 5000;

/**
 * Blobs as files `blobs/<algorithm>/<2 hex>/<hex>`. A file comes in under another name and is renamed once its bytes were checked.
 * Its mtime says when it was last wanted.
 */
export class DiskBlobStore implements BlobStore {
  readonly uploads: DiskUploads;
  readonly usage: StoreUsage;
  readonly #files: StreamFiles;
  readonly #folder: string;
  readonly #locks = new KeyedLock();
  readonly #durability: Durability;
  readonly #folders = new Set<string>();

  private constructor({ files, folder, pause, maxBytes }: DiskBlobStoreOptions) {
    this.usage = new StoreUsage(maxBytes);
    this.#files = countedFiles(files, this.usage);
    this.#folder = folder;
    this.uploads = new DiskUploads(this.#files, `${folder}/uploads`, (file) => this.#place(file));
    this.#durability = new Durability({
      sync: (digest) => this.#sync(digest as BlobDigest),
      atOnce: SYNCS_AT_ONCE,
      mostWaiting: MOST_UNSYNCED,
      pause: () => pause(),
    });
  }

  /** Makes the folders, removes what a process that ended left half done, and counts what is there. */
  static async open(options: DiskBlobStoreOptions): Promise<DiskBlobStore> {
    const { files, folder } = options;
    for (const name of ['blobs', 'uploads', 'incoming', 'damaged', 'removed']) {
      files.makeDirectory(`${folder}/${name}`);
    }
    for (const name of ['incoming', 'removed']) {
      for await (const left of files.names(`${folder}/${name}`))
        await files.unlink(`${folder}/${name}/${left}`);
    }
    const store = new DiskBlobStore(options);
    await store.#countAll();
    return store;
  }

  async #countAll(): Promise<void> {
    for await (const { sizeBytes } of this.all()) this.usage.correct(sizeBytes);
    for (const name of ['uploads', 'damaged']) {
      for await (const file of this.#files.names(`${this.#folder}/${name}`))
        this.usage.correct(this.#files.stat(`${this.#folder}/${name}/${file}`)?.sizeBytes ?? 0);
    }
  }

  stat(digest: BlobDigest): { readonly sizeBytes: number } | undefined {
    return this.#files.stat(this.#path(digest));
  }

  open(digest: BlobDigest): OpenBlob | undefined {
    return this.#files.open(this.#path(digest));
  }

  async readWhole(digest: BlobDigest): Promise<Uint8Array | undefined> {
    if (!this.stat(digest)) return undefined;
    const bytes = await this.#files.readWhole(this.#path(digest));
    if (digestOfBytes(bytes, algorithmOf(digest)) === digest) return bytes;
    await this.scrub(digest);
    return undefined;
  }

  async put(source: ByteSource, options: PutOptions): Promise<Result<StoredBlob, PutFailure>> {
    const { maxBytes, expected } = options;
    const algorithm = options.algorithm ?? (expected ? algorithmOf(expected) : 'sha256');
    const file = this.#incoming(algorithm);
    try {
      if (!(await file.add(source, maxBytes))) {
        await this.#files.unlink(file.path);
        return fail({ kind: 'too-large', maxBytes });
      }
      const actual = file.digest();
      if (expected === undefined || actual === expected) return ok(await this.#place(file));
      await this.#files.unlink(file.path);
      return fail({ kind: 'wrong-digest', actual });
    } catch (error) {
      await this.#files.unlink(file.path);
      throw error;
    }
  }

  async receive(source: ByteSource, maxBytes: number): Promise<Result<ReceivedBytes, PutFailure>> {
    const file = this.#incoming('sha256');
    const discard = async (): Promise<void> => void (await this.#files.unlink(file.path));
    try {
      if (await file.add(source, maxBytes)) {
        const { sizeBytes, path } = file;
        const pieces = (range: ByteRange = { start: 0, end: sizeBytes }): ByteSource =>
          range.end === range.start ? nothing() : this.#files.read(path, range);
        return ok({ sizeBytes, pieces, [Symbol.asyncDispose]: discard });
      }
      await discard();
      return fail({ kind: 'too-large', maxBytes });
    } catch (error) {
      await discard();
      throw error;
    }
  }

  flush(digests: readonly BlobDigest[]): Promise<void> {
    return this.#durability.flush(digests);
  }

  /** Before the process ends. */
  drain(): Promise<void> {
    return this.#durability.drain();
  }

  async *all(): AsyncIterable<StoredBlob & { readonly usedAtMs: number }> {
    for (const algorithm of ['sha256', 'sha512']) {
      for await (const shard of this.#files.names(`${this.#folder}/blobs/${algorithm}`)) {
        for await (const name of this.#files.names(`${this.#folder}/blobs/${algorithm}/${shard}`)) {
          const digest = parseBlobDigest(`${algorithm}:${name}`);
          const stat = digest && this.#files.stat(this.#path(digest));
          if (stat) yield { digest, sizeBytes: stat.sizeBytes, usedAtMs: stat.mtimeMs };
        }
      }
    }
  }

  removeIf(
    digest: BlobDigest,
    { unusedSinceMs, isHeld }: { readonly unusedSinceMs: number; readonly isHeld: () => Promise<boolean> },
  ): Promise<number> {
    return this.#locks.run(digest, async () => {
      const stat = this.#files.stat(this.#path(digest));
      if (!stat || stat.mtimeMs >= unusedSinceMs || (await isHeld())) return 0;
      // Renamed first: a large file takes long to remove, and it must not be seen half removed.
      const removed = `${this.#folder}/removed/${randomUUID()}`;
      this.#files.rename(this.#path(digest), removed);
      await this.#files.unlink(removed);
      return stat.sizeBytes;
    });
  }

  async scrub(digest: BlobDigest, signal?: AbortSignal): Promise<'whole' | 'damaged' | 'absent'> {
    if (!this.stat(digest)) return 'absent';
    if (await this.#isWhole(digest, signal)) return 'whole';
    return this.#locks.run(digest, async () => {
      // It may have been sent again meanwhile.
      if (!this.stat(digest)) return 'absent';
      if (await this.#isWhole(digest, signal)) return 'whole';
      this.#files.rename(this.#path(digest), `${this.#folder}/damaged/${hexOf(digest)}`);
      return 'damaged';
    });
  }

  async #isWhole(digest: BlobDigest, signal: AbortSignal | undefined): Promise<boolean> {
    signal?.throwIfAborted();
    try {
      const file = await IncomingFile.resume(this.#files, this.#path(digest), algorithmOf(digest));
      return file.digest() === digest;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EIO') return false;
      throw error;
    }
  }

  /** Always renamed over what is there: the same content if that is whole, and healed if it is not. */
  async #place(file: IncomingFile): Promise<StoredBlob> {
    const digest = file.digest();
    const path = this.#path(digest);
    const folder = path.slice(0, path.lastIndexOf('/'));
    if (!this.#folders.has(folder)) {
      this.#files.makeDirectory(folder);
      this.#folders.add(folder);
    }
    // An upload may have waited for long: its grace begins now.
    this.#files.touch(file.path);
    await this.#locks.run(digest, async () => this.#files.rename(file.path, path));
    await this.#durability.add(digest);
    return { digest, sizeBytes: file.sizeBytes };
  }

  #incoming(algorithm: Algorithm): IncomingFile {
    return new IncomingFile(this.#files, `${this.#folder}/incoming/${randomUUID()}`, algorithm);
  }

  async #sync(digest: BlobDigest): Promise<void> {
    const path = this.#path(digest);
    if (!this.#files.stat(path)) return;
    await this.#files.syncFile(path);
    await this.#files.syncDirectory(path.slice(0, path.lastIndexOf('/')));
  }

  #path(digest: BlobDigest): string {
    const hex = hexOf(digest);
    return `${this.#folder}/blobs/${algorithmOf(digest)}/${hex.slice(0, 2)}/${hex}`;
  }
}

/** The platform reads no empty range. */
async function* nothing(): AsyncGenerator<Uint8Array> {}
