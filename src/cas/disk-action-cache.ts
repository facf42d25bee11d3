import type { ActionResult } from '../action/index.ts';
import type { Digest } from '../base/index.ts';
import { formatActionResult, parseActionResult } from './action-result-text.ts';
import type { ActionCache } from './cas.ts';
import { hasCode, StoreFiles, type StoreFilesOptions } from './store-files.ts';
import type { Tombstones } from './tombstones.ts';

/** Results as files `ac/<2 hex>/<action hash>`; the file's mtime is when it was last asked for. */
export class DiskActionCache implements ActionCache {
  readonly #files: StoreFiles;
  readonly #tombstones: Tombstones | undefined;
  /** Actions whose file was marked as used by this process. */
  readonly #marked = new Set<string>();

  constructor(options: StoreFilesOptions | StoreFiles, tombstones?: Tombstones) {
    this.#files = options instanceof StoreFiles ? options : new StoreFiles(options);
    this.#tombstones = tombstones;
  }

  get(action: Digest): ActionResult | undefined {
    const path = this.#files.pathOf('ac', action.hash);
    const text = this.#files.readIfThere(path);
    if (text === undefined) return undefined;
    const result = parseActionResult(action, text);
    if (!result) {
      this.#files.discard(path);
      this.#tombstones?.add([action.hash], 'damage');
      return undefined;
    }
    return this.#mark(action.hash, path) ? result : undefined;
  }

  put(action: Digest, result: ActionResult): void {
    const text = formatActionResult(action, result);
    const path = this.#files.pathOf('ac', action.hash);
    this.#files.publish(path, (temporary) => this.#files.fs.createFile(temporary, text));
    this.#marked.add(action.hash);
    this.#tombstones?.forget(action.hash);
  }

  remove(action: Digest): void {
    this.#files.discard(this.#files.pathOf('ac', action.hash));
    this.#marked.delete(action.hash);
  }

  /**
   * Notes the use, once in a process. `gc` takes an entry away before it looks at its mark, so an entry that can be
   * marked stays; one that cannot, because it is gone, must not be used: its blobs are going too.
   */
  #mark(hash: string, path: string): boolean {
    if (this.#marked.has(hash)) return true;
    try {
      this.#files.fs.setTimes(path, this.#files.clock.now());
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return false;
      if (!hasCode(error, 'EPERM', 'EACCES', 'EROFS')) throw error;
    }
    this.#marked.add(hash);
    return true;
  }
}
