import { makeTree, type Tree } from '../action/index.ts';
import type { ReadyAction } from '../execution/index.ts';

/** The action's whole visible tree: the working folder and every mount at its place. */
export function inputRoot(work: Tree, mounts: ReadyAction['mounts']): Tree {
  const root: Growing = { directories: new Map(), leaf: undefined };
  for (const { at, tree } of [{ at: '/w', tree: work }, ...mounts]) {
    let node = root;
    for (const name of at.split('/').slice(1)) {
      const next: Growing = node.directories.get(name) ?? { directories: new Map(), leaf: undefined };
      node.directories.set(name, next);
      node = next;
    }
    node.leaf = tree;
  }
  return grown(root);
}

interface Growing {
  readonly directories: Map<string, Growing>;
  leaf: Tree | undefined;
}

function grown(node: Growing): Tree {
  if (node.directories.size === 0) return node.leaf ?? makeTree({});
  const own = [...node.directories].map(([name, child]) => ({ name, tree: grown(child) }));
  const others = (node.leaf?.directories ?? []).filter(({ name }) => !node.directories.has(name));
  const files = (node.leaf?.files ?? []).filter(({ name }) => !node.directories.has(name));
  return makeTree({ files, symlinks: node.leaf?.symlinks ?? [], directories: [...others, ...own] });
}
