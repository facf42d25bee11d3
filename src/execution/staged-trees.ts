import { join } from 'node:path';
import type { Tree } from '../action/index.ts';
import type { Digest } from '../base/index.ts';
import { hasMoreFilesThan, isStaged, memoryOf, type StagingOptions, stageTree } from './staging.ts';

export interface StagedTreesOptions extends StagingOptions {
  /** This build's own folder below the store. */
  readonly session: string;
  /** Where trees are kept between builds. */
  readonly kept: string;
  /** A folder of this build's own in memory, and how much may be put there; absent where there is none. */
  readonly memory: { readonly folder: string; readonly stagedBytes: number } | undefined;
  /** Whether the store has a blob already; without this, it is taken to have all. */
  readonly isStored?: ((digest: Digest) => boolean) | undefined;
  /** Whether no other build uses the store at this moment. */
  readonly isAlone: () => boolean;
}

const LARGEST_IN_MEMORY_BYTES = 2 ** 20;
/** Of sources that nobody stored yet: in memory they need not be, and to make files on a disk is what takes the time. */
const LARGEST_SOURCES_BYTES = 192 * 2 ** 20;

/** Trees of more files than this are worth keeping for the next build: dependency environments, tools. */
const KEPT_FROM = 200;

/**
 * Folders with the content of trees, made once and seen read-only by any number of actions.
 * Small ones live as long as the build, large ones in the store, where each build looks them over before first use.
 */
export class StagedTrees {
  readonly #options: StagedTreesOptions;
  readonly #paths = new Map<string, string>();
  #count = 0;
  #memoryLeft: number;

  constructor(options: StagedTreesOptions) {
    this.#options = options;
    this.#memoryLeft = options.memory?.stagedBytes ?? 0;
  }

  /** The folder for `tree`; throws `LostBlob`. */
  path(tree: Tree): string {
    const known = this.#paths.get(tree.digest.hash);
    if (known !== undefined) return known;
    const path =
      this.#inMemory(tree) ?? (hasMoreFilesThan(tree, KEPT_FROM) ? this.#kept(tree) : this.#fresh(tree));
    this.#paths.set(tree.digest.hash, path);
    return path;
  }

  /** While there is room: on a disk, the making and removing of links is most of what a small action costs. */
  #inMemory(tree: Tree): string | undefined {
    const { memory } = this.#options;
    const sizeBytes = memory && memoryOf(tree);
    if (!memory || sizeBytes === undefined || sizeBytes > this.#memoryLeft) return undefined;
    if (sizeBytes > this.#memoryLimit(tree)) return undefined;
    this.#memoryLeft -= sizeBytes;
    const path = join(memory.folder, `t${this.#count++}`);
    stageTree(this.#options, tree, path, 'write');
    return path;
  }

  #memoryLimit(tree: Tree): number {
    const sample = someFile(tree);
    const isStored = sample === undefined || (this.#options.isStored?.(sample) ?? true);
    if (!isStored) return LARGEST_SOURCES_BYTES;
    return hasMoreFilesThan(tree, KEPT_FROM) ? 0 : LARGEST_IN_MEMORY_BYTES;
  }

  #fresh(tree: Tree): string {
    const path = join(this.#options.session, `t${this.#count++}`);
    stageTree(this.#options, tree, path, 'link');
    return path;
  }

  /** The wrapper's time says when it was last used; the folder inside keeps its fixed one. */
  #kept(tree: Tree): string {
    const { fs, kept } = this.#options;
    const wrapper = join(kept, tree.digest.hash);
    const path = join(wrapper, 'tree');
    if (isStaged(this.#options, tree, path)) {
      fs.writeFile(join(wrapper, 'used'), '');
      return path;
    }
    const fresh = join(this.#options.session, `k${this.#count++}`);
    fs.makeDirectory(fresh);
    stageTree(this.#options, tree, join(fresh, 'tree'), 'link');
    fs.writeFile(join(fresh, 'used'), '');
    return join(this.#publish(tree, fresh, wrapper), 'tree');
  }

  /**
   * What lies there already may be under the actions of another build, so ours serves us alone then. What is damaged gives way
   * when there is no other build; one that begins after we asked finds it damaged too, and does not use it.
   */
  #publish(tree: Tree, fresh: string, wrapper: string): string {
    const { fs, kept, isAlone } = this.#options;
    fs.makeDirectory(kept);
    try {
      if (fs.lstat(wrapper)) {
        if (!isAlone() || isStaged(this.#options, tree, join(wrapper, 'tree'))) return fresh;
        fs.rename(wrapper, `${fresh}.old`);
      }
      fs.rename(fresh, wrapper);
      return wrapper;
    } catch {
      return fresh;
    }
  }
}

function someFile({ files, directories }: Tree): Digest | undefined {
  const [first] = files;
  if (first) return first.digest;
  for (const { tree } of directories) {
    const found = someFile(tree);
    if (found) return found;
  }
  return undefined;
}
