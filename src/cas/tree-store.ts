import { type Directory, decodeDirectory, directoryOf, encodeDirectory, type Tree } from '../action/index.ts';
import { type Digest, InternalError, sameDigest } from '../base/index.ts';
import type { Cas } from './cas.ts';

/** Stores each `Directory` once, children before their parent, so that a stored root implies its folders. */
export function storeTree(cas: Pick<Cas, 'put'>, tree: Tree, stored = new Map<string, Tree>()): Digest {
  const visit = (each: Tree): void => {
    if (stored.has(each.digest.hash)) return;
    for (const { tree: child } of each.directories) visit(child);
    const digest = cas.put(encodeDirectory(directoryOf(each)));
    if (!sameDigest(digest, each.digest)) throw new InternalError('a tree does not have its own digest');
    stored.set(each.digest.hash, each);
  };
  visit(tree);
  return tree.digest;
}

/** Loads a tree; equal subtrees are one object, those in `loaded` are taken as they are. */
export function loadTree(
  cas: Pick<Cas, 'get'>,
  root: Digest,
  loaded = new Map<string, Tree>(),
): Tree | undefined {
  const visit = (digest: Digest): Tree | undefined => {
    const known = loaded.get(digest.hash);
    if (known) return sameDigest(known.digest, digest) ? known : undefined;
    const bytes = cas.get(digest);
    const directory = bytes && decodeDirectory(bytes);
    const tree = directory && withChildren(digest, directory, visit);
    if (tree) loaded.set(digest.hash, tree);
    return tree;
  };
  return visit(root);
}

function withChildren(
  digest: Digest,
  directory: Directory,
  load: (digest: Digest) => Tree | undefined,
): Tree | undefined {
  const directories: { name: string; tree: Tree }[] = [];
  for (const { name, digest: childDigest } of directory.directories) {
    const tree = load(childDigest);
    if (!tree) return undefined;
    directories.push({ name, tree });
  }
  return { digest, files: directory.files, directories, symlinks: directory.symlinks };
}

/** The first file of the tree that `cas` lacks; equal subtrees are looked at once. */
export function missingFileOf(cas: Pick<Cas, 'has'>, tree: Tree): Digest | undefined {
  const seen = new Set<string>();
  const visit = (each: Tree): Digest | undefined => {
    if (seen.has(each.digest.hash)) return undefined;
    seen.add(each.digest.hash);
    for (const { digest } of each.files) if (!cas.has(digest)) return digest;
    for (const { tree: child } of each.directories) {
      const missing = visit(child);
      if (missing) return missing;
    }
    return undefined;
  };
  return visit(tree);
}
