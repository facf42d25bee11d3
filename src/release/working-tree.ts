import type { Processes } from '../host/index.ts';

export interface GitOptions {
  readonly processes: Processes;
  readonly variables: Readonly<Record<string, string>>;
  readonly root: string;
}

export interface WorkingTreeOptions extends GitOptions {
  /** Files below `root` that may differ. */
  readonly except?: readonly string[];
}

/** Paths below `root` that differ from the commit, as git lists them; `undefined` where git has no commit to compare with. */
export async function uncommittedPaths(options: WorkingTreeOptions): Promise<readonly string[] | undefined> {
  const { except = [] } = options;
  if ((await git(options, 'rev-parse', '--verify', '-q', 'HEAD')) === undefined) return undefined;
  const excluded = except.map((path) => `:(exclude)${path}`);
  const status = await git(options, 'status', '--porcelain', '--no-renames', '--', '.', ...excluded);
  return status
    ?.split('\n')
    .filter((line) => line !== '')
    .map((line) => line.slice(3));
}

/** The commit of the tag `v1.0.0`, or of `1.0.0`. */
export async function taggedCommit(options: GitOptions, version: string): Promise<string | undefined> {
  for (const tag of [`v${version}`, version]) {
    const found = await git(options, 'rev-parse', '-q', '--verify', `refs/tags/${tag}^{commit}`);
    if (found !== undefined) return found.trim();
  }
  return undefined;
}

/** Tags a commit as `v<version>`, where that is not done yet; nothing is pushed. Whether the tag is there now. */
export async function tagCommit(
  options: GitOptions,
  { version, commit }: { readonly version: string; readonly commit: string },
): Promise<boolean> {
  if ((await taggedCommit(options, version)) === commit) return true;
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return false;
  return (await git(options, 'tag', `v${version}`, commit)) !== undefined;
}

/**
 * Where others find the repository, as SLSA writes it (`git+https://…`), without what may be a credential. `undefined` without a
 * remote, and where it is a folder of this machine.
 */
export async function remoteAddress(options: GitOptions): Promise<string | undefined> {
  const text = (await git(options, 'config', '--get', 'remote.origin.url'))?.trim() ?? '';
  const [, user, host, path] = /^(?:([\w.-]+)@)?([\w.-]+):(?!\/\/)(?!\d+\/)(\S+)$/.exec(text) ?? [];
  if (host !== undefined && path !== undefined && user !== undefined) return `git+ssh://${host}/${path}`;
  const url = URL.parse(text);
  if (!url || !['https:', 'http:', 'ssh:', 'git:'].includes(url.protocol)) return undefined;
  return `git+${url.protocol}//${url.host}${url.pathname}`;
}

/** What git prints; `undefined` where it refuses or is not there. */
export async function git(
  { processes, variables, root }: GitOptions,
  ...words: readonly string[]
): Promise<string | undefined> {
  const env = { PATH: variables.PATH ?? '/usr/bin:/bin', HOME: variables.HOME ?? '/', LC_ALL: 'C' };
  const argv = ['git', '-c', 'safe.directory=*', '-c', 'core.quotePath=false', ...words];
  try {
    const { code, stdout } = await processes.run(argv, { cwd: root, env });
    return code === 0 ? Buffer.from(stdout).toString() : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
