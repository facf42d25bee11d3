import { Digester, sha256 } from '../base/index.ts';
import type { FileStat, FileSystem } from '../host/index.ts';

const DATABASES = [
  '/var/lib/dpkg/status',
  '/lib/apk/db/installed',
  '/var/lib/rpm/rpmdb.sqlite',
  '/usr/lib/sysimage/rpm/rpmdb.sqlite',
];
const LISTS = '/var/lib/dpkg/info';
/** Folders whose entries are owned one by one; an entry that is a folder of no package is hidden. */
const OWNED_LEVELS = ['/usr', '/usr/lib', '/usr/lib/jvm', '/usr/share', '/usr/libexec', '/usr/include'];
/** Made by hand on every system. */
const BY_HAND = ['/usr/local', '/usr/lib/node_modules'];

export interface PackageDatabase {
  /** Of its stats, and of the folders in which strangers would appear. */
  readonly stamp: string;
  /** Of its content. */
  readonly digest: string;
}

export function packageDatabase(fs: FileSystem): PackageDatabase {
  return {
    stamp: [...DATABASES, LISTS, ...OWNED_LEVELS].map((path) => stampOf(fs.lstat(path))).join('\n'),
    get digest() {
      const found = DATABASES.filter((path) => fs.lstat(path)?.type === 'file');
      return found.map((path) => `${path} ${digestOfFile(fs, path)}`).join('\n');
    },
  };
}

/** Paths below /usr by the package that owns them, the last of several; `undefined` where no database lists them. */
export type Owners = ReadonlyMap<string, string> | undefined;

/** Reads them when they are first asked for: they are some hundred thousand. What lies below `unread` is left out. */
export function ownersOf(fs: FileSystem, unread: readonly string[]): () => Owners {
  let read: { readonly owners: Owners } | undefined;
  return () => {
    read ??= { owners: ownedPaths(fs, unread) };
    return read.owners;
  };
}

function ownedPaths(fs: FileSystem, unread: readonly string[]): Owners {
  if (fs.lstat(LISTS)?.type !== 'directory') return undefined;
  const owned = new Map<string, string>();
  const below = unread.map((path) => `${path}/`);
  for (const { name } of fs.readDirectory(LISTS)) {
    if (!name.endsWith('.list')) continue;
    for (const line of fs.readText(`${LISTS}/${name}`).split('\n')) {
      if (below.some((path) => line.startsWith(path))) continue;
      if (line.startsWith('/usr/')) owned.set(line, name);
      else if (/^\/(bin|sbin|lib)/.test(line)) owned.set(`/usr${line}`, name);
    }
  }
  return owned;
}

const LARGE_FILES = 1000;
const OWN_SHARE = 0.9;

/** Folders that one package fills, or nearly so, with very many files. */
export function largeFolders(owned: NonNullable<Owners>): string[] {
  const folders = new Map<string, Map<string, number>>();
  for (const [path, owner] of owned) {
    const folder = levelFolder(path);
    if (folder === undefined) continue;
    const owners = folders.get(folder) ?? new Map<string, number>();
    owners.set(owner, (owners.get(owner) ?? 0) + 1);
    folders.set(folder, owners);
  }
  return [...folders].flatMap(([path, owners]) => (isOnePackages(owners) ? [path] : [])).sort();
}

/** The folder at the innermost owned level in which the path lies. */
function levelFolder(path: string): string | undefined {
  const level = OWNED_LEVELS.findLast((each) => path.startsWith(`${each}/`));
  const end = level === undefined ? -1 : path.indexOf('/', level.length + 1);
  return end < 0 ? undefined : path.slice(0, end);
}

function isOnePackages(owners: ReadonlyMap<string, number>): boolean {
  const counts = [...owners.values()];
  const largest = Math.max(...counts);
  const all = counts.reduce((sum, count) => sum + count, 0);
  return largest > LARGE_FILES && largest >= OWN_SHARE * all;
}

/** The outermost folders below /usr that belong to no package. */
export function unownedFolders(fs: FileSystem, owned: Owners): string[] {
  const byHand = BY_HAND.filter((path) => fs.lstat(path)?.type === 'directory');
  if (!owned) return byHand;
  const folders = OWNED_LEVELS.flatMap((level) =>
    fs.lstat(level)?.type === 'directory'
      ? fs
          .readDirectory(level)
          .filter(({ type }) => type === 'directory')
          .map(({ name }) => `${level}/${name}`)
      : [],
  );
  return [...new Set([...byHand.slice(0, 1), ...folders.filter((path) => !owned.has(path))])].sort();
}

export function stampOf(stat: FileStat | undefined): string {
  return stat ? `${stat.inode} ${stat.sizeBytes} ${stat.mtimeMs} ${stat.ctimeMs} ${stat.mode}` : 'absent';
}

/** For all files: a new one for each of thousands would keep the garbage collector busy. */
const piece = new Uint8Array(2 ** 18);

/** In pieces: programs are large. A file that we may not read is not usable by our actions either. */
export function digestOfFile(fs: FileSystem, path: string): string {
  try {
    using file = fs.open(path, 'r');
    const digester = new Digester();
    for (let count = file.read(piece); count > 0; count = file.read(piece))
      digester.update(piece.subarray(0, count));
    return digester.digest().hash;
  } catch {
    return sha256('unreadable');
  }
}
