/** What is there once the layers of an image lie over each other. */
import type { Member } from './built-image.ts';

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** A file with all its names, since hard links are one file. */
interface Inode {
  readonly member: Member;
  readonly names: Set<string>;
}

/** Members of the whole, by path; a file with several names has the first of them as `target`. */
export function flatFiles(layers: readonly (readonly Member[])[]): Member[] {
  const files = new Map<string, Inode>();
  for (const layer of layers) {
    for (const { path } of layer) applyWhiteout(files, path);
    for (const member of layer) if (!isWhiteout(member.path)) place(files, member);
  }
  return [...files].map(([path, inode]) => memberAt(path, inode)).sort(byPath);
}

export function isWhiteout(path: string): boolean {
  return nameOf(path).startsWith(WHITEOUT);
}

export function byPath(a: Member, b: Member): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/** The prefix of what a whiteout hides, each path with a `/` at its end. */
export function hiddenBy(path: string): string | undefined {
  if (!isWhiteout(path)) return undefined;
  const folder = path.slice(0, -nameOf(path).length);
  return nameOf(path) === OPAQUE ? folder : `${folder}${nameOf(path).slice(WHITEOUT.length)}/`;
}

function applyWhiteout(files: Map<string, Inode>, path: string): void {
  const hidden = hiddenBy(path);
  if (hidden === undefined) return;
  if (nameOf(path) !== OPAQUE) remove(files, hidden.slice(0, -1));
  removeBelow(files, hidden);
}

function place(files: Map<string, Inode>, member: Member): void {
  const { path, kind, target } = member;
  const linked = kind === 'hard link' ? files.get(target) : undefined;
  if (kind !== 'folder') removeBelow(files, `${path}/`);
  remove(files, path);
  const inode = linked ?? { member, names: new Set() };
  inode.names.add(path);
  files.set(path, inode);
}

function memberAt(path: string, { member, names }: Inode): Member {
  const [first] = names.size > 1 ? [...names].sort() : [];
  return { ...member, path, ...(first === undefined ? {} : { target: first }) };
}

function removeBelow(files: Map<string, Inode>, prefix: string): void {
  for (const path of files.keys()) if (path.startsWith(prefix)) remove(files, path);
}

function remove(files: Map<string, Inode>, path: string): void {
  files.get(path)?.names.delete(path);
  files.delete(path);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
