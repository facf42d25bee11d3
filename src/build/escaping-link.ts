import { listTree, type Tree } from '../action/index.ts';

/** A link in an artifact that leads out of it, where it would show a stranger's files or none. */
export interface EscapingLink {
  readonly path: string;
  readonly target: string;
}

/** The first link of `tree` that is absolute or leads above the tree, by itself or through other links of the tree. */
export function escapingLink(tree: Tree): EscapingLink | undefined {
  for (const entry of listTree(tree)) {
    if (!('symlink' in entry)) continue;
    const folder = entry.path.split('/').slice(0, -1);
    if (leaves(tree, folder, entry.symlink)) return { path: entry.path, target: entry.symlink };
  }
  return undefined;
}

/** As many as Linux follows before it gives up. */
const MAX_LINKS = 40;

/** Goes the way that the system would go; where nothing is, on as if there were folders. */
function leaves(tree: Tree, folder: readonly string[], target: string): boolean {
  const at = [...folder];
  const left = pathParts(target).reverse();
  let links = 0;
  if (target.startsWith('/')) return true;
  for (let part = left.pop(); part !== undefined; part = left.pop()) {
    if (part === '..') {
      if (at.pop() === undefined) return true;
      continue;
    }
    const link = folderAt(tree, at)?.symlinks.find(({ name }) => name === part)?.target;
    if (link === undefined) at.push(part);
    else if (link.startsWith('/')) return true;
    else if (++links > MAX_LINKS) return false;
    else left.push(...pathParts(link).reverse());
  }
  return false;
}

function pathParts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

function folderAt(tree: Tree, path: readonly string[]): Tree | undefined {
  let at: Tree | undefined = tree;
  for (const name of path) at = at?.directories.find((each) => each.name === name)?.tree;
  return at;
}
