import { compileGlob } from './glob.ts';
import type { Matching } from './glob-automaton.ts';
import { EMPTY_TREE, makeTree, type SubTree, type Tree } from './tree.ts';
import { isEmpty } from './tree-operations.ts';

export interface TreeFilter {
  /** All when absent. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

/**
 * Keeps files and links that a pattern of `include` matches and none of `exclude` does. A folder that loses all it
 * had goes too; one that is kept whole, or was empty and lies below an included folder, stays as it is.
 */
export function filterTree(tree: Tree, filter: TreeFilter): Tree {
  const include = compileGlob(filter.include ?? ['**']).start;
  const exclude = compileGlob(filter.exclude ?? []).start;
  return filterAt(tree, include, exclude);
}

function filterAt(tree: Tree, include: Matching, exclude: Matching): Tree {
  if (include.isDead || exclude.isEverything) return EMPTY_TREE;
  if (include.isEverything && exclude.isDead) return tree;
  const isKept = ({ name }: { readonly name: string }): boolean =>
    include.advance(name).isAccepting && !exclude.advance(name).isAccepting;
  const files = tree.files.filter(isKept);
  const symlinks = tree.symlinks.filter(isKept);
  const directories: SubTree[] = [];
  let isSame = files.length === tree.files.length && symlinks.length === tree.symlinks.length;
  for (const { name, tree: child } of tree.directories) {
    const below = `${name}/`;
    const kept = filterAt(child, include.advance(below), exclude.advance(below));
    const staysEmpty =
      isEmpty(child) && include.advance(below).isEverything && !exclude.advance(below).isEverything;
    if (!isEmpty(kept) || staysEmpty) directories.push({ name, tree: kept });
    if (kept !== child || (isEmpty(kept) && !staysEmpty)) isSame = false;
  }
  return isSame ? tree : makeTree({ files, symlinks, directories });
}
