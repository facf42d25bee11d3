import { join } from 'node:path';
import type { Digest } from '../../base/index.ts';
import { type Cas, openDiskStore } from '../../cas/index.ts';
import type { FileSystem, Host } from '../../host/index.ts';
import type { Builder } from './builder.ts';
import { makeRepository, type Repository } from './git-copy.ts';
import { copySources } from './source-copy.ts';

/** What both builds start from. */
export interface Sources {
  /** The workspace's folder. */
  readonly root: string;
  readonly repository: Repository | undefined;
  /** Relative to the workspace. */
  readonly paths: readonly string[];
  /** Files that are no sources and yet needed, as key stores that git ignores; those that are not there are passed over. */
  readonly others: readonly string[];
}

export interface Provisions {
  /** The user's store. */
  readonly cas: Cas;
  readonly folder: string;
  /** Content that the lock names: the only thing that is taken over. */
  readonly locked: readonly Digest[];
}

/** Copies the sources to where a builder works; a failure is what to tell the user. */
export async function copyFor(
  host: Host,
  builder: Builder,
  { root, repository, paths, others }: Sources,
): Promise<string | undefined> {
  const { fs } = host;
  const options = { fs, from: root, to: builder.workspace, umask: builder.umask, order: builder.fileOrder };
  const gone = copySources({ ...options, paths });
  if (gone.length > 0) return `${gone[0]} went away while it was copied`;
  const copied = new Set(paths);
  const missing = others.filter((path) => !copied.has(path) && fs.lstat(join(root, path)) !== undefined);
  copySources({ ...options, paths: missing });
  const inside = builder.workspace.slice(builder.copy.length + 1);
  const tracked = paths.map((path) => (inside === '' ? path : `${inside}/${path}`));
  return makeRepository(host, builder.copy, { repository, paths: tracked });
}

/** Where what the lock does not tell of a file is remembered, below the store. */
const LEARNED = join('clients', 'digests');

/** Gives a builder a store that holds downloads and not one result. */
export function provide(host: Host, builder: Builder, { cas, folder, locked }: Provisions): void {
  const { fs, clock, env } = host;
  const store = openDiskStore({ fs, clock, env, root: builder.store });
  for (const digest of locked) {
    const path = cas.fileOf(digest, false);
    if (path !== undefined) store.cas.putFile(path);
  }
  copyFiles(fs, join(folder, LEARNED), join(builder.store, LEARNED));
  takeFacts(host, folder, builder.store);
}

/** What a store remembers of this machine: believed as long as its files are as they were, so that nobody has to read them again. */
const FACTS = /^(?:(?:root|root-files|sandbox)-\d+\.json|lister-.*)$/;

/** Takes over what another store knows of the machine. */
export function takeFacts({ fs }: Host, from: string, to: string): void {
  copyFiles(fs, from, to, (name) => FACTS.test(name));
}

function copyFiles(
  fs: FileSystem,
  from: string,
  to: string,
  isWanted: (name: string) => boolean = () => true,
): void {
  if (!fs.lstat(from)) return;
  fs.makeDirectory(to);
  for (const { name, type } of fs.readDirectory(from)) {
    const mode = fs.lstat(join(from, name))?.mode;
    if (type === 'file' && isWanted(name)) fs.copyFile(join(from, name), join(to, name), mode);
  }
}
