import type { Diagnostic } from '../base/index.ts';
import { isMarkLive, ownMark } from '../host/index.ts';
import type { ServerHost } from './services.ts';

const MARK_NAME = 'running';

export interface HeldFolder {
  /** Whether the last server in this folder came to its end in order. */
  readonly wasClean: boolean;
  readonly release: () => void;
}

/** Makes the folder, for its owner alone, and holds it against a second server. */
export function holdDataFolder({ fs, clock, env }: ServerHost, folder: string): HeldFolder | Diagnostic {
  fs.makeDirectory(folder);
  fs.chmod(folder, 0o700);
  const path = `${folder}/${MARK_NAME}`;
  const wasClean = fs.lstat(path) === undefined;
  if (isMarkLive({ fs, clock, env }, path)) {
    return {
      code: 'server/folder-in-use',
      severity: 'error',
      message: 'another server works in this folder',
      hint: 'give this one another --data, or end that one',
      path: folder,
      cause: 'environment',
    };
  }
  fs.replaceFile(path, ownMark({ fs, clock, env }));
  return { wasClean, release: () => fs.unlink(path) };
}
