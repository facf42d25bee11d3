import type { Diagnostic } from '../base/index.ts';
import { isMarkLive, ownMark, parseMark } from '../host/index.ts';
import type { ServerHost } from './services.ts';

const MARK_NAME = 'running';

export interface HeldFolder {
  /** The last server did not come to its end in order, nor did the machine: what was not brought to the disk may be torn. */
  readonly mayBeTorn: boolean;
  readonly release: () => void;
}

/** Makes the folder, for its owner alone, and holds it against a second server. */
export function holdDataFolder({ fs, clock, env }: ServerHost, folder: string): HeldFolder | Diagnostic {
  fs.makeDirectory(folder);
  fs.chmod(folder, 0o700);
  const path = `${folder}/${MARK_NAME}`;
  const last = fs.readTextIfExists(path);
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
  const mark = ownMark({ fs, clock, env });
  // The realm tells the machine's start: within the same one, what was written is there.
  const mayBeTorn = last !== undefined && parseMark(last)?.realm !== parseMark(mark)?.realm;
  fs.replaceFile(path, mark);
  return { mayBeTorn, release: () => fs.unlink(path) };
}
