import type { FileSystem } from '../../host/index.ts';
import type { FindingId } from '../finding-table.ts';
import { shellWord, warning } from '../found.ts';
import type { Finding } from '../model.ts';

const OTHERS = 0o077;
const OWNER_ALONE = 0o600;

/** Whether others may read or write a key's file. */
export function exposure(fs: FileSystem, id: FindingId, path: string): readonly Finding[] {
  const stat = fs.lstat(path);
  if (stat?.type !== 'file' || (stat.mode & OTHERS) === 0) return [];
  const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
  return [
    warning(id, `${path} has the mode ${mode}: others on this machine may read it`, {
      remedy: `chmod 600 ${shellWord(path)}`,
      mend: { kind: 'mode', path, set: OWNER_ALONE, keep: 0 },
    }),
  ];
}
