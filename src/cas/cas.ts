import type { ActionResult, Tree } from '../action/index.ts';
import type { Digest } from '../base/index.ts';

/**
 * Blobs by digest. Every read verifies: a blob whose bytes do not have its digest is dropped and counts as absent.
 * Absent is `undefined`, never an error; a full disk is thrown as `StoreFullError`.
 */
export interface Cas {
  has(digest: Digest): boolean;
  get(digest: Digest): Uint8Array | undefined;
  put(content: Uint8Array | string): Digest;
  /** Takes in a file's content without holding it in memory; the file stays where it is. */
  putFile(path: string): Digest;
  /**
   * A verified, read-only file with this content to link or copy from, mode 0644 or 0755, time fixed.
   * Its path lives as long as the blob.
   */
  fileOf(digest: Digest, isExecutable: boolean): string | undefined;
  /** Begins beside our own work what `fileOf` would do first; once it has ended, `fileOf` is quick. Nothing is promised. */
  verifyBeside?(digest: Digest, isExecutable: boolean): Promise<void>;
  /** Stores every `Directory` of the tree (the files are stored by other means). */
  putTree(tree: Tree): Digest;
  /** Loads a tree by its root; `undefined` when any of its directories is absent. */
  getTree(root: Digest): Tree | undefined;
  /** The first file blob of the tree that is absent, for deciding whether a cached result still holds. */
  missingFile(tree: Tree): Digest | undefined;
}

/** Results by action digest. A damaged entry counts as absent. */
export interface ActionCache {
  get(action: Digest): ActionResult | undefined;
  put(action: Digest, result: ActionResult): void;
  /** Forgets a result that turned out not to be this action's. */
  remove(action: Digest): void;
}
