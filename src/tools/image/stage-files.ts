import type { FileTree } from './file-tree.ts';

/**
 * The files of a stage, read when somebody asks: a base of many layers takes a second to read, and instructions that set
 * the configuration only need none of it.
 */
export class StageFiles {
  readonly #load: () => Promise<FileTree>;
  #loaded: Promise<FileTree> | undefined;

  constructor(load: () => Promise<FileTree>) {
    this.#load = load;
  }

  tree(): Promise<FileTree> {
    this.#loaded ??= this.#load();
    return this.#loaded;
  }

  /** The same files, of which a change makes others. */
  copy(): StageFiles {
    return new StageFiles(async () => (await this.tree()).copy());
  }

  /** As they are once `change` was made in place; these are not to be asked any more. */
  changed(change: (tree: FileTree) => Promise<void>): StageFiles {
    return new StageFiles(async () => {
      const tree = await this.tree();
      await change(tree);
      return tree;
    });
  }
}
