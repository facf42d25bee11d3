import { sha256 } from '../base/index.ts';
import { type FileStat, type FileSystem, resolvedPath } from '../host/index.ts';
import { largeFolders, type Owners, ownersOf, packageDatabase, unownedFolders } from './package-database.ts';
import { type ContentMemo, type DigestsAhead, RootScan } from './root-scan.ts';

/**
 * What the sandbox shows of the host, and a digest of it for the key.
 *
 * Shown: /usr without what no package owns (/usr/local and the like) and without what no tool reads (manuals), the links
 * beside it, and an allow-list of /etc. Every file of that is in the fingerprint: see `RootScan`.
 */
export interface VisibleRoot {
  readonly fingerprint: string;
  /** Absolute paths shown read-only. */
  readonly binds: readonly string[];
  /** Folders below a bind that are hidden. */
  readonly empty: readonly string[];
  readonly links: Readonly<Record<string, string>>;
  /** Shown only to actions with network. */
  readonly networkFiles: readonly string[];
  /** Of those. */
  readonly networkFingerprint: string;
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
/** Certificates of authorities and settings, but no folder that also holds private keys. */
const ETC_NETWORK = [
  '/etc/resolv.conf',
  '/etc/hosts',
  '/etc/ca-certificates',
  '/etc/ssl/certs',
  '/etc/ssl/cert.pem',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/openssl.cnf',
  '/etc/pki/ca-trust',
  '/etc/pki/java',
  '/etc/pki/tls/certs',
  '/etc/pki/tls/cert.pem',
  '/etc/pki/tls/openssl.cnf',
];
const BESIDE_USR = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
/** Folders whose files count by content. */
export const PROGRAM_FOLDERS = ['/usr/bin', '/usr/sbin', '/usr/libexec', '/bin', '/sbin'];
/** For people's eyes, or sources of the system itself: what is not shown need not be looked at in every build. */
const UNREAD = [
  '/usr/share/man',
  '/usr/share/doc',
  '/usr/share/info',
  '/usr/share/icons',
  '/usr/share/locale',
  '/usr/share/help',
  '/usr/share/lintian',
  '/usr/share/vim',
  '/usr/src',
  '/usr/lib/debug',
];

/** Where the shown part of the host lies, and what decides that. */
export interface RootPlaces {
  /** Changes when something is to be shown or hidden that was not. */
  readonly stamp: string;
  /** Folders and files that are shown, with all below them but `hidden`. */
  readonly trees: readonly string[];
  readonly hidden: readonly string[];
  /** Folders that one package fills with so many files that only the package's version counts. */
  readonly large: readonly string[];
  readonly etc: readonly string[];
  readonly links: Readonly<Record<string, string>>;
  /** What only actions with network see, and where links among that lead. */
  readonly network: readonly string[];
}

export interface PlacesOptions {
  /** Spares asking what no package owns, as long as nothing was added. */
  readonly before?: RootPlaces | undefined;
  /** Folders that are never shown. */
  readonly own?: readonly string[] | undefined;
  readonly owners?: (() => Owners) | undefined;
}

/** Whom the shown files belong to. */
export function shownOwners(fs: FileSystem): () => Owners {
  return ownersOf(fs, UNREAD);
}

export function rootPlaces(
  fs: FileSystem,
  { before, own = [], owners = shownOwners(fs) }: PlacesOptions = {},
): RootPlaces {
  const links = linksBesideUsr(fs);
  const folders = BESIDE_USR.filter((path) => fs.lstat(path)?.type === 'directory');
  const etc = shownEtc(fs);
  const shown = ETC_NETWORK.filter((path) => resolvedPath(fs, path) !== undefined);
  const network = [...new Set([...shown, ...shown.map((path) => fs.realPath(path))])];
  const unread = UNREAD.filter((path) => fs.lstat(path)?.type === 'directory');
  const { stamp: database } = packageDatabase(fs);
  const ours = own.filter((path) => path.startsWith('/usr/') && fs.lstat(path)?.type === 'directory');
  const stamp = sha256(JSON.stringify([database, links, folders, etc, network, unread, ours]));
  if (before?.stamp === stamp) return before;
  const owned = owners();
  const hidden = outermost([...unownedFolders(fs, owned), ...unread, ...ours]);
  const large = owned ? largeFolders(owned).filter((path) => !hidden.includes(path)) : [];
  return { stamp, trees: ['/usr', ...folders, ...etc], hidden, large, etc, links, network };
}

export interface RootScanning {
  readonly before?: ContentMemo | undefined;
  readonly owners?: () => Owners;
  /** Files that somebody else reads meanwhile. */
  readonly ahead?: Pick<DigestsAhead, 'stamps'> | undefined;
}

export interface ScannedRoot {
  readonly root: VisibleRoot;
  readonly memo: ContentMemo;
}

/** Reads all of it; with the memo of an earlier scan of this machine, only what has changed. */
export function visibleRoot(fs: FileSystem, places: RootPlaces, scanning: RootScanning = {}): ScannedRoot {
  return beginVisibleRoot(fs, places, scanning)(new Map());
}

/** As `visibleRoot`; what is read ahead is given to the function, which makes the whole of it. */
export function beginVisibleRoot(
  fs: FileSystem,
  places: RootPlaces,
  { before, owners = shownOwners(fs), ahead }: RootScanning,
): (digests: ReadonlyMap<string, string>) => ScannedRoot {
  const scan = new RootScan(fs, { before, places, programs: PROGRAM_FOLDERS, owners: owners(), ahead });
  const database = packageDatabase(fs).digest;
  const trees = places.trees.map((path) => scan.tree(path));
  const network = places.network.map((path) => scan.tree(path));
  return (digests) => {
    const parts = [
      'root 2',
      database,
      ...Object.entries(places.links).map(([path, target]) => `${path} -> ${target}`),
      ...places.hidden.map((path) => `hidden ${path}`),
      ...places.network.map((path) => `a place for ${path}`),
      ...trees.map((tree) => tree(digests)),
    ];
    const root = {
      fingerprint: sha256(parts.join('\n')),
      binds: [...places.trees.filter((path) => !places.etc.includes(path)), ...places.etc],
      empty: places.hidden,
      links: places.links,
      networkFiles: places.network.filter((path) => ETC_NETWORK.includes(path)),
      networkFingerprint: sha256(network.map((tree) => tree(digests)).join('\n')),
    };
    return { root, memo: scan.memo() };
  };
}

/** `/lib` and the like, where they are links into /usr. */
export function linksBesideUsr(fs: FileSystem): Record<string, string> {
  const links = BESIDE_USR.filter((path) => fs.lstat(path)?.type === 'symlink');
  return Object.fromEntries(links.map((path) => [path, fs.readLink(path)]));
}

function outermost(paths: readonly string[]): string[] {
  const all = new Set(paths);
  return [...all].filter((path) => ![...all].some((other) => path.startsWith(`${other}/`))).sort();
}

function shownEtc(fs: FileSystem): string[] {
  if (fs.lstat('/etc')?.type !== 'directory') return [];
  const shown = ({ name, type }: { name: string; type: FileStat['type'] }): boolean =>
    type !== 'other' && (ETC.includes(name) || ETC_PATTERNS.some((pattern) => pattern.test(name)));
  return fs
    .readDirectory('/etc')
    .filter(shown)
    .map(({ name }) => `/etc/${name}`)
    .filter((path) => resolvedPath(fs, path) !== undefined);
}
