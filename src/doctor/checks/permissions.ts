import { join } from 'node:path/posix';
import type { FileStat, Host } from '../../host/index.ts';
import type { Examined } from '../examined.ts';
import { broken, fine, found, shellWord, together } from '../found.ts';
import type { DoctorReport } from '../model.ts';
import { inWorkspace } from '../no-workspace.ts';

/** Folders that a build writes to, where they are there. */
const WRITTEN = ['', 'dist', 'build-cache'] as const;

export function checkPermissions(examined: Examined): DoctorReport {
  return inWorkspace(examined, 'workspace/permissions', ({ root }) => {
    const { fs, env } = examined.host;
    const wrong = WRITTEN.flatMap((name) => {
      const path = join(root, name);
      const problem = writeProblem(fs.lstat(path), env);
      return problem ? [{ path, problem }] : [];
    });
    if (wrong.length === 0)
      return found(fine('workspace/permissions', 'the workspace, dist/ and build-cache/ can be written'));
    return together(
      wrong.map(({ path, problem: { seen, command } }) =>
        found(
          broken('workspace/permissions', `${path} ${seen}`, { remedy: `${command} ${shellWord(path)}` }),
        ),
      ),
    );
  });
}

interface WriteProblem {
  readonly seen: string;
  /** Completed by the path. */
  readonly command: string;
}

const WRITE_AND_ENTER = 0o300;

/** Why a folder cannot be written by its owner's bits: root can anyway, and of groups nothing is known. */
export function writeProblem(
  stat: FileStat | undefined,
  { userId }: Pick<Host['env'], 'userId'>,
): WriteProblem | undefined {
  if (!stat || stat.type === 'symlink' || userId === 0) return undefined;
  if (stat.type !== 'directory') return { seen: 'is no folder', command: 'rm' };
  const isOpenToAll = (stat.mode & 0o002) !== 0;
  if (stat.uid !== userId && !isOpenToAll && (stat.mode & 0o020) === 0)
    return { seen: `belongs to user ${stat.uid}`, command: 'sudo chown -R "$(id -u)"' };
  if (stat.uid === userId && (stat.mode & WRITE_AND_ENTER) !== WRITE_AND_ENTER)
    return { seen: 'forbids its owner to write', command: 'chmod u+rwx' };
  return undefined;
}
