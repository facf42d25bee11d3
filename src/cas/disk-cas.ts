import type { Tree } from '../action/index.ts';
import { type Digest, digestOf, EMPTY_DIGEST, sameDigest } from '../base/index.ts';
import { BlobFiles, blobName, SMALL_BYTES } from './blob-files.ts';
import type { Cas } from './cas.ts';
import { hasCode, StoreFiles, type StoreFilesOptions } from './store-files.ts';
import type { Tombstones } from './tombstones.ts';
import { loadTree, missingFileOf, storeTree } from './tree-store.ts';

/**
 * Blobs as files `cas/<2 hex>/<hash>` and, where one is wanted, `<hash>.x`, to be hard-linked by others. Presence is
 * looked up once in a process; content is verified by `BlobFiles`. The empty blob is always there.
 */
export class DiskCas implements Cas {
  readonly #files: StoreFiles;
  readonly #blobs: BlobFiles;
  /** Hashes that were there when this process looked. */
  readonly #present = new Map<string, number>();
  /** Verifications by another thread, each once. */
  readonly #beside = new Map<string, Promise<void>>();
  /** Trees of which this process stored or loaded every folder. */
  readonly #trees = new Map<string, Tree>();

  constructor(options: StoreFilesOptions | StoreFiles, tombstones?: Tombstones) {
    this.#files = options instanceof StoreFiles ? options : new StoreFiles(options);
    this.#blobs = new BlobFiles(this.#files, (hash) => {
      this.#present.delete(hash);
      this.#trees.clear();
      tombstones?.add([hash], 'damage');
    });
  }

  has(digest: Digest): boolean {
    if (digest.sizeBytes === 0) return sameDigest(digest, EMPTY_DIGEST);
    const known = this.#present.get(digest.hash);
    if (known !== undefined) return known === digest.sizeBytes;
    const stat = this.#files.fs.lstat(this.#blobs.path(digest.hash));
    if (stat?.type !== 'file') return false;
    this.#present.set(digest.hash, stat.sizeBytes);
    return stat.sizeBytes === digest.sizeBytes;
  }

  get(digest: Digest): Uint8Array | undefined {
    if (sameDigest(digest, EMPTY_DIGEST)) return new Uint8Array();
    const bytes = this.#isThere(digest.hash) ? this.#read(digest.hash) : undefined;
    const actual = bytes && digestOf(bytes);
    if (actual && actual.hash !== digest.hash) this.#blobs.drop(digest.hash);
    return actual && sameDigest(actual, digest) ? bytes : undefined;
  }

  put(content: Uint8Array | string): Digest {
    const digest = digestOf(content);
    if (this.#blobs.verified(digest, digest.hash) === undefined) this.#blobs.write(digest.hash, content);
    this.#present.set(digest.hash, digest.sizeBytes);
    return digest;
  }

  putFile(path: string): Digest {
    const { fs } = this.#files;
    const stat = fs.lstat(path);
    if (!stat || stat.sizeBytes <= SMALL_BYTES) return this.put(fs.readFile(path));
    const digest = this.#blobs.copy(path, false);
    this.#present.set(digest.hash, digest.sizeBytes);
    return digest;
  }

  /** The two files of an executable are read alone: who runs a program of 100 MB does not wait for its twin to be hashed. */
  fileOf(digest: Digest, isExecutable: boolean): string | undefined {
    const name = blobName(digest.hash, true);
    const known = isExecutable ? this.#blobs.verified(digest, name) : undefined;
    if (known !== undefined && this.#blobs.isMarked(digest.hash)) return known;
    const plain = this.#plain(digest);
    if (plain === undefined) this.#present.delete(digest.hash);
    if (plain === undefined || !isExecutable) return plain;
    if (known !== undefined) return known;
    const copied = this.#blobs.copy(plain, true);
    return sameDigest(copied, digest) ? this.#blobs.path(name) : undefined;
  }

  putTree(tree: Tree): Digest {
    storeTree(this, tree, this.#trees);
    return tree.digest;
  }

  getTree(root: Digest): Tree | undefined {
    return loadTree(this, root, this.#trees);
  }

  missingFile(tree: Tree): Digest | undefined {
    return missingFileOf(this, tree);
  }

  verifyBeside(digest: Digest, isExecutable: boolean): Promise<void> {
    const name = blobName(digest.hash, isExecutable);
    const begun = this.#beside.get(name) ?? this.#blobs.verifyBeside(digest, name);
    this.#beside.set(name, begun);
    return begun;
  }

  /** Forgets what was seen, so that the next use of each blob looks at the disk and hashes. */
  forget(): void {
    this.#blobs.forget();
    this.#present.clear();
    this.#trees.clear();
    this.#beside.clear();
  }

  /** Hashes a stored file by its name; a damaged one is removed and gives `false`. */
  scrub(name: string): boolean {
    return this.#blobs.scrub(name);
  }

  #plain(digest: Digest): string | undefined {
    const path = this.#blobs.verified(digest, digest.hash);
    if (path !== undefined || !sameDigest(digest, EMPTY_DIGEST)) return path;
    this.#blobs.write(digest.hash, '');
    return this.#blobs.path(digest.hash);
  }

  /** A cold build asks for every source, and an error that is thrown costs more than all the rest of the question. */
  #isThere(hash: string): boolean {
    return this.#present.has(hash) || this.#files.fs.lstat(this.#blobs.path(hash)) !== undefined;
  }

  #read(hash: string): Uint8Array | undefined {
    try {
      return this.#files.fs.readFile(this.#blobs.path(hash));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      if (!hasCode(error, 'EIO', 'EACCES', 'EISDIR')) throw error;
      this.#blobs.drop(hash);
      return undefined;
    }
  }
}
