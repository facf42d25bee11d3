import { counted, formatSizeBytes } from '../../base/index.ts';
import { type FileSystem, type Host, isMarkLive } from '../../host/index.ts';
import type { Examined } from '../examined.ts';
import { broken, fine, found, notChecked, shellWord, together, warning } from '../found.ts';
import type { DoctorReport, Leftover } from '../model.ts';
import { nearestFolder } from './disk.ts';
import { writeProblem } from './permissions.ts';
import { DAY_MS } from './validity.ts';

/** Enough to see a disk that fails, in less than a second. */
const SAMPLE = { blobs: 64, bytes: 64 * 2 ** 20 } as const;

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
  const seen = `hashed ${counted(checkedBlobs, 'blob')} of the cache: ${damaged.length} damaged`;
  if (damaged.length === 0) return found(fine('cache/sample', seen));
  return found(warning('cache/sample', `${seen}, and dropped`, { remedy: 'mobileops cache verify' }));
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

interface WorkFolder {
  /** Below the cache. */
  readonly folder: string;
  /** Its names tell the process. */
  readonly name: RegExp;
  readonly type: 'file' | 'directory';
  /** A younger one may belong to a process that we cannot see. */
  readonly abandonedMs: number;
}

/** Blobs on their way in; downloads of the ecosystems' clients. */
const WORK: readonly WorkFolder[] = [
  { folder: 'tmp', name: /^(\d+)-[0-9a-z]+-\d+$/, type: 'file', abandonedMs: 3_600_000 },
  { folder: 'clients/work', name: /^(\d+)-\d+$/, type: 'directory', abandonedMs: DAY_MS },
];

/** What a process did not finish; while any may be at work that we cannot see, none is told from its own. */
function leftovers(host: Host, root: string): DoctorReport {
  const { fs, env } = host;
  const id = 'cache/leftovers';
  const work = WORK.flatMap((each) =>
    entriesOf(fs, `${root}/${each.folder}`).map((name) => ({ each, name })),
  );
  if (work.length === 0) return found(fine(id, 'no unfinished file lies in the cache'));
  if (env.platform !== 'linux') return notChecked(id, 'only Linux tells here which processes live');
  if (marks(fs, root).some((path) => isMarkLive(host, path)))
    return notChecked(id, 'another process uses the cache');
  const entries = work.flatMap(({ each, name }) => abandoned(host, each, `${root}/${each.folder}/${name}`));
  if (entries.length === 0)
    return found(fine(id, 'no unfinished file of a process that is gone lies in the cache'));
  const seen = `${root} has what a process that is gone did not finish: ${counted(entries.length, 'file')}`;
  const remedy = `rm -r ${entries.map(({ path }) => shellWord(path)).join(' ')}`;
  return found(warning(id, seen, { remedy, mend: { kind: 'leftovers', entries } }));
}

function entriesOf(fs: FileSystem, folder: string): readonly string[] {
  return fs.lstat(folder)?.type === 'directory' ? fs.readDirectory(folder).map(({ name }) => name) : [];
}

function abandoned(
  { fs, clock }: Host,
  { name, type, abandonedMs }: WorkFolder,
  path: string,
): readonly Leftover[] {
  const stat = fs.lstat(path);
  const pid = name.exec(path.slice(path.lastIndexOf('/') + 1))?.[1];
  if (!stat || pid === undefined || stat.type !== type || fs.lstat(`/proc/${pid}`)) return [];
  return clock.now() - stat.ctimeMs > abandonedMs ? [{ path, inode: stat.inode }] : [];
}
