import { digestOfFile, type Env, type Processes } from '../host/index.ts';
import type { ToolEntry } from './baseline.ts';
import type { IntegrityWorld } from './measure.ts';

/** Programs of the machine that builds, signing and releases call. */
const NAMES = ['bash', 'cc', 'git', 'gpg', 'java', 'javac', 'make', 'npm', 'python3', 'tar', 'unshare'];

export interface ToolWorld extends IntegrityWorld {
  readonly processes: Pick<Processes, 'which'>;
  readonly env: Pick<Env, 'variables' | 'nodePath'>;
}

/** The programs that are there, with links followed, and this process's own Node. */
export function measureTools({ fs, processes, env }: ToolWorld): readonly ToolEntry[] {
  const path = env.variables.PATH ?? '/usr/bin:/bin';
  const found = NAMES.map((name) => [name, processes.which(name, path)] as const);
  return [...found, ['node', env.nodePath] as const]
    .flatMap(([name, at]) => (at === undefined ? [] : [[name, fs.realPath(at)] as const]))
    .map(([name, real]) => ({ name, path: real, sha256: digestOfFile(fs, real).hash }));
}
