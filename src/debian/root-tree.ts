import { fail, ok, type Result } from '../base/index.ts';

/** Where a file's bytes are: in a file on this machine that nobody changes, or here. */
export type RootContent =
  | { readonly file: string; readonly sizeBytes: number }
  | { readonly bytes: Uint8Array };

interface Owned {
  /** Permission bits, 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly modifiedAt: number;
}

export type RootNode = Owned &
  (
    | { readonly kind: 'directory' }
    | { readonly kind: 'symlink'; readonly target: string }
    /** `content` is one object for all names of one file: that is how hard links are known. */
    | { readonly kind: 'file'; readonly content: RootContent }
  );

/** A member of a layer, in the order of its archive; paths as in `DebEntry`. */
export type RootEntry = Owned & { readonly path: string } & (
    | { readonly kind: 'directory' }
    | { readonly kind: 'symlink'; readonly target: string }
    | { readonly kind: 'hardlink'; readonly target: string }
    | { readonly kind: 'file'; readonly content: RootContent }
  );

/** As many links as Linux follows on one path. */
const MAX_LINKS = 40;

/**
 * A file tree in memory that places are put into as a running system would have them: a path that leads over a
 * symlink means the place behind it, and no path leads out of the root.
 */
export class RootTree {
  readonly #nodes = new Map<string, RootNode>();
  /** Places that are there only so that something else can lie behind them. */
  readonly #assumed = new Set<string>();
  readonly #implied: Owned;

  /** `implied` is what folders get that nobody asked for by themselves. */
  constructor(implied: Partial<Owned> = {}) {
    this.#implied = { mode: 0o755, uid: 0, gid: 0, modifiedAt: 0, ...implied };
    this.#nodes.set('', { kind: 'directory', ...this.#implied });
  }

  /** Where `path` is after the links on its way; a last part that is a link is followed only when asked. */
  resolve(path: string, followLast = false): Result<string, string> {
    const open = path.split('/').reverse();
    let at: string[] = [];
    let links = 0;
    for (let part = open.pop(); part !== undefined; part = open.pop()) {
      if (part === '' || part === '.') continue;
      if (part === '..') {
        at.pop();
        continue;
      }
      const place = [...at, part].join('/');
      const node = this.#nodes.get(place);
      if (node?.kind === 'symlink' && (open.length > 0 || followLast)) {
        if (++links > MAX_LINKS) return fail(`/${path} leads in a circle of links`);
        if (node.target.startsWith('/')) at = [];
        open.push(...node.target.split('/').reverse());
      } else at.push(part);
    }
    return ok(at.join('/'));
  }

  /** What is at `path`, links on the way followed, the last part not. */
  get(path: string): RootNode | undefined {
    const place = this.resolve(path);
    return place.ok ? this.#nodes.get(place.value) : undefined;
  }

  /** The content of the file at `path`, all links followed. */
  file(path: string): RootContent | undefined {
    const place = this.resolve(path, true);
    const node = place.ok ? this.#nodes.get(place.value) : undefined;
    return node?.kind === 'file' ? node.content : undefined;
  }

  /**
   * Puts `node` at `path` and gives the place where it came to be. A folder that exists, also behind a link, stays as
   * it is; a file or link replaces a file or link; other meetings fail. Folders on the way are made.
   */
  put(path: string, node: RootNode): Result<string, string> {
    const place = this.resolve(path);
    if (!place.ok) return place;
    const old = this.#nodes.get(place.value);
    if (node.kind === 'directory' && old) {
      const behind = this.resolve(place.value, true);
      const found = behind.ok ? this.#nodes.get(behind.value) : undefined;
      if (found && found.kind !== 'directory') return fail(`/${path} is a folder here and none there`);
      if (!found) return this.#putBehind(behind, node);
      return behind;
    }
    if (old?.kind === 'directory') return fail(`/${path} is a folder there and none here`);
    const parents = this.#makeParents(place.value);
    if (!parents.ok) return parents;
    this.#nodes.set(place.value, node);
    this.#assumed.delete(place.value);
    return place;
  }

  /** As `put`, for what a layer below holds already: it leads paths, and is no entry of its own. */
  assume(path: string, node: RootNode): void {
    const place = this.put(path, node);
    if (place.ok) this.#assumed.add(place.value);
  }

  /** Sets a folder's mode and owner also where it is there already. */
  putExactly(path: string, node: RootNode): Result<string, string> {
    const place = this.put(path, node);
    if (place.ok && node.kind === 'directory') {
      this.#nodes.set(place.value, node);
      this.#assumed.delete(place.value);
    }
    return place;
  }

  /** A link to a folder that is not there yet. */
  #putBehind(behind: Result<string, string>, node: RootNode): Result<string, string> {
    if (!behind.ok) return behind;
    const parents = this.#makeParents(behind.value);
    if (!parents.ok) return parents;
    this.#nodes.set(behind.value, node);
    return behind;
  }

  #makeParents(place: string): Result<undefined, string> {
    const parts = place.split('/').slice(0, -1);
    for (let count = 1; count <= parts.length; count++) {
      const parent = parts.slice(0, count).join('/');
      const node = this.#nodes.get(parent);
      if (!node) {
        this.#nodes.set(parent, { kind: 'directory', ...this.#implied });
        this.#assumed.add(parent);
      } else if (node.kind !== 'directory') return fail(`/${parent} is no folder, but something lies in it`);
    }
    return ok(undefined);
  }

  get count(): number {
    return this.#nodes.size;
  }

  /** Places with their nodes, in no order that means anything. */
  nodes(): Iterable<readonly [string, RootNode]> {
    return this.#nodes;
  }

  /**
   * All below the root in the order of their paths' bytes, each folder before what is in it; of the names of one file the
   * first holds it. A layer on another one leaves out the folders that nobody asked for: they are there, with a mode.
   */
  entries({ isLayer = false }: { readonly isLayer?: boolean } = {}): readonly RootEntry[] {
    const first = new Map<RootContent, string>();
    const sorted = [...this.#nodes]
      .filter(([path]) => path !== '' && !(isLayer && this.#assumed.has(path)))
      .map(([path, node]) => ({ key: Buffer.from(path), path, node }))
      .sort((a, b) => Buffer.compare(a.key, b.key));
    return sorted.map(({ path, node }): RootEntry => {
      if (node.kind !== 'file') return { path, ...node };
      const target = first.get(node.content);
      if (target === undefined) {
        first.set(node.content, path);
        return { path, ...node };
      }
      const { mode, uid, gid, modifiedAt } = node;
      return { kind: 'hardlink', path, target, mode, uid, gid, modifiedAt };
    });
  }
}

export function contentBytes(content: RootContent): number {
  return 'bytes' in content ? content.bytes.byteLength : content.sizeBytes;
}
