import { join } from 'node:path';
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
  const head = fs.readTextIfExists(join(folder, 'HEAD')) ?? '';
  const ref = /^ref: (\S+)/.exec(head)?.[1];
  const common = fs.readTextIfExists(join(folder, 'commondir'))?.trim();
  const shared = common === undefined ? folder : join(folder, common);
  const packed = fs.lstat(join(shared, 'packed-refs'));
  const loose = ref === undefined ? '' : (fs.readTextIfExists(join(shared, ref)) ?? '');
  return [head, loose, packed ? `${packed.mtimeMs} ${packed.sizeBytes}` : ''].join(' ');
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
    if (stat?.type === 'file') return /^gitdir: (.+)$/m.exec(fs.readText(`${at}/.git`))?.[1];
    if (at === '') return undefined;
  }
}

/** `yyyymmddHHMMSS-<commit12>` in UTC from the commit, so that the same commit always has the same id. */
export function buildIdOf(commit: Commit): string {
  const digits = new Date(commit.time * 1000).toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return commit.hash === 'unknown' ? `${digits}-unknown` : `${digits}-${commit.hash.slice(0, 12)}`;
}
