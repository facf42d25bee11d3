import { posix } from 'node:path';
import { fail, ok, type Result } from '../../base/index.ts';
import { cleanPath, compilePattern, hasWildcard } from '../../oci/index.ts';
import { type FileNode, type FileTree, type Owner, parentOf } from './file-tree.ts';

/** One thing to be copied: a file or link under its name, or the content of a folder. */
export interface CopyItem {
  readonly name: string;
  readonly node: FileNode;
  /** Of a folder: what is below it. */
  readonly below: readonly (readonly [path: string, node: FileNode])[];
}

/** What a source pattern names in a tree; a failure names what is not there. */
export function findItems(tree: FileTree, pattern: string): Result<CopyItem[], string> {
  const cleaned = cleanPath(`/${pattern}`);
  let paths = [cleaned];
  if (hasWildcard(cleaned)) {
    const matches = compilePattern(cleaned, { doubleStar: false });
    if (!matches) return fail(`${pattern} is not a valid pattern`);
    paths = tree.matching(matches);
    if (paths.length === 0) return fail(`nothing matches ${pattern}`);
  }
  const items: CopyItem[] = [];
  for (const path of paths) {
    const resolved = tree.resolve(path, true);
    const node = resolved === undefined ? undefined : tree.get(resolved);
    if (resolved === undefined || !node) return fail(`${path === '' ? '.' : path} is not there`);
    const below = node.kind === 'directory' ? tree.below(resolved) : [];
    items.push({ name: posix.basename(path), node, below });
  }
  return ok(items);
}

export interface CopyTarget {
  /** Absolute and clean. */
  readonly path: string;
  /** Written as a folder, with a `/` or `.` at its end. */
  readonly isFolder: boolean;
  readonly owner?: Owner;
  /** Replaces the permission bits of all that is copied. */
  readonly mode?: number;
}

/**
 * Copies items into a stage, as Docker's COPY does: a folder's content goes into the destination, a file to it, or
 * into it when it is a folder; missing folders are made. Gives what a layer must hold.
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
  if (target.isFolder) copy.makeFolders(target.path.slice(1));
  for (const item of items) {
    if (item.node.kind !== 'directory') {
      copy.put(isFolder ? posix.join(target.path.slice(1), item.name) : target.path.slice(1), item.node);
      continue;
    }
    copy.makeFolders(target.path.slice(1));
    for (const [path, node] of item.below) copy.put(posix.join(target.path.slice(1), path), node);
  }
  return copy.failure === undefined ? ok(copy.written) : fail(copy.failure);
}

/** A folder and its missing parents. */
export function makeFolder(stage: FileTree, path: string): Result<ReadonlyMap<string, FileNode>, string> {
  const copy = new Copy(stage, { path, isFolder: true });
  copy.makeFolders(path.slice(1));
  return copy.failure === undefined ? ok(copy.written) : fail(copy.failure);
}

class Copy {
  readonly written = new Map<string, FileNode>();
  failure: string | undefined;
  readonly #stage: FileTree;
  readonly #target: CopyTarget;

  constructor(stage: FileTree, target: CopyTarget) {
    this.#stage = stage;
    this.#target = target;
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
    this.#write(place, { kind: 'directory', mode: 0o755, ...this.#owner({ uid: 0, gid: 0 }) });
  }

  put(path: string, node: FileNode): void {
    this.makeFolders(parentOf(path));
    const parent = this.place(parentOf(path));
    if (parent === undefined) return;
    const place = posix.join(parent, posix.basename(path));
    const there = this.#stage.get(place);
    if (node.kind === 'directory') {
      if (there?.kind === 'directory' || (there?.kind === 'symlink' && this.#isFolder(place))) return;
      if (there) this.failure ??= `/${place} is a file, so a folder cannot be put there`;
    } else if (there?.kind === 'directory') {
      this.failure ??= `/${place} is a folder, so a file cannot be put there`;
    }
    this.#write(place, this.#changed(node));
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
    return owned.kind === 'symlink' || this.#target.mode === undefined
      ? owned
      : { ...owned, mode: this.#target.mode };
  }

  #owner(otherwise: Owner): Owner {
    return this.#target.owner ?? otherwise;
  }
}
