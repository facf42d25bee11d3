import { posix } from 'node:path';
import { fail, ok, type Result } from '../../base/index.ts';
import { FOLDER_BIT, type ModeChange } from '../../oci/index.ts';
import { type FileNode, FileTree, type Owner, parentOf, placeOf } from './file-tree.ts';
import type { CopyEntry, CopyItem } from './find-items.ts';

export interface CopyTarget {
  /** Absolute and clean. */
  readonly path: string;
  /** Written as a folder, with a `/` or `.` at its end. */
  readonly isFolder: boolean;
  readonly owner?: Owner;
  /** Of all that is copied, but not of what is unpacked. */
  readonly mode?: ModeChange;
  /** Of the folders that are made on the way; 0755 else. */
  readonly folderMode?: number;
}

/**
 * Copies items into a stage, as Docker's COPY does: a folder's content goes into the destination, a file to it, or
 * into it when it is a folder; missing folders are made, links on the way and at its end followed. Gives what a layer must hold.
 */
export function copyFiles(
  stage: FileTree,
  items: readonly CopyItem[],
  target: CopyTarget,
): Result<ReadonlyMap<string, FileNode>, string> {
  const copy = new Copy(stage, target);
  const root = copy.place(target.path.slice(1));
  const isFolder = target.isFolder || (root !== undefined && stage.get(root)?.kind === 'directory');
  if (items.length > 1 && !isFolder)
    return fail(`several files need a folder; write ${target.path}/ with a / at its end`);
  if (items[0]) copy.beginItem(items[0]);
  if (target.isFolder) copy.makeFolders(target.path.slice(1));
  for (const item of items) {
    copy.beginItem(item);
    if (item.node.kind !== 'directory') {
      copy.put(isFolder ? posix.join(target.path.slice(1), item.name) : (root ?? ''), item.node);
      continue;
    }
    copy.makeFolders(target.path.slice(1));
    for (const entry of item.below) copy.putEntry(target.path.slice(1), entry);
  }
  return copy.failure === undefined ? ok(copy.written) : fail(copy.failure);
}

/** As `copyFiles` with `--link`: into a tree of its own, which then lies over the stage whatever that has there. */
export function linkFiles(
  stage: FileTree,
  items: readonly CopyItem[],
  target: CopyTarget,
): Result<ReadonlyMap<string, FileNode>, string> {
  const copied = copyFiles(new FileTree(), items, target);
  if (!copied.ok) return copied;
  for (const [path, node] of copied.value) {
    stage.replace(path, node);
  }
  return copied;
}

/** A folder and its missing parents. */
export function makeFolder(
  stage: FileTree,
  path: string,
  owner?: Owner,
): Result<ReadonlyMap<string, FileNode>, string> {
  const copy = new Copy(stage, { path, isFolder: true, ...(owner ? { owner } : {}) });
  copy.makeFolders(path.slice(1));
  return copy.failure === undefined ? ok(copy.written) : fail(copy.failure);
}

/** What stands in a text for bytes that are none. */
const NOT_TEXT = '\u{fffd}';

class Copy {
  readonly written = new Map<string, FileNode>();
  failure: string | undefined;
  readonly #stage: FileTree;
  readonly #target: CopyTarget;
  /** By the place of its bytes, each file of the item that has several names there. */
  #inodes: ReadonlyMap<string, object> = new Map();
  /** The item is an archive: its members have their own modes. */
  #isUnpacked = false;

  constructor(stage: FileTree, target: CopyTarget) {
    this.#stage = stage;
    this.#target = target;
  }

  /** As BuildKit does, hard links are kept within what one source names. */
  beginItem({ below, replaces }: CopyItem): void {
    this.#isUnpacked = replaces ?? false;
    const seen = new Set<string>();
    const inodes = new Map<string, object>();
    for (const { node } of below) {
      const place = node.kind === 'file' ? placeOf(node.content) : undefined;
      if (place === undefined) continue;
      if (seen.has(place)) inodes.set(place, {});
      seen.add(place);
    }
    this.#inodes = inodes;
  }

  /** Where a path really lies, the links of the stage followed. */
  place(path: string): string | undefined {
    const place = this.#stage.resolve(path, true);
    if (place === undefined) this.failure ??= `/${path} leads through a loop of links`;
    return place;
  }

  makeFolders(path: string): void {
    const place = this.place(path);
    if (place === undefined || place === '') return;
    const there = this.#stage.get(place);
    if (there?.kind === 'directory') return;
    if (there) {
      this.failure ??= `/${place} is a file where a folder is needed`;
      return;
    }
    this.makeFolders(parentOf(place));
    const mode = (this.#isUnpacked ? undefined : this.#target.folderMode) ?? 0o755;
    this.#write(place, { kind: 'directory', mode, ...this.#owner({ uid: 0, gid: 0 }) });
  }

  /** Something below a folder that is copied. */
  putEntry(folder: string, entry: CopyEntry): void {
    const { path, node } = entry;
    const full = posix.join(folder, path);
    if (this.#isUnpacked && !entry.isImplied) {
      const place = this.#stage.resolve(full, false);
      const there = place === undefined ? undefined : this.#stage.get(place);
      if (place !== undefined && there && !(there.kind === 'directory' && node.kind === 'directory'))
        this.#stage.remove(place);
    }
    this.put(full, node, entry);
  }

  put(path: string, node: FileNode, how: Pick<CopyEntry, 'isParent' | 'isImplied'> = {}): void {
    this.makeFolders(parentOf(path));
    const parent = this.place(parentOf(path));
    if (parent === undefined) return;
    const place = posix.join(parent, posix.basename(path));
    if (place.includes(NOT_TEXT) || (node.kind === 'symlink' && node.target.includes(NOT_TEXT)))
      this.failure ??= `/${place} has a name or leads to one that is not UTF-8, which COPY would change`;
    const there = this.#stage.get(place);
    const changed = how.isImplied ? node : this.#changed(node);
    if (changed.kind === 'directory') {
      if (there?.kind === 'symlink' && this.#isFolder(place)) return;
      if (there?.kind === 'directory' && (how.isParent || isSameFolder(there, changed))) return;
      if (there && there.kind !== 'directory')
        this.failure ??= `/${place} is a file, so a folder cannot be put there`;
    } else if (there?.kind === 'directory') {
      this.failure ??= `/${place} is a folder, so a file cannot be put there`;
    }
    this.#write(place, changed);
  }

  #isFolder(path: string): boolean {
    const place = this.place(path);
    return place !== undefined && this.#stage.get(place)?.kind === 'directory';
  }

  #write(path: string, node: FileNode): void {
    if (this.failure !== undefined) return;
    this.#stage.set(path, node);
    this.written.set(path, node);
  }

  #changed(node: FileNode): FileNode {
    const owned = { ...node, ...this.#owner({ uid: node.uid, gid: node.gid }) };
    const change = this.#isUnpacked ? undefined : this.#target.mode;
    if (owned.kind === 'symlink') return owned;
    const kind = owned.kind === 'directory' ? FOLDER_BIT : 0;
    const mode = change ? change(owned.mode | kind) & 0o7777 : owned.mode;
    if (owned.kind !== 'file') return { ...owned, mode };
    const { inode: _ofAnotherCopy, ...file } = owned;
    const inode = this.#inodes.get(placeOf(file.content) ?? '');
    return { ...file, mode, ...(inode ? { inode } : {}) };
  }

  #owner(otherwise: Owner): Owner {
    return this.#target.owner ?? otherwise;
  }
}

function isSameFolder(a: FileNode & { kind: 'directory' }, b: FileNode & { kind: 'directory' }): boolean {
  const isSame = a.mode === b.mode && a.uid === b.uid && a.gid === b.gid;
  return isSame && JSON.stringify(a.xattrs) === JSON.stringify(b.xattrs);
}
