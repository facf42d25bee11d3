import { EMPTY_TREE, makeTree, type Tree } from '../action/index.ts';
import { fail, ok, type Result } from '../base/index.ts';

/** The part of `tree` that `paths` name, each at its own place; `''` is all. Fails with the first absent path. */
export function selectOutputs(tree: Tree, paths: readonly string[]): Result<Tree, string> {
  let selected = paths.includes('') ? tree : EMPTY_TREE;
  for (const path of paths) {
    const next = copyPath(
      tree,
      selected,
      path.split('/').filter((part) => part !== '' && part !== '.'),
    );
    if (!next) return fail(path);
    selected = next;
  }
  return ok(selected);
}

function copyPath(from: Tree, into: Tree, parts: readonly string[]): Tree | undefined {
  const [name, ...rest] = parts;
  if (name === undefined) return from;
  const child = from.directories.find((entry) => entry.name === name)?.tree;
  if (rest.length > 0) {
    const before = into.directories.find((entry) => entry.name === name)?.tree ?? EMPTY_TREE;
    const copied = child && copyPath(child, before, rest);
    return copied && withDirectory(into, name, copied);
  }
  if (child) return withDirectory(into, name, child);
  const file = from.files.find((node) => node.name === name);
  const link = from.symlinks.find((node) => node.name === name);
  if (file) return makeTree({ ...into, files: [...into.files.filter((node) => node.name !== name), file] });
  return (
    link && makeTree({ ...into, symlinks: [...into.symlinks.filter((node) => node.name !== name), link] })
  );
}

function withDirectory(tree: Tree, name: string, child: Tree): Tree {
  const others = tree.directories.filter((entry) => entry.name !== name);
  return makeTree({ ...tree, directories: [...others, { name, tree: child }] });
}
