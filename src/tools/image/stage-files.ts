import type { FileTree } from './file-tree.ts';

/**
 * The files of a stage, read when somebody asks: a base of many layers takes a second to read, and instructions that set
 * the configuration only need none of it.
 */
export class StageFiles {
  readonly #load: () => Promise<FileTree>;
  readonly #isNear: boolean;
  #loaded: Promise<FileTree> | undefined;

  /** `isNear` when they are told without unpacking a base. */
  constructor(load: () => Promise<FileTree>, isNear: boolean) {
    this.#load = load;
    this.#isNear = isNear;
  }

  /** Whether they can be had at no cost to speak of. */
  get isNear(): boolean {
    return this.#isNear || this.#loaded !== undefined;
  }

  tree(): Promise<FileTree> {
    this.#loaded ??= this.#load();
    return this.#loaded;
  }

  /** The same files, of which a change makes others. */
  copy(): StageFiles {
    return new StageFiles(async () => (await this.tree()).copy(), this.isNear);
  }

  /** As they are once `change` was made in place; these are not to be asked any more. */
  changed(change: (tree: FileTree) => Promise<void>): StageFiles {
    return new StageFiles(async () => {
      const tree = await this.tree();
      await change(tree);
      return tree;
    }, this.isNear);
  }
}
