import type { Tree } from '../action/index.ts';
import type { Digest } from '../base/index.ts';
import { parseStoredResult } from './action-result-text.ts';
import type { DiskCas } from './disk-cas.ts';
import type { StoreFiles } from './store-files.ts';
import type { StoreUsers } from './store-users.ts';
import type { Tombstones } from './tombstones.ts';

export interface GcOptions {
  /** What the store may hold afterwards, results and blobs together. */
  readonly maxBytes: number;
  /** Trees that stay whatever their age, with all their files. */
  readonly keepRoots?: readonly Digest[];
  /** Blobs that came or were used within this time stay; an hour unless told. */
  readonly graceMs?: number;
}

export interface GcReport {
  /** Another process was at it; nothing was done. */
  readonly isBusy: boolean;
  readonly removedActions: number;
  readonly removedBlobs: number;
  readonly freedBytes: number;
  readonly keptBytes: number;
}

export interface GcParts {
  readonly files: StoreFiles;
  readonly cas: DiskCas;
  readonly users: StoreUsers;
  readonly tombstones: Tombstones;
}

const DEFAULT_GRACE_MS = 3_600_000;

/**
 * Brings the store under its limit. What is kept, in this order: `keepRoots`, results by their last use with all that
 * they reach, then other blobs by age. While another process builds, all that was used since it began stays, so the
 * store may end up above the limit.
 */
export function collectGarbage(parts: GcParts, options: GcOptions): GcReport {
  const lock = parts.users.lock();
  if (!lock) return { isBusy: true, removedActions: 0, removedBlobs: 0, freedBytes: 0, keptBytes: 0 };
  try {
    return new Collection(parts, options).run();
  } finally {
    lock[Symbol.dispose]();
  }
}

interface StoredBlob {
  readonly sizeBytes: number;
  readonly usedAtMs: number;
}

interface StoredAction {
  readonly hash: string;
  readonly sizeBytes: number;
  readonly usedAtMs: number;
}

class Collection {
  readonly #parts: GcParts;
  readonly #options: GcOptions;
  /** Used at or after this: stays. */
  readonly #inUseSinceMs: number;
  readonly #blobs: Map<string, StoredBlob>;
  readonly #kept = new Set<string>();
  #keptBytes = 0;

  constructor(parts: GcParts, options: GcOptions) {
    this.#parts = parts;
    this.#options = options;
    const graceStart = parts.files.clock.now() - (options.graceMs ?? DEFAULT_GRACE_MS);
    this.#inUseSinceMs = Math.min(graceStart, parts.users.oldestOtherUseMs() ?? graceStart);
    this.#blobs = storedBlobs(parts.files);
  }

  run(): GcReport {
    const actions = storedActions(this.#parts.files);
    const total = [...actions, ...this.#blobs.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    this.#removeAbandoned();
    if (total <= this.#options.maxBytes)
      return { isBusy: false, removedActions: 0, removedBlobs: 0, freedBytes: 0, keptBytes: total };
    for (const root of this.#options.keepRoots ?? []) this.#keep(this.#reach(root));
    const evicted = actions.filter((action) => !this.#keepAction(action));
    const removed = evicted.filter((action) => this.#evict(action));
    this.#parts.tombstones.add(
      removed.map(({ hash }) => hash),
      'gc',
    );
    const removedBlobs = this.#sweep();
    return {
      isBusy: false,
      removedActions: removed.length,
      removedBlobs,
      freedBytes: total - this.#keptBytes,
      keptBytes: this.#keptBytes,
    };
  }

  /** Keeps an action with all that it reaches while there is room, or when it is in use. */
  #keepAction(action: StoredAction): boolean {
    const reached = this.#reachOf(action);
    if (!reached) return false;
    const added = [...reached].filter((name) => !this.#kept.has(name));
    const sizeBytes = added.reduce(
      (sum, name) => sum + (this.#blobs.get(name)?.sizeBytes ?? 0),
      action.sizeBytes,
    );
    const isInUse = action.usedAtMs >= this.#inUseSinceMs;
    if (!isInUse && this.#keptBytes + sizeBytes > this.#options.maxBytes) return false;
    this.#keep(reached);
    this.#keptBytes += action.sizeBytes;
    return true;
  }

  #keep(names: Iterable<string>): void {
    for (const name of names) {
      const blob = this.#kept.has(name) ? undefined : this.#blobs.get(name);
      if (!blob) continue;
      this.#kept.add(name);
      this.#keptBytes += blob.sizeBytes;
    }
  }

  /** `undefined` for a result that is damaged or lacks a folder: it is of no use. */
  #reachOf({ hash }: StoredAction): Set<string> | undefined {
    const text = this.#parts.files.readIfThere(this.#parts.files.pathOf('ac', hash));
    const stored = text === undefined ? undefined : parseStoredResult(text);
    const reached = stored && this.#reach(stored.result.outputRoot);
    reached?.add(stored!.result.stdout.hash);
    if (stored?.result.auxiliary) reached?.add(stored.result.auxiliary.hash);
    return reached && reached.size > 0 ? reached : undefined;
  }

  /** Names of all stored files that a tree needs; empty when a folder is absent. */
  #reach(root: Digest): Set<string> {
    const names = new Set<string>();
    const tree = this.#parts.cas.getTree(root);
    if (tree) addReached(tree, names);
    return names;
  }

  /**
   * Takes the entry away first and then looks whether it was used meanwhile: a user marks an entry by its path, so
   * either the mark shows here, or marking fails there and the entry counts as absent.
   */
  #evict(action: StoredAction): boolean {
    const { files } = this.#parts;
    const path = files.pathOf('ac', action.hash);
    const aside = files.temporary();
    try {
      files.guard(aside, () => files.fs.rename(path, aside), 'keep');
    } catch {
      return false;
    }
    const stat = files.fs.lstat(aside);
    if (stat && stat.mtimeMs > action.usedAtMs) {
      files.fs.rename(aside, path);
      const reached = this.#reachOf(action);
      if (reached) this.#keep(reached);
      return false;
    }
    files.discard(aside);
    return true;
  }

  /** Removes the other blobs, the longest unused first, until the rest fits. */
  #sweep(): number {
    const others = [...this.#blobs].filter(([name]) => !this.#kept.has(name));
    others.sort(([, a], [, b]) => b.usedAtMs - a.usedAtMs);
    let removedCount = 0;
    for (const [name, { sizeBytes, usedAtMs }] of others) {
      const fits = this.#keptBytes + sizeBytes <= this.#options.maxBytes;
      const isKept = fits || usedAtMs >= this.#inUseSinceMs || !this.#removeUnused(name, usedAtMs);
      if (isKept) this.#keptBytes += sizeBytes;
      else removedCount++;
    }
    this.#parts.cas.forget();
    return removedCount;
  }

  #removeUnused(name: string, usedAtMs: number): boolean {
    const { files } = this.#parts;
    const path = files.pathOf('cas', name);
    const stat = files.fs.lstat(path);
    return stat !== undefined && stat.ctimeMs <= usedAtMs && files.discard(path);
  }

  /** Temporary files of processes that ended in the middle. */
  #removeAbandoned(): void {
    const { files } = this.#parts;
    const folder = `${files.root}/tmp`;
    if (!files.fs.lstat(folder)) return;
    for (const { name } of files.fs.readDirectory(folder)) {
      const stat = files.fs.lstat(`${folder}/${name}`);
      if (stat && stat.ctimeMs < this.#inUseSinceMs) files.fs.remove(`${folder}/${name}`);
    }
  }
}

function addReached(root: Tree, names: Set<string>): void {
  const visit = (tree: Tree): void => {
    if (names.has(tree.digest.hash)) return;
    names.add(tree.digest.hash);
    for (const { digest, isExecutable } of tree.files) {
      names.add(digest.hash);
      if (isExecutable) names.add(`${digest.hash}.x`);
    }
    for (const { tree: child } of tree.directories) visit(child);
  };
  visit(root);
}

function storedBlobs(files: StoreFiles): Map<string, StoredBlob> {
  const blobs = new Map<string, StoredBlob>();
  for (const name of files.names('cas')) {
    const stat = files.fs.lstat(files.pathOf('cas', name));
    if (stat) blobs.set(name, { sizeBytes: stat.sizeBytes, usedAtMs: stat.ctimeMs });
  }
  return blobs;
}

/** The last used first. */
function storedActions(files: StoreFiles): StoredAction[] {
  const actions: StoredAction[] = [];
  for (const hash of files.names('ac')) {
    const stat = files.fs.lstat(files.pathOf('ac', hash));
    if (stat) actions.push({ hash, sizeBytes: stat.sizeBytes, usedAtMs: stat.mtimeMs });
  }
  return actions.sort((a, b) => b.usedAtMs - a.usedAtMs);
}
