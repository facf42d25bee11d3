import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import { type AccountFiles, addUsers, badAccount, idOf, NO_HOME, type RootUser } from './accounts.ts';
import { rootPath } from './deb-tar.ts';
import type { DebianCode } from './diagnostics.ts';
import { file } from './dpkg-database.ts';
import type { RootContent, RootNode, RootTree } from './root-tree.ts';

/** Something that the image has beside its packages. Paths are absolute in the image. */
export type RootPath = {
  readonly path: string;
  /** Permission bits; 0755 for folders and 0644 for files unless told. */
  readonly mode?: number;
  /** A name or number; root unless told. */
  readonly owner?: string;
  /** A name or number; root unless told. */
  readonly group?: string;
} & (
  | { readonly type: 'directory' }
  | { readonly type: 'link'; readonly target: string }
  /** A file of the context; whoever calls has read it. */
  | { readonly type: 'file'; readonly content: RootContent }
);

export interface Additions {
  readonly users: readonly RootUser[];
  readonly paths: readonly RootPath[];
  /** Seconds since 1970, for all that is added. */
  readonly modifiedAt: number;
}

/**
 * Adds users with their homes, then paths in their order, to a tree whose account files are `accounts`: the whole root of
 * a leaf image, or an empty tree that becomes a layer on a root whose scripts ran.
 */
export function addToRoot(
  tree: RootTree,
  accounts: AccountFiles,
  { users, paths, modifiedAt }: Additions,
): Result<undefined, readonly Diagnostic[]> {
  const added = addUsers(accounts, users);
  if (!added.ok) return added;
  const files = added.value;
  if (users.length > 0) writeAccounts(tree, files, modifiedAt);
  const problems: Diagnostic[] = [];
  for (const user of users) {
    const home = rootPath((user.home ?? NO_HOME).slice(1));
    if (user.home === undefined || user.home === NO_HOME || home === undefined || home === '') continue;
    const node: RootNode = {
      kind: 'directory',
      mode: 0o755,
      uid: user.uid,
      gid: user.gid ?? user.uid,
      modifiedAt,
    };
    const put = tree.get(home) ? undefined : tree.put(home, node);
    if (put && !put.ok) problems.push(conflict(`/${home}`, put.failure));
  }
  for (const each of paths) {
    const problem = addPath(tree, each, { files, modifiedAt });
    if (problem) problems.push(problem);
  }
  return problems.length > 0 ? fail(problems) : ok(undefined);
}

function writeAccounts(
  tree: RootTree,
  { passwd, group, shadow, gshadow }: AccountFiles,
  modifiedAt: number,
): void {
  tree.put('etc/passwd', file(passwd, modifiedAt));
  tree.put('etc/group', file(group, modifiedAt));
  // Their group is shadow, whose number is fixed.
  const secret = (text: string): RootNode => ({ ...file(text, modifiedAt, 0o640), gid: 42 });
  if (shadow !== undefined) tree.put('etc/shadow', secret(shadow));
  if (gshadow !== undefined) tree.put('etc/gshadow', secret(gshadow));
}

function addPath(
  tree: RootTree,
  wanted: RootPath,
  { files, modifiedAt }: { files: AccountFiles; modifiedAt: number },
): Diagnostic | undefined {
  const path = wanted.path.startsWith('/') ? rootPath(wanted.path.slice(1)) : undefined;
  if (path === undefined || path === '') return conflict(wanted.path, 'it is no path below the root');
  const uid = idOf(files.passwd, wanted.owner ?? '0');
  const gid = idOf(files.group, wanted.group ?? '0');
  if (uid === undefined)
    return badAccount(
      `${wanted.path} belongs to \`${wanted.owner}\`, who is no user of the image`,
      'add it to `users`, or write its number',
    );
  if (gid === undefined)
    return badAccount(
      `${wanted.path} belongs to \`${wanted.group}\`, which is no group of the image`,
      'groups come with packages and users',
    );
  const owned = { uid, gid, modifiedAt };
  const put = tree.putExactly(path, nodeOf(wanted, owned));
  return put.ok ? undefined : conflict(wanted.path, put.failure);
}

function nodeOf(wanted: RootPath, owned: { uid: number; gid: number; modifiedAt: number }): RootNode {
  switch (wanted.type) {
    case 'directory':
      return { kind: 'directory', mode: wanted.mode ?? 0o755, ...owned };
    case 'link':
      return { kind: 'symlink', mode: 0o777, target: wanted.target, ...owned };
    case 'file':
      return { kind: 'file', mode: wanted.mode ?? 0o644, content: wanted.content, ...owned };
  }
}

function conflict(path: string, problem: string): Diagnostic {
  return {
    code: 'debian/path-conflict' satisfies DebianCode,
    severity: 'error',
    message: `${path} cannot be added to the image: ${problem}`,
    hint: 'choose another path, or leave out what lies there',
  };
}
