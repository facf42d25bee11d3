import type { FileSystem } from '../host/index.ts';
import { file, folder } from './dpkg-database.ts';
import type { RootTree } from './root-tree.ts';

interface Leaf {
  readonly tree: RootTree;
  readonly fs: FileSystem;
  readonly modifiedAt: number;
}

/**
 * What the maintainer scripts of a few packages would leave, where the packages are there: the accounts of base-passwd,
 * the places of base-files, the name service of libc-bin, the bundle of ca-certificates. Scripts of other packages are not stood in for.
 */
export function applyLeafRules(leaf: Leaf): void {
  accountMasters(leaf);
  basePlaces(leaf);
  certificateBundle(leaf);
}

function textAt({ tree, fs }: Leaf, path: string): string | undefined {
  const content = tree.file(path);
  if (!content) return undefined;
  return 'bytes' in content ? Buffer.from(content.bytes).toString() : fs.readText(content.file);
}

/** The accounts with fixed numbers that Debian Policy 9.2 reserves. */
export function accountMasters(leaf: Leaf): void {
  for (const name of ['passwd', 'group']) {
    const master = textAt(leaf, `usr/share/base-passwd/${name}.master`);
    if (master !== undefined && !leaf.tree.get(`etc/${name}`)) {
      leaf.tree.put(`etc/${name}`, file(master, leaf.modifiedAt));
    }
  }
}

/** Files that are copied to where they are read, unless something is there. */
const DEFAULTS: readonly (readonly [string, string])[] = [
  ['usr/share/base-files/dot.profile', 'root/.profile'],
  ['usr/share/base-files/dot.bashrc', 'root/.bashrc'],
  ['usr/share/base-files/profile', 'etc/profile'],
  ['usr/share/base-files/motd', 'etc/motd'],
  ['usr/share/base-files/nsswitch.conf', 'etc/nsswitch.conf'],
  ['usr/share/libc-bin/nsswitch.conf', 'etc/nsswitch.conf'],
];
const PLACES = ['mnt', 'srv', 'opt', 'etc/opt', 'var/opt', 'media', 'usr/local'].concat(
  ['bin', 'etc', 'games', 'include', 'lib', 'sbin', 'share', 'share/man', 'src'].map(
    (each) => `usr/local/${each}`,
  ),
);
const LINKS: readonly (readonly [string, string])[] = [
  ['var/run', '/run'],
  ['var/lock', '/run/lock'],
  ['var/spool/mail', '../mail'],
  ['usr/local/man', 'share/man'],
];

function basePlaces(leaf: Leaf): void {
  const { tree, modifiedAt } = leaf;
  for (const [from, to] of DEFAULTS) {
    const text = textAt(leaf, from);
    if (text !== undefined && !tree.get(to)) tree.put(to, file(text, modifiedAt));
  }
  if (!tree.get('usr/share/base-files')) return;
  for (const path of PLACES) if (!tree.get(path)) tree.put(path, folder(modifiedAt));
  if (!tree.get('var/mail')) tree.put('var/mail', { ...folder(modifiedAt, 0o2775), gid: 8 });
  if (!tree.get('run/lock')) tree.put('run/lock', folder(modifiedAt, 0o1777));
  for (const [path, target] of LINKS) {
    if (!tree.get(path)) tree.put(path, { kind: 'symlink', mode: 0o777, uid: 0, gid: 0, modifiedAt, target });
  }
}

const CERTIFICATES = 'usr/share/ca-certificates';

/** All certificates that the package ships in one file, where every TLS library looks. */
function certificateBundle(leaf: Leaf): void {
  const { tree, fs, modifiedAt } = leaf;
  if (!tree.get(CERTIFICATES) || tree.get('etc/ssl/certs/ca-certificates.crt')) return;
  const shipped = [...tree.nodes()]
    .filter(
      ([path, node]) => path.startsWith(`${CERTIFICATES}/`) && path.endsWith('.crt') && node.kind === 'file',
    )
    .map(([path]) => path.slice(CERTIFICATES.length + 1))
    .sort();
  const text = shipped.map((name) => textAt({ tree, fs, modifiedAt }, `${CERTIFICATES}/${name}`)!);
  const lines = text.map((each) => (each.endsWith('\n') ? each : `${each}\n`));
  tree.put('etc/ssl/certs/ca-certificates.crt', file(lines.join(''), modifiedAt));
  tree.put('etc/ca-certificates.conf', file(shipped.map((name) => `${name}\n`).join(''), modifiedAt));
}
