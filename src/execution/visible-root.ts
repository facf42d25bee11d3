import { Digester, sha256 } from '../base/index.ts';
import type { FileStat, FileSystem } from '../host/index.ts';

/**
 * What the sandbox shows of the host, and a digest of it for the key.
 *
 * Shown: /usr without what no package owns (/usr/local and the like), the links beside it, and an allow-list of /etc.
 * Covered: the package database by content; every executable folder file by file (content, memoised by stat); the
 * shown part of /etc by content. Nothing else of the host can be seen.
 */
export interface VisibleRoot {
  readonly fingerprint: string;
  /** Absolute paths shown read-only. */
  readonly binds: readonly string[];
  /** Folders below a bind that are hidden, since no package owns them. */
  readonly empty: readonly string[];
  readonly links: Readonly<Record<string, string>>;
  /** Shown only to actions with network. */
  readonly networkFiles: readonly string[];
}

/** Files and folders of /etc without which tools of a distribution do not run. */
const ETC = [
  'alternatives',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'fonts',
  'mime.types',
  'os-release',
  'debian_version',
  'perl',
  'protocols',
  'services',
  'magic',
  'localtime',
  'gss',
  'xml',
  'sgml',
];
const ETC_PATTERNS = [/^java-\d+-openjdk$/, /^python3(\.\d+)?$/];
const ETC_NETWORK = ['/etc/resolv.conf', '/etc/ssl', '/etc/ca-certificates', '/etc/hosts', '/etc/pki'];
const BESIDE_USR = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
const PROGRAM_FOLDERS = ['/usr/bin', '/usr/sbin', '/usr/libexec', '/bin', '/sbin'];
const DATABASES = [
  '/var/lib/dpkg/status',
  '/lib/apk/db/installed',
  '/var/lib/rpm/rpmdb.sqlite',
  '/usr/lib/sysimage/rpm/rpmdb.sqlite',
];
/** Folders whose entries are owned one by one; an entry that is a folder of no package is hidden. */
const OWNED_LEVELS = ['/usr', '/usr/lib', '/usr/lib/jvm', '/usr/share', '/usr/libexec', '/usr/include'];

/** Folders that packages share: what is put into them by hand shows in their own time. */
const LIBRARY_FOLDERS = [
  '/usr/lib',
  '/usr/lib64',
  '/usr/include',
  '/usr/lib/python3/dist-packages',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/include/x86_64-linux-gnu',
  '/usr/include/aarch64-linux-gnu',
];

/** Digests by stat, kept between builds; opaque to the caller. */
export type RootMemo = Record<string, string>;

export interface VisibleRootResult {
  readonly root: VisibleRoot;
  readonly memo: RootMemo;
}

export function visibleRoot(fs: FileSystem, before: RootMemo): VisibleRootResult {
  const scan = new RootScan(fs, before);
  const links: Record<string, string> = {};
  const binds = ['/usr'];
  for (const path of BESIDE_USR) {
    const stat = fs.lstat(path);
    if (stat?.type === 'symlink') links[path] = fs.readLink(path);
    else if (stat?.type === 'directory') binds.push(path);
  }
  const etc = shownEtc(fs);
  const database = scan.database();
  const empty = scan.unowned(database);
  const parts = [
    'root 1',
    database,
    ...Object.entries(links).map(([path, target]) => `${path} -> ${target}`),
    ...empty.map((path) => `hidden ${path}`),
    ...PROGRAM_FOLDERS.filter((path) => !links[path]).map((path) => scan.programs(path)),
    ...etc.map((path) => scan.tree(path)),
    ...LIBRARY_FOLDERS.map((path) => scan.folder(path)),
  ];
  const networkFiles = ETC_NETWORK.filter((path) => fs.lstat(path) !== undefined);
  const root = {
    fingerprint: sha256(parts.join('\n')),
    binds: [...binds, ...etc],
    empty,
    links,
    networkFiles,
  };
  return { root, memo: scan.memo };
}

/**
 * Where a change of the visible root shows: folders whose every file counts, and paths whose own stat does. The
 * fingerprint follows from these alone.
 */
export function visiblePlaces(fs: FileSystem): {
  readonly trees: readonly string[];
  readonly stats: readonly string[];
} {
  const programs = PROGRAM_FOLDERS.filter((path) => fs.lstat(path)?.type === 'directory');
  return {
    trees: [...programs, ...shownEtc(fs)],
    stats: [
      ...DATABASES,
      ...BESIDE_USR,
      ...OWNED_LEVELS,
      ...LIBRARY_FOLDERS,
      '/etc',
      '/var/lib/dpkg/info',
      ...ETC_NETWORK,
    ],
  };
}

function shownEtc(fs: FileSystem): string[] {
  if (fs.lstat('/etc')?.type !== 'directory') return [];
  const shown = ({ name, type }: { name: string; type: FileStat['type'] }): boolean =>
    type !== 'other' && (ETC.includes(name) || ETC_PATTERNS.some((pattern) => pattern.test(name)));
  return fs
    .readDirectory('/etc')
    .filter(shown)
    .map(({ name }) => `/etc/${name}`)
    .filter((path) => resolves(fs, path));
}

function resolves(fs: FileSystem, path: string): boolean {
  try {
    fs.realPath(path);
    return true;
  } catch {
    return false;
  }
}

/** Content digests of host files, remembered by everything that `lstat` tells of them. */
class RootScan {
  readonly memo: RootMemo = {};
  readonly #fs: FileSystem;
  readonly #before: RootMemo;

  constructor(fs: FileSystem, before: RootMemo) {
    this.#fs = fs;
    this.#before = before;
  }

  database(): string {
    const found = DATABASES.filter((path) => this.#fs.lstat(path)?.type === 'file');
    return found.map((path) => `${path} ${this.#content(path)}`).join('\n');
  }

  /** Names, kinds and contents of one folder of programs. */
  programs(folder: string): string {
    if (this.#fs.lstat(folder)?.type !== 'directory') return `${folder} absent`;
    const lines = this.#fs
      .readDirectory(folder)
      .map(({ name }) => `${name} ${this.#entry(`${folder}/${name}`)}`);
    return `${folder} ${sha256(lines.join('\n'))}`;
  }

  /** When something was last added to a folder or removed from it. */
  folder(path: string): string {
    return `${path} ${this.#fs.lstat(path)?.mtimeMs ?? 'absent'}`;
  }

  /** A file, or everything below a folder. */
  tree(path: string): string {
    const stat = this.#fs.lstat(path);
    if (stat?.type !== 'directory') return `${path} ${this.#entry(path)}`;
    return this.#fs
      .readDirectory(path)
      .map(({ name }) => this.tree(`${path}/${name}`))
      .join('\n');
  }

  /** Folders at the owned levels that are in no package's list; known anew when the database changes. */
  unowned(database: string): string[] {
    if (database === '') return this.#exists(['/usr/local', '/usr/lib/node_modules']);
    const key = `unowned ${sha256(database)} ${OWNED_LEVELS.map((path) => stamp(this.#fs.lstat(path))).join(' ')}`;
    const remembered = this.#before[key];
    const hidden =
      remembered === undefined ? this.#findUnowned() : remembered.split('\n').filter((line) => line !== '');
    this.memo[key] = hidden.join('\n');
    return hidden;
  }

  #findUnowned(): string[] {
    const info = '/var/lib/dpkg/info';
    if (this.#fs.lstat(info)?.type !== 'directory')
      return this.#exists(['/usr/local', '/usr/lib/node_modules']);
    const owned = new Set<string>();
    for (const { name } of this.#fs.readDirectory(info)) {
      if (!name.endsWith('.list')) continue;
      for (const line of this.#fs.readText(`${info}/${name}`).split('\n')) {
        const path = line.startsWith('/usr/') || !/^\/(bin|sbin|lib)/.test(line) ? line : `/usr${line}`;
        if (path.split('/').length <= 5) owned.add(path);
      }
    }
    const folders = OWNED_LEVELS.flatMap((level) =>
      this.#fs.lstat(level)?.type === 'directory'
        ? this.#fs
            .readDirectory(level)
            .filter(({ type }) => type === 'directory')
            .map(({ name }) => `${level}/${name}`)
        : [],
    );
    const outermost = [...this.#exists(['/usr/local']), ...folders.filter((path) => !owned.has(path))];
    return [...new Set(outermost)].sort();
  }

  #exists(paths: readonly string[]): string[] {
    return paths.filter((path) => this.#fs.lstat(path)?.type === 'directory');
  }

  #entry(path: string): string {
    const stat = this.#fs.lstat(path);
    if (stat?.type === 'symlink') return `-> ${this.#fs.readLink(path)}`;
    if (stat?.type !== 'file') return stat?.type ?? 'absent';
    return `${stat.mode.toString(8)} ${this.#content(path, stat)}`;
  }

  #content(path: string, known?: FileStat): string {
    const stat = known ?? this.#fs.lstat(path);
    const key = `${path} ${stamp(stat)}`;
    const digest = this.#before[key] ?? this.memo[key] ?? this.#read(path);
    this.memo[key] = digest;
    return digest;
  }

  /** A file that we may not read is not usable by our actions either. */
  #read(path: string): string {
    try {
      return digestOfFile(this.#fs, path);
    } catch {
      return 'unreadable';
    }
  }
}

/** In pieces: programs are large. */
function digestOfFile(fs: FileSystem, path: string): string {
  using file = fs.open(path, 'r');
  const digester = new Digester();
  const piece = new Uint8Array(2 ** 18);
  for (let count = file.read(piece); count > 0; count = file.read(piece))
    digester.update(piece.subarray(0, count));
  return digester.digest().hash;
}

function stamp(stat: FileStat | undefined): string {
  return stat ? `${stat.inode} ${stat.sizeBytes} ${stat.mtimeMs} ${stat.ctimeMs} ${stat.mode}` : 'absent';
}
