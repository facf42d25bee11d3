import { createHash } from 'node:crypto';
import type { FileSystem } from '../host/index.ts';
import type { UnpackedPackage } from './read-deb.ts';
import type { RootContent, RootNode, RootTree } from './root-tree.ts';

const FOLDER = 'var/lib/dpkg';
/** Folders that dpkg expects. */
const FOLDERS = ['alternatives', 'info', 'parts', 'triggers', 'updates'];
/** Files that dpkg expects, empty in a new root. */
const FILES = ['available', 'diversions', 'statoverride', 'status'];
/** Of `info`: one list of files for each package, and what its control archive held. */
const FORMAT = '1\n';

/** dpkg's database of a root without packages. */
export function emptyDatabase(tree: RootTree, modifiedAt: number): void {
  for (const name of FOLDERS) tree.put(`${FOLDER}/${name}`, folder(modifiedAt));
  for (const name of FILES) tree.put(`${FOLDER}/${name}`, file('', modifiedAt));
  tree.put(`${FOLDER}/info/format`, file(FORMAT, modifiedAt));
}

/**
 * dpkg's database of packages that are unpacked, but whose maintainer scripts did not run: `install ok unpacked` (dpkg(1)).
 * It tells scanners and `dpkg -l` what is there, and `dpkg -V` what it was.
 */
export function unpackedDatabase(
  tree: RootTree,
  {
    packages,
    lists,
    fs,
    modifiedAt,
  }: {
    packages: readonly UnpackedPackage[];
    lists: ReadonlyMap<string, readonly string[]>;
    fs: FileSystem;
    modifiedAt: number;
  },
): void {
  emptyDatabase(tree, modifiedAt);
  const sorted = [...packages].sort((a, b) => (a.name < b.name ? -1 : 1));
  const status = sorted.map((each) => statusOf(each, { tree, fs })).join('\n');
  tree.put(`${FOLDER}/status`, file(status, modifiedAt));
  const architecture = sorted.find(({ name }) => name === 'dpkg')?.control.get('architecture');
  if (architecture !== undefined) tree.put(`${FOLDER}/arch`, file(`${architecture}\n`, modifiedAt));
  for (const { name, control, info } of sorted) {
    const suffix = control.get('multi-arch') === 'same' ? `:${control.get('architecture')}` : '';
    const put = (kind: string, node: RootNode): void =>
      void tree.put(`${FOLDER}/info/${name}${suffix}.${kind}`, node);
    put('list', file((lists.get(name) ?? []).map((line) => `${line}\n`).join(''), modifiedAt));
    for (const [kind, { mode, bytes }] of info) {
      put(kind, {
        ...owned(modifiedAt),
        kind: 'file',
        mode: (mode & 0o111) === 0 ? 0o644 : 0o755,
        content: { bytes },
      });
    }
  }
}

function statusOf(
  { controlText, info }: UnpackedPackage,
  { tree, fs }: { tree: RootTree; fs: FileSystem },
): string {
  const [first, ...rest] = controlText
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const packageFirst = /^package:/i.test(first!)
    ? [first!, 'Status: install ok unpacked', ...rest]
    : ['Status: install ok unpacked', first!, ...rest];
  const conffiles = conffilePaths(info.get('conffiles')?.bytes).flatMap((path) => {
    const content = tree.file(path.slice(1));
    return content ? [` ${path} ${md5(content, fs)}`] : [];
  });
  return `${[...packageFirst, ...(conffiles.length > 0 ? ['Conffiles:', ...conffiles] : [])].join('\n')}\n`;
}

/** A path a line (deb-conffiles(5)); those with a flag in front are to be removed, and so not there. */
function conffilePaths(bytes: Uint8Array | undefined): string[] {
  return Buffer.from(bytes ?? [])
    .toString()
    .split('\n')
    .filter((line) => line.startsWith('/'));
}

/** What dpkg keeps of a configuration file is its MD5. */
function md5(content: RootContent, fs: FileSystem): string {
  const bytes = 'bytes' in content ? content.bytes : fs.readFile(content.file);
  return createHash('md5').update(bytes).digest('hex');
}

const owned = (modifiedAt: number) => ({ mode: 0o644, uid: 0, gid: 0, modifiedAt });

export function file(text: string, modifiedAt: number, mode = 0o644): RootNode {
  return { kind: 'file', ...owned(modifiedAt), mode, content: { bytes: Buffer.from(text) } };
}

export function folder(modifiedAt: number, mode = 0o755): RootNode {
  return { kind: 'directory', ...owned(modifiedAt), mode };
}
