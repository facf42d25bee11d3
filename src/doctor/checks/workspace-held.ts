import { join } from 'node:path/posix';
import { isMarkLive, parseMark } from '../../host/index.ts';
import type { Examined } from '../examined.ts';
import { fine, found, shellWord, warning } from '../found.ts';
import type { DoctorReport } from '../model.ts';
import { inWorkspace } from '../no-workspace.ts';

const ID = 'workspace/held';

export function checkHeld(examined: Examined): DoctorReport {
  return inWorkspace(examined, ID, ({ root }) => {
    const { host } = examined;
    const path = join(root, 'build-cache', 'lock');
    const text = host.fs.readTextIfExists(path);
    if (text === undefined) return found(fine(ID, 'no build of this workspace is running'));
    const holder = parseMark(text);
    const who = holder ? `process ${holder.pid}` : 'a process that is not named';
    if (isMarkLive(host, path)) return found(fine(ID, `a build of this workspace is running: ${who}`));
    const seen = `${path} is the mark of ${who}, which is gone`;
    return found(warning(ID, seen, { remedy: `rm ${shellWord(path)}`, mend: { kind: 'mark', path } }));
  });
}
