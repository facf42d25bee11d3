import type { Clock, Env, FileSystem, Processes } from '../host/index.ts';

/** What of the world signing and verifying need. */
export interface SigningWorld {
  readonly fs: FileSystem;
  readonly processes: Pick<Processes, 'run' | 'which'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly env: Pick<Env, 'variables' | 'temporaryDirectory' | 'pid' | 'homeDirectory'>;
}
