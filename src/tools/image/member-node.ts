import type { TarMember } from '../tar-reader.ts';
import type { FileNode } from './file-tree.ts';

/**
 * Names for the files of one archive, each its own: its path, and of a path that comes again, which of them. A hard link to the
 * first keeps that one's bytes.
 */
export class MemberKeys {
  readonly #counts = new Map<string, number>();

  keyOf({ path }: Pick<TarMember, 'path'>): string {
    const count = this.#counts.get(path) ?? 0;
    this.#counts.set(path, count + 1);
    return count === 0 ? path : `${path}\0${count}`;
  }
}

/** The path of the member with this key. */
export function pathOfKey(key: string): string {
  const end = key.indexOf('\0');
  return end < 0 ? key : key.slice(0, end);
}

/** What a member of an archive is in a tree, its bytes where the archive has them; nothing for a hard link and what no layer has. */
export function memberNode(
  member: TarMember,
  { archive, keys }: { readonly archive: string; readonly keys: MemberKeys },
): FileNode | undefined {
  const { uid, gid, mode, xattrs, target, sizeBytes, special } = member;
  const common = { uid, gid, ...(xattrs === undefined ? {} : { xattrs }) };
  if (member.kind === 'directory') return { kind: 'directory', mode, ...common };
  if (member.kind === 'symlink') return { kind: 'symlink', target, ...common };
  if (member.kind === 'file') {
    const content = { kind: 'layer', layer: archive, member: keys.keyOf(member) } as const;
    return { kind: 'file', mode, sizeBytes, content, ...common };
  }
  return special && { kind: 'special', mode, file: special, ...common };
}
