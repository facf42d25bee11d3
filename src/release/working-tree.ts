import type { Processes } from '../host/index.ts';

export interface WorkingTreeOptions {
  readonly processes: Processes;
  readonly variables: Readonly<Record<string, string>>;
  readonly root: string;
  /** Files below `root` that may differ. */
  readonly except?: readonly string[];
}

/** Paths below `root` that differ from the commit, as git lists them; `undefined` where git has no commit to compare with. */
export async function uncommittedPaths(options: WorkingTreeOptions): Promise<readonly string[] | undefined> {
  const { processes, variables, root, except = [] } = options;
  const env = { PATH: variables.PATH ?? '/usr/bin:/bin', HOME: variables.HOME ?? '/', LC_ALL: 'C' };
  const git = ['git', '-c', 'safe.directory=*', '-c', 'core.quotePath=false'];
  try {
    const head = await processes.run([...git, 'rev-parse', '--verify', '-q', 'HEAD'], { cwd: root, env });
    if (head.code !== 0) return undefined;
    const argv = [
      ...git,
      'status',
      '--porcelain',
      '--no-renames',
      '--',
      '.',
      ...except.map((path) => `:(exclude)${path}`),
    ];
    const status = await processes.run(argv, { cwd: root, env });
    if (status.code !== 0) return undefined;
    const lines = Buffer.from(status.stdout).toString().split('\n');
    return lines.filter((line) => line !== '').map((line) => line.slice(3));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
