import { posix } from 'node:path';
import type { PathPattern, SpecialFile } from '../../oci/index.ts';

/** Where a file's bytes are. */
export type FileContent =
  | { readonly kind: 'disk'; readonly path: string }
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  /** A member of a layer's tar, which must be extracted before it can be read out of order. */
  | { readonly kind: 'layer'; readonly layer: string; readonly member: string };

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The same text for the same bytes of the same place; `undefined` where they are of none. */
export function placeOf(content: FileContent): string | undefined {
  if (content.kind === 'inline') return undefined;
  return content.kind === 'disk' ? content.path : `${content.layer}\0${content.member}`;
}

export type FileNode = Owner & {
  /** Extended attributes by name; a character for each byte of a value. */
  readonly xattrs?: Readonly<Record<string, string>>;
} & (
    | { readonly kind: 'directory'; readonly mode: number }
    | { readonly kind: 'symlink'; readonly target: string }
    | {
        readonly kind: 'file';
        readonly mode: number;
        readonly sizeBytes: number;
        readonly content: FileContent;
        /** The same object for all names that one COPY gave to one file: hard links of its layer. */
        readonly inode?: object;
      }
    | { readonly kind: 'special'; readonly mode: number; readonly file: SpecialFile }
  );

/** As many links as Linux follows. */
const MAX_LINKS = 40;

/** The files of a stage or of a folder, by their paths relative to the root (`''`, always a folder). Holds no content. */
export class FileTree {
  readonly #nodes = new Map<string, FileNode>();

  get(path: string): FileNode | undefined {
    return path === '' ? { kind: 'directory', mode: 0o755, uid: 0, gid: 0 } : this.#nodes.get(path);
  }

  set(path: string, node: FileNode): void {
    if (path !== '') this.#nodes.set(path, node);
  }

  /** In place of what is there, with all that is below it; missing folders on the way are made. */
  replace(path: string, node: FileNode): void {
    if (node.kind !== 'directory' && this.#nodes.get(path)?.kind === 'directory') this.removeBelow(path);
    this.makeFolders(parentOf(path));
    this.set(path, node);
  }

  /** A folder and those above it, 0755 and of 0:0, where there are none. */
  makeFolders(path: string): void {
    for (let at = path; at !== '' && !this.#nodes.has(at); at = parentOf(at))
      this.#nodes.set(at, { kind: 'directory', mode: 0o755, uid: 0, gid: 0 });
  }

  /** With all that is below it. */
  remove(path: string): void {
    const isFolder = this.#nodes.get(path)?.kind === 'directory';
    this.#nodes.delete(path);
    if (isFolder) this.removeBelow(path);
  }

  removeBelow(path: string): void {
    for (const each of this.#nodes.keys()) if (isBelow(each, path)) this.#nodes.delete(each);
  }

  /** Everything below a folder, sorted, with paths relative to it. */
  below(path: string): [path: string, node: FileNode][] {
    const found: [string, FileNode][] = [];
    const skipped = path === '' ? 0 : path.length + 1;
    for (const [each, node] of this.#nodes) if (isBelow(each, path)) found.push([each.slice(skipped), node]);
    return found.sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Paths that match, sorted. */
  matching(pattern: PathPattern): string[] {
    return [...this.#nodes.keys()].filter((path) => pattern.test(path)).sort();
  }

  copy(): FileTree {
    const tree = new FileTree();
    for (const [path, node] of this.#nodes) tree.set(path, node);
    return tree;
  }

  /**
   * The path with the links of its folders followed, and its own too with `followLast`, as a process in the root
   * would; what is not there is taken as it stands. `undefined` for a loop.
   */
  resolve(path: string, followLast: boolean): string | undefined {
    const pending = path.split('/');
    let resolved = '';
    for (let links = 0; pending.length > 0; ) {
      const name = pending.shift()!;
      if (name === '' || name === '.') continue;
      if (name === '..') {
        resolved = parentOf(resolved);
        continue;
      }
      const next = resolved === '' ? name : `${resolved}/${name}`;
      const node = this.get(next);
      const isLast = pending.every((each) => each === '');
      if (node?.kind !== 'symlink' || (isLast && !followLast)) {
        resolved = next;
        continue;
      }
      if (++links > MAX_LINKS) return undefined;
      if (node.target.startsWith('/')) resolved = '';
      pending.unshift(...node.target.split('/'));
    }
    return resolved;
  }
}

export function parentOf(path: string): string {
  const parent = posix.dirname(path);
  return parent === '.' ? '' : parent;
}

function isBelow(path: string, folder: string): boolean {
  return folder === '' || (path.startsWith(folder) && path[folder.length] === '/');
}
