import { counted, formatSizeBytes } from '../../base/index.ts';
import { type FileSystem, type Host, isMarkLive } from '../../host/index.ts';
import type { Examined } from '../examined.ts';
import { broken, fine, found, notChecked, shellWord, together, warning } from '../found.ts';
import type { DoctorReport, Mend } from '../model.ts';
import { nearestFolder } from './disk.ts';
import { writeProblem } from './permissions.ts';

/** Enough to see a disk that fails, in less than a second. */
const SAMPLE = { blobs: 64, bytes: 64 * 2 ** 20 } as const;
/** A younger one may be written to by a process that we cannot see. */
const ABANDONED_MS = 3_600_000;

export function checkCache({ host, store }: Examined): DoctorReport {
  const { root } = store;
  const folder = nearestFolder(host.fs, root);
  const problem = writeProblem(host.fs.lstat(folder), host.env);
  if (problem) {
    const remedy = `${problem.command} ${shellWord(folder)}`;
    return found(broken('cache/folder', `${folder} ${problem.seen}`, { remedy }));
  }
  if (folder !== root)
    return found(fine('cache/folder', `${root} is not there yet: the first build makes it`));
  const { blobs, blobBytes, actions } = store.stats();
  const size = `${counted(blobs, 'blob')} (${formatSizeBytes(blobBytes)}), ${counted(actions, 'result')}`;
  return together([
    found(fine('cache/folder', `${root} holds ${size}`)),
    sampled(store),
    staleMarks(host, root),
    leftovers(host, root),
  ]);
}

function sampled(store: Examined['store']): DoctorReport {
  const { checkedBlobs, damaged } = store.sample(SAMPLE);
  const seen = `of ${counted(checkedBlobs, 'blob')} that were hashed, ${damaged.length} are damaged`;
  if (damaged.length === 0) return found(fine('cache/sample', seen));
  return found(warning('cache/sample', `${seen}, and were dropped`, { remedy: 'mobileops cache verify' }));
}

function marks(fs: FileSystem, root: string): readonly string[] {
  const folder = `${root}/locks`;
  if (fs.lstat(folder)?.type !== 'directory') return [];
  return fs
    .readDirectory(folder)
    .filter(({ name, type }) => type === 'file' && /^(?:gc|use-\d+-[0-9a-z]+)$/.test(name))
    .map(({ name }) => `${folder}/${name}`);
}

function staleMarks(host: Host, root: string): DoctorReport {
  const stale = marks(host.fs, root).filter((path) => !isMarkLive(host, path));
  return found(
    ...stale.map((path) =>
      warning('cache/leftovers', `${path} is the mark of a process that is gone`, {
        remedy: `rm ${shellWord(path)}`,
        mend: { kind: 'mark', path },
      }),
    ),
  );
}

/** Of downloads and copies that a process did not finish; while any process may be at work, none is told from its own. */
function leftovers(host: Host, root: string): DoctorReport {
  const { fs, clock, env } = host;
  const id = 'cache/leftovers';
  const folder = `${root}/tmp`;
  const entries = fs.lstat(folder)?.type === 'directory' ? fs.readDirectory(folder) : [];
  if (entries.length === 0) return found(fine(id, 'no unfinished file lies in the cache'));
  if (env.platform !== 'linux') return notChecked(id, 'only Linux tells here which processes live');
  if (marks(fs, root).some((path) => isMarkLive(host, path)))
    return notChecked(id, 'another process uses the cache');
  const files = entries.flatMap(({ name, type }) => {
    const path = `${folder}/${name}`;
    const stat = fs.lstat(path);
    const pid = /^(\d+)-[0-9a-z]+-\d+$/.exec(name)?.[1];
    const isOld = stat !== undefined && clock.now() - stat.ctimeMs > ABANDONED_MS;
    if (type !== 'file' || pid === undefined || !isOld || fs.lstat(`/proc/${pid}`)) return [];
    return [{ path, inode: stat.inode, sizeBytes: stat.sizeBytes }];
  });
  if (files.length === 0)
    return found(fine(id, 'no unfinished file of a process that is gone lies in the cache'));
  const size = formatSizeBytes(files.reduce((total, { sizeBytes }) => total + sizeBytes, 0));
  const mend: Mend = { kind: 'leftovers', files: files.map(({ path, inode }) => ({ path, inode })) };
  const seen = `${counted(files.length, 'unfinished file')} of processes that are gone (${size}) in ${folder}`;
  return found(warning(id, seen, { remedy: 'mobileops cache gc', mend }));
}
