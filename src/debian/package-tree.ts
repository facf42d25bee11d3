import type { Diagnostic } from '../base/index.ts';
import { relationNames } from './control.ts';
import type { DebianCode } from './diagnostics.ts';
import type { UnpackedPackage } from './read-deb.ts';
import { RootTree } from './root-tree.ts';

/** Folders of the root that lie in `/usr` since Debian 12 and Ubuntu 20.04, whatever a package says. */
const MERGED = ['bin', 'sbin', 'lib'];
/** Those that are there only where a package ships something in them. */
const MERGED_WHERE_USED = ['lib32', 'lib64', 'libo32', 'libx32'];

/** The files of packages in one tree, and the paths that a package lost to one that replaces it. */
export interface PackageTree {
  readonly tree: RootTree;
  /** By package: paths as it ships them, in its archive's order, for dpkg's list. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly Diagnostic[];
}

/**
 * Unpacks in the given order as dpkg does: a folder that is there keeps its mode, a file of a package may be replaced by
 * one that says so (Replaces), and `/bin`, `/sbin` and `/lib` are links into `/usr`.
 */
export function packageTree(
  packages: readonly UnpackedPackage[],
  { newestAt }: { readonly newestAt: number },
): PackageTree {
  const tree = new RootTree({ modifiedAt: newestAt });
  const owners = new Map<string, string>();
  const lists = new Map<string, string[]>();
  const problems: Diagnostic[] = [];
  for (const name of MERGED) linkIntoUsr(tree, name, newestAt);
  for (const unpacked of packages) {
    const list = ['/.'];
    lists.set(unpacked.name, list);
    const replaced = new Set(relationNames(unpacked.control.get('replaces')).flat());
    for (const entry of unpacked.entries) {
      if (entry.path !== '') list.push(`/${entry.path}`);
      const top = entry.path.split('/', 1)[0]!;
      if (MERGED_WHERE_USED.includes(top)) linkIntoUsr(tree, top, newestAt);
      const problem = place(entry, { tree, owners, lists, unpacked, replaced, newestAt });
      if (problem !== undefined) problems.push(conflict(unpacked.name, problem));
    }
  }
  return { tree, lists, problems };
}

/** A tree for a layer on a root with merged `/usr`: paths over its links go behind them. */
export function layerTree(modifiedAt: number): RootTree {
  const tree = new RootTree({ modifiedAt });
  for (const name of [...MERGED, ...MERGED_WHERE_USED]) {
    const owned = { uid: 0, gid: 0, modifiedAt };
    tree.assume(name, { kind: 'symlink', target: `usr/${name}`, mode: 0o777, ...owned });
  }
  return tree;
}

function linkIntoUsr(tree: RootTree, name: string, modifiedAt: number): void {
  const owned = { uid: 0, gid: 0, modifiedAt };
  if (tree.get(name)) return;
  tree.put(`usr/${name}`, { kind: 'directory', mode: 0o755, ...owned });
  tree.put(name, { kind: 'symlink', target: `usr/${name}`, mode: 0o777, ...owned });
}

interface Placing {
  readonly tree: RootTree;
  /** Places of files and links, with the package that put them there. */
  readonly owners: Map<string, string>;
  readonly lists: Map<string, string[]>;
  readonly unpacked: UnpackedPackage;
  readonly replaced: ReadonlySet<string>;
  readonly newestAt: number;
}

function place(
  entry: UnpackedPackage['entries'][number],
  { tree, owners, lists, unpacked, replaced, newestAt }: Placing,
): string | undefined {
  const { path, uid, gid, mode } = entry;
  const owned = { uid, gid, mode, modifiedAt: Math.min(entry.modifiedAt, newestAt) };
  if (entry.kind === 'directory') {
    const put = path === '' ? undefined : tree.put(path, { kind: 'directory', ...owned });
    return put && !put.ok ? put.failure : undefined;
  }
  const target = tree.resolve(path);
  if (!target.ok) return target.failure;
  const owner = owners.get(target.value);
  if (owner !== undefined && owner !== unpacked.name) {
    if (!replaced.has(owner)) return `/${path} is in ${owner} too`;
    const list = lists.get(owner)!;
    lists.set(
      owner,
      list.filter((each) => each !== `/${path}`),
    );
  }
  const linked = entry.kind === 'hardlink' ? tree.get(entry.target) : undefined;
  if (entry.kind === 'hardlink' && linked?.kind !== 'file')
    return `/${path} is a link to /${entry.target}, which is no file of it`;
  // A file of one package may be linked only within it, so that no package reaches into another one's files.
  if (entry.kind === 'hardlink' && ownerOf(tree, owners, entry.target) !== unpacked.name) {
    return `/${path} is a link to a file of another package`;
  }
  // A package that ships the link of merged /usr itself says nothing new.
  if (
    entry.kind === 'symlink' &&
    tree.get(path)?.kind === 'symlink' &&
    MERGED_LINK.test(`${path} ${entry.target}`)
  )
    return undefined;
  const put =
    entry.kind === 'symlink'
      ? tree.put(path, { kind: 'symlink', ...owned, mode: 0o777, target: entry.target })
      : tree.put(path, {
          kind: 'file',
          ...owned,
          content: linked?.kind === 'file' ? linked.content : entry.content!,
        });
  if (!put.ok) return put.failure;
  owners.set(put.value, unpacked.name);
  return undefined;
}

const MERGED_LINK = /^(bin|sbin|lib|lib32|lib64|libo32|libx32) \/?usr\/\1$/;

function ownerOf(tree: RootTree, owners: ReadonlyMap<string, string>, path: string): string | undefined {
  const place = tree.resolve(path);
  return place.ok ? owners.get(place.value) : undefined;
}

function conflict(name: string, problem: string): Diagnostic {
  return {
    code: 'debian/path-conflict' satisfies DebianCode,
    severity: 'error',
    message: `the package ${name} cannot be unpacked: ${problem}`,
    hint: 'leave out one of the packages that conflict',
  };
}
