import type { Tree } from '../action/index.ts';
import { type Digest, digestOf } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';

/** Where blobs come from that are not stored yet: sources of the workspace, texts that rules made. */
export interface Origins {
  /** Absolute path of a source file that had this content when it was hashed. */
  source(digest: Digest): string | undefined;
  /** `undefined` when it is gone or cannot be read. */
  read(path: string): Uint8Array | undefined;
  /** Told when that file no longer has it. */
  changed(path: string): void;
}

/** The store, with blobs taken in from their origin when an action first needs them: a no-op stores nothing. */
export class LayeredCas implements Cas {
  readonly #inner: Cas;
  readonly #origins: Origins;
  readonly #literals = new Map<string, string>();

  constructor(inner: Cas, origins: Origins) {
    this.#inner = inner;
    this.#origins = origins;
  }

  /** Remembers a text that is stored once it is needed. */
  literal(content: string): Digest {
    const digest = digestOf(content);
    this.#literals.set(digest.hash, content);
    return digest;
  }

  has(digest: Digest): boolean {
    return this.#inner.has(digest) || this.#take(digest);
  }

  /** Without taking it in. */
  isStored(digest: Digest): boolean {
    return this.#inner.has(digest);
  }

  get(digest: Digest): Uint8Array | undefined {
    return this.#inner.get(digest) ?? this.#original(digest);
  }

  fileOf(digest: Digest, isExecutable: boolean): string | undefined {
    const found = this.#inner.fileOf(digest, isExecutable);
    return found ?? (this.#take(digest) ? this.#inner.fileOf(digest, isExecutable) : undefined);
  }

  async verifyBeside(digest: Digest, isExecutable: boolean): Promise<void> {
    await this.#inner.verifyBeside?.(digest, isExecutable);
  }

  put(content: Uint8Array | string): Digest {
    return this.#inner.put(content);
  }

  putFile(path: string): Digest {
    return this.#inner.putFile(path);
  }

  putTree(tree: Tree): Digest {
    return this.#inner.putTree(tree);
  }

  getTree(root: Digest): Tree | undefined {
    return this.#inner.getTree(root);
  }

  missingFile(tree: Tree): Digest | undefined {
    return this.#inner.missingFile(tree);
  }

  /** The bytes from where they come from, without storing them. */
  #original(digest: Digest): Uint8Array | undefined {
    const literal = this.#literals.get(digest.hash);
    if (literal !== undefined) return Buffer.from(literal);
    const path = this.#origins.source(digest);
    const bytes = path === undefined ? undefined : this.#origins.read(path);
    if (!bytes || path === undefined) return undefined;
    if (digestOf(bytes).hash === digest.hash) return bytes;
    this.#origins.changed(path);
    return undefined;
  }

  #take(digest: Digest): boolean {
    const literal = this.#literals.get(digest.hash);
    if (literal !== undefined) {
      this.#inner.put(literal);
      return true;
    }
    const path = this.#origins.source(digest);
    if (path === undefined) return false;
    if (this.#putSource(path)?.hash === digest.hash) return true;
    this.#origins.changed(path);
    return false;
  }

  #putSource(path: string): Digest | undefined {
    try {
      return this.#inner.putFile(path);
    } catch (error) {
      if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES'))
        return undefined;
      throw error;
    }
  }
}
