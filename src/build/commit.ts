import { join, resolve } from 'node:path';
import type { FileSystem, Processes } from '../host/index.ts';

/** The commit that is checked out. */
export interface Commit {
  readonly hash: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly branch: string;
}

export const NO_COMMIT: Commit = { hash: 'unknown', time: 315532800, branch: 'unknown' };

export interface CommitOptions {
  readonly fs: FileSystem;
  readonly processes: Processes;
  readonly variables: Readonly<Record<string, string>>;
  readonly root: string;
}

/** A text that changes whenever another commit is checked out; read from git's files, without running git. */
export function headText(fs: FileSystem, root: string): string {
  const folder = gitFolder(fs, root);
  if (folder === undefined) return 'no git';
  const common = textAt(fs, join(folder, 'commondir'))?.trim();
  const shared = common === undefined ? folder : resolve(folder, common);
  const packed = fs.lstat(join(shared, 'packed-refs'));
  return [
    ...refTexts(fs, folder, shared),
    packed ? `${packed.inode} ${packed.ctimeMs} ${packed.mtimeMs} ${packed.sizeBytes}` : '',
    // Where refs are kept in tables, `HEAD` always says the same; each change makes a table of another name.
    ...new Set([folder, shared].map((each) => textAt(fs, join(each, 'reftable', 'tables.list')) ?? '')),
  ].join(' ');
}

/** As many as git itself follows. */
const MAX_REFS = 5;

/** What `HEAD` says, what the branch says that it names, and so on. */
function refTexts(fs: FileSystem, folder: string, shared: string): string[] {
  const texts: string[] = [];
  let path: string | undefined = join(folder, 'HEAD');
  while (path !== undefined && texts.length < MAX_REFS) {
    // An old `HEAD` may be a link to the branch, which then may lie in `packed-refs` alone.
    const link: string = fs.lstat(path)?.type === 'symlink' ? fs.readLink(path) : '';
    const text: string = textAt(fs, path) ?? '';
    texts.push(`${link} ${text}`);
    const ref = /^ref: (\S+)/.exec(text)?.[1];
    path = ref === undefined ? undefined : join(shared, ref);
  }
  return texts;
}

/** What git may not read, it knows nothing of either. */
function textAt(fs: FileSystem, path: string): string | undefined {
  try {
    return fs.readTextIfExists(path);
  } catch {
    return undefined;
  }
}

/** Asks git. */
export async function readCommit(options: CommitOptions): Promise<Commit> {
  const { processes, root, variables } = options;
  const env = { PATH: variables.PATH ?? '/usr/bin:/bin', HOME: variables.HOME ?? '/', LC_ALL: 'C' };
  const git = async (...args: string[]): Promise<string> => {
    const result = await processes.run(
      ['git', '-c', `safe.directory=${root}`, '-c', 'safe.directory=*', ...args],
      { cwd: root, env },
    );
    return result.code === 0 ? Buffer.from(result.stdout).toString().trim() : '';
  };
  try {
    const [hash = '', time = ''] = (await git('log', '-1', '--format=%H %ct')).split(' ');
    if (hash === '') return NO_COMMIT;
    return { hash, time: Number(time), branch: (await git('branch', '--show-current')) || 'unknown' };
  } catch {
    return NO_COMMIT;
  }
}

function gitFolder(fs: FileSystem, root: string): string | undefined {
  for (let at = root; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const stat = fs.lstat(`${at}/.git`);
    if (stat?.type === 'directory') return `${at}/.git`;
    if (stat?.type === 'file') {
      const folder = /^gitdir: (.+)$/m.exec(textAt(fs, `${at}/.git`) ?? '')?.[1];
      return folder === undefined ? undefined : resolve(at === '' ? '/' : at, folder);
    }
    if (at === '') return undefined;
  }
}

/** `yyyymmddHHMMSS-<commit12>` in UTC from the commit, so that the same commit always has the same id. */
export function buildIdOf(commit: Commit): string {
  const digits = new Date(commit.time * 1000).toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return commit.hash === 'unknown' ? `${digits}-unknown` : `${digits}-${commit.hash.slice(0, 12)}`;
}
