import type { FileNode, PlannedAction, Tree } from '../action/index.ts';
import type { Cas } from '../cas/index.ts';
import { needsOf } from './expression-actions.ts';

/** Smaller files are hashed before another thread has begun. */
const LARGE_BYTES = 16 * 2 ** 20;

/**
 * Verifies large files of tools beside our own work: from the moment that an action has to run, for it and all that is behind
 * it. A build of which nothing runs reads none.
 */
export class LargeInputs {
  readonly #cas: Pick<Cas, 'verifyBeside'>;
  readonly #actions = new Map<string, PlannedAction>();
  readonly #expected = new Set<string>();
  readonly #large = new Map<string, readonly FileNode[]>();
  #dependents: Map<string, string[]> | undefined;

  constructor(cas: Pick<Cas, 'verifyBeside'>) {
    this.#cas = cas;
  }

  /** All are added before the first is expected. */
  add(action: PlannedAction): void {
    this.#actions.set(action.id, action);
  }

  /** This action has to run, so those behind it will, most likely. */
  expect(id: string): void {
    this.#dependents ??= dependentsOf(this.#actions.values());
    const stack = [id];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (this.#expected.has(next)) continue;
      this.#expected.add(next);
      // What goes wrong is told to the action that waits for it.
      for (const { tree } of this.#actions.get(next)?.mounts ?? [])
        if (tree.kind === 'tree') this.ready([tree.tree]).catch(() => {});
      stack.push(...(this.#dependents.get(next) ?? []));
    }
  }

  /** Ends when the large files of these trees are verified, or found to be wrong. */
  async ready(trees: readonly Tree[]): Promise<void> {
    const begun = trees
      .flatMap((tree) => this.#largeIn(tree))
      .map(({ digest, isExecutable }) => this.#cas.verifyBeside?.(digest, isExecutable));
    if (begun.length > 0) await Promise.all(begun);
  }

  /** Looked for once in a tree, which many actions may see. */
  #largeIn(root: Tree): readonly FileNode[] {
    const known = this.#large.get(root.digest.hash);
    if (known) return known;
    const found: FileNode[] = [];
    const stack = [root];
    for (let tree = stack.pop(); tree; tree = stack.pop()) {
      found.push(...tree.files.filter(({ digest }) => digest.sizeBytes >= LARGE_BYTES));
      for (const each of tree.directories) stack.push(each.tree);
    }
    this.#large.set(root.digest.hash, found);
    return found;
  }
}

function dependentsOf(actions: Iterable<PlannedAction>): Map<string, string[]> {
  const dependents = new Map<string, string[]>();
  for (const action of actions) {
    for (const need of needsOf(action)) {
      const known = dependents.get(need);
      if (known) known.push(action.id);
      else dependents.set(need, [action.id]);
    }
  }
  return dependents;
}
