import type { Digest } from '../../base/index.ts';
import type { FileHandle } from '../../host/index.ts';
import type { RegistryWorld } from '../world.ts';
import { type BlobSink, eachChunk } from './blob-sink.ts';
import { type GrowingDigest, growingDigest } from './growing-digest.ts';

/** A shorter beginning is not worth a file that outlives us. */
const KEPT_BYTES = 2 ** 20;

type PartialWorld = Pick<RegistryWorld, 'fs' | 'env' | 'digests'>;

/**
 * A blob on its way in: a file of this process's own, hashed as it grows. What an earlier run or another process left of
 * the same blob is its beginning; it is copied, so that nobody writes to a file of someone else's.
 */
export class PartialBlob implements Disposable {
  readonly #world: PartialWorld;
  readonly #sink: BlobSink;
  readonly #digest: Digest;
  readonly #path: string;
  #file: FileHandle | undefined;
  #growing: GrowingDigest | undefined;
  #sizeBytes = 0;

  constructor(world: PartialWorld, sink: BlobSink, digest: Digest) {
    this.#world = world;
    this.#sink = sink;
    this.#digest = digest;
    const random = Math.floor(world.env.random() * 2 ** 40).toString(36);
    this.#path = `${sink.partialFolder}/${digest.hash}.${world.env.pid}-${random}.part`;
    world.fs.makeDirectory(sink.partialFolder);
    this.#restart();
    this.#copyBeginning();
  }

  /** Bytes that are there, all of them hashed. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  write(chunk: Uint8Array): void {
    this.#file!.write(chunk);
    this.#sizeBytes += chunk.byteLength;
    this.#growing!.update(chunk);
  }

  /** Throws away what is there, everyone's: it is not the beginning of this blob. */
  reset(): void {
    this.#close();
    for (const path of this.#all()) this.#discard(path);
    this.#restart();
  }

  /**
   * The digest of what is there. When it is the blob's, the sink has the file afterwards; otherwise it is thrown away, with
   * all other beginnings, and everything begins anew.
   */
  async finish(): Promise<Digest> {
    const actual = await this.#actual();
    if (actual.hash === this.#digest.hash) {
      this.#close();
      this.#adopt();
    }
    for (const path of this.#all()) this.#discard(path);
    this.#sizeBytes = 0;
    return actual;
  }

  async #actual(): Promise<Digest> {
    try {
      return await this.#growing!.digest();
    } catch (error) {
      // Another process was faster and tidied up behind itself.
      if (isAbsent(error) && this.#sink.has(this.#digest)) return this.#digest;
      throw error;
    }
  }

  #adopt(): void {
    try {
      this.#sink.adopt(this.#digest, this.#path);
    } catch (error) {
      if (!isAbsent(error) || !this.#sink.has(this.#digest)) throw error;
    }
  }

  /** Leaves what is there for the next run, unless it is little. */
  [Symbol.dispose](): void {
    this.#close();
    if (this.#sizeBytes < KEPT_BYTES) this.#discard(this.#path);
  }

  #restart(): void {
    this.#file = this.#world.fs.open(this.#path, 'w', 0o644);
    this.#growing = growingDigest(this.#world, { path: this.#path, expectedBytes: this.#digest.sizeBytes });
    this.#sizeBytes = 0;
  }

  #close(): void {
    this.#file?.[Symbol.dispose]();
    this.#file = undefined;
    this.#growing?.[Symbol.dispose]();
    this.#growing = undefined;
  }

  #copyBeginning(): void {
    const { fs } = this.#world;
    const sizes = this.#all().map((path) => ({ path, sizeBytes: fs.lstat(path)?.sizeBytes ?? 0 }));
    const longest = sizes.sort((a, b) => b.sizeBytes - a.sizeBytes)[0];
    if (!longest || longest.path === this.#path || longest.sizeBytes < KEPT_BYTES) return;
    try {
      eachChunk(fs, longest.path, (chunk) => {
        const room = this.#digest.sizeBytes - this.#sizeBytes;
        if (room > 0) this.write(chunk.subarray(0, room));
      });
    } catch (error) {
      // Its owner finished or threw it away meanwhile.
      if (!isAbsent(error)) throw error;
    }
  }

  #all(): string[] {
    const { fs } = this.#world;
    const names = fs.readDirectory(this.#sink.partialFolder).map(({ name }) => name);
    return names
      .filter((name) => name.startsWith(`${this.#digest.hash}.`) && name.endsWith('.part'))
      .map((name) => `${this.#sink.partialFolder}/${name}`);
  }

  #discard(path: string): void {
    try {
      this.#world.fs.unlink(path);
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
