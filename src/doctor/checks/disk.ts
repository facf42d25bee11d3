import { formatSizeBytes } from '../../base/index.ts';
import type { FileSystem } from '../../host/index.ts';
import type { Examined } from '../examined.ts';
import type { FindingId } from '../finding-table.ts';
import { broken, fine, found, notChecked, together, warning } from '../found.ts';
import type { DoctorReport } from '../model.ts';

/** Less than this does not hold one image. */
const FULL_BYTES = 256 * 2 ** 20;
const SCARCE_BYTES = 2 * 2 ** 30;

export function checkDisk({ host, store, workspace }: Examined): DoctorReport {
  const places: [FindingId, string][] = [
    ...(workspace ? [['disk/workspace', workspace.root] as [FindingId, string]] : []),
    ['disk/cache', nearestFolder(host.fs, store.root)],
  ];
  return together(places.map(([id, path]) => freeSpace(host.fs, id, path)));
}

function freeSpace(fs: FileSystem, id: FindingId, path: string): DoctorReport {
  let free: number;
  try {
    free = fs.freeBytes(path);
  } catch (error) {
    return notChecked(id, `${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const seen = `${formatSizeBytes(free)} are free on the disk of ${path}`;
  const remedy = 'mobileops cache gc --max-size 5GiB';
  if (free < FULL_BYTES) return found(broken(id, seen, { remedy }));
  return found(free < SCARCE_BYTES ? warning(id, seen, { remedy }) : fine(id, seen));
}

/** The cache's folder is made by the first build. */
export function nearestFolder(fs: FileSystem, path: string): string {
  let folder = path;
  while (folder !== '/' && fs.lstat(folder) === undefined)
    folder = folder.slice(0, folder.lastIndexOf('/')) || '/';
  return folder;
}
