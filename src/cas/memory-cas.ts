import type { Tree } from '../action/index.ts';
import { type Digest, digestOf, EMPTY_DIGEST, formatDigest, sameDigest } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import type { Cas } from './cas.ts';
import { loadTree, missingFileOf, storeTree } from './tree-store.ts';

/** Where the files of `fileOf` and `putFile` are; without it `fileOf` gives nothing. */
export interface MemoryCasOptions {
  readonly fs: FileSystem;
  /** A folder for the files that `fileOf` gives. */
  readonly root: string;
}

/** Blobs in memory, for tests and for dry runs. */
export class MemoryCas implements Cas {
  readonly #blobs = new Map<string, Uint8Array>();
  readonly #options: MemoryCasOptions | undefined;

  constructor(options?: MemoryCasOptions) {
    this.#options = options;
  }

  has(digest: Digest): boolean {
    return this.get(digest) !== undefined;
  }

  get(digest: Digest): Uint8Array | undefined {
    if (sameDigest(digest, EMPTY_DIGEST)) return new Uint8Array();
    const bytes = this.#blobs.get(formatDigest(digest));
    return bytes && sameDigest(digestOf(bytes), digest) ? bytes : undefined;
  }

  put(content: Uint8Array | string): Digest {
    const bytes = typeof content === 'string' ? Buffer.from(content) : Uint8Array.from(content);
    const digest = digestOf(bytes);
    this.#blobs.set(formatDigest(digest), bytes);
    return digest;
  }

  putFile(path: string): Digest {
    if (!this.#options) throw new TypeError('a MemoryCas without a file system takes no files');
    return this.put(this.#options.fs.readFile(path));
  }

  fileOf(digest: Digest, isExecutable: boolean): string | undefined {
    const bytes = this.get(digest);
    if (!bytes || !this.#options) return undefined;
    const { fs, root } = this.#options;
    const path = `${root}/${digest.hash}${isExecutable ? '.x' : ''}`;
    fs.makeDirectory(root);
    fs.replaceFile(path, bytes, isExecutable ? 0o755 : 0o644);
    return path;
  }

  putTree(tree: Tree): Digest {
    return storeTree(this, tree);
  }

  getTree(root: Digest): Tree | undefined {
    return loadTree(this, root);
  }

  missingFile(tree: Tree): Digest | undefined {
    return missingFileOf(this, tree);
  }
}
