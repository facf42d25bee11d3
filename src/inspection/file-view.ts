import { shownBytes } from './byte-text.ts';
import { LayerFault } from './fault.ts';
import type { LayerListing, LayerMember } from './layer-listing.ts';

/** A name in the file system that an image's layers make together. */
export interface ViewNode {
  /** What it is; names of one file share it. A folder that no layer states, but that holds something, has none. */
  readonly member?: LayerMember;
  /** The layer that the name is of, from 0. */
  readonly layer: number;
  readonly children?: Map<string, ViewNode>;
}

/** What became of a file of a lower layer, or of one that stands twice in its own. */
export interface Shadowing {
  readonly member: LayerMember;
  /** The layer that did it, from 0. */
  readonly by: number;
  readonly how: 'deleted' | 'replaced';
}

/** A member that engines do not agree on. */
export interface Doubt {
  readonly layer: number;
  readonly message: string;
}

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
/** Of AUFS: what begins so says something to it, and is no file. */
const AUFS = '.wh..wh.';
/** As many as Linux follows. */
const MAX_LINKS = 40;
const MAX_NODES = 5_000_000;
const MAX_DOUBTS = 100;

/**
 * The files that layers make together, by the rules of the OCI image specification: a whiteout hides what lower layers
 * have of that name, an opaque folder all that they have in it, whatever the order in the archive. A member below a link is put
 * where the link leads. Holds no content.
 */
export class FileView {
  readonly root: ViewNode & { children: Map<string, ViewNode> };
  readonly doubts: Doubt[] = [];
  readonly #onShadow: (shadowing: Shadowing) => void;
  #hasHardLinks = false;
  #nodes = 0;

  /** Throws LayerFault with the layer's number for members that no engine can make anything of. */
  constructor(listings: readonly LayerListing[], onShadow: (shadowing: Shadowing) => void = () => {}) {
    this.#onShadow = onShadow;
    this.root = { layer: 0, children: new Map() };
    for (const [layer, { members }] of listings.entries()) {
      try {
        this.#applyAll(members, layer);
      } catch (error) {
        if (error instanceof LayerFault) throw new LayerFault(`layer ${layer + 1}: ${error.message}`);
        throw error;
      }
    }
  }

  /** Whether two names may be one file. */
  get hasHardLinks(): boolean {
    return this.#hasHardLinks;
  }

  /** Every name with its path, a folder before what it holds, in the order of their bytes. */
  *entries(): Iterable<readonly [path: string, node: ViewNode]> {
    const pending: [string, ViewNode][] = [['', this.root]];
    for (let next = pending.pop(); next; next = pending.pop()) {
      const [path, node] = next;
      if (path !== '' || node.member) yield next;
      const names = [...(node.children?.keys() ?? [])].sort().reverse();
      for (const name of names)
        pending.push([path === '' ? name : `${path}/${name}`, node.children!.get(name)!]);
    }
  }

  /** Whiteouts first: they are of lower layers only, wherever they stand. */
  #applyAll(members: readonly LayerMember[], layer: number): void {
    for (const member of members) {
      const [folder, base] = split(member.path);
      if (base.startsWith(WHITEOUT)) this.#hide(member, { folder, base, layer });
    }
    for (const member of members) {
      const [folderPath, base] = split(member.path);
      if (member.path === '') Object.assign(this.root, { member, layer });
      else if (!base.startsWith(WHITEOUT)) {
        const folder = this.#folder(folderPath, { layer, makes: true, of: member })!;
        this.#place(folder, base, { member, layer });
      }
    }
  }

  #hide(
    of: LayerMember,
    at: { readonly folder: string; readonly base: string; readonly layer: number },
  ): void {
    const { base, layer } = at;
    if (base !== OPAQUE && base.startsWith(AUFS)) return;
    const folder = this.#folder(at.folder, { layer, makes: false, of });
    if (!folder) return;
    const names = base === OPAQUE ? [...folder.children.keys()] : [base.slice(WHITEOUT.length)];
    for (const name of names) {
      const node = folder.children.get(name);
      if (!node) continue;
      this.#shadow(node, { by: layer, how: 'deleted' });
      folder.children.delete(name);
      this.#nodes--;
    }
  }

  #place(folder: Folder, name: string, { member, layer }: { member: LayerMember; layer: number }): void {
    const old = folder.children.get(name);
    if (member.kind === 'directory') {
      if (old?.children) folder.children.set(name, { member, layer, children: old.children });
      else this.#set(folder, name, { member, layer, children: new Map() });
      return;
    }
    const meant = member.kind === 'hardlink' ? this.#linked(member, layer) : member;
    // A name may be linked to itself: then nothing is replaced.
    if (old?.member !== meant) this.#set(folder, name, { member: meant, layer });
  }

  #set(folder: Folder, name: string, node: ViewNode): void {
    const old = folder.children.get(name);
    if (old) this.#shadow(old, { by: node.layer, how: 'replaced' });
    else if (++this.#nodes > MAX_NODES) throw new LayerFault(`the image has more than ${MAX_NODES} files`);
    folder.children.set(name, node);
  }

  #linked(member: LayerMember, layer: number): LayerMember {
    this.#hasHardLinks = true;
    const { target } = member;
    const [folderPath, base] = split(target);
    const folder = this.#folder(folderPath, { layer, makes: false, of: member });
    const node = folder?.children.get(base);
    if (!node?.member || node.children) {
      const what = node ? 'a folder' : 'something that is not there';
      throw new LayerFault(`${shownBytes(member.path)} is a hard link to ${what}: ${shownBytes(target)}`);
    }
    return node.member;
  }

  #shadow(node: ViewNode, by: Omit<Shadowing, 'member'>): void {
    const pending = [node];
    for (let next = pending.pop(); next; next = pending.pop()) {
      if (next.member) this.#onShadow({ member: next.member, ...by });
      if (next !== node) this.#nodes--;
      for (const child of next.children?.values() ?? []) pending.push(child);
    }
  }

  /** The folder at `path`, links followed; with `makes`, what is missing on the way is made. */
  #folder(path: string, how: { layer: number; makes: boolean; of: LayerMember }): Folder | undefined {
    const pending = path === '' ? [] : path.split('/').reverse();
    const trail: Folder[] = [this.root];
    for (let links = 0; pending.length > 0; ) {
      const name = pending.pop()!;
      if (name === '' || name === '.') continue;
      if (name === '..') {
        if (trail.length > 1) trail.pop();
        continue;
      }
      const at = trail.at(-1)!;
      const node = at.children.get(name);
      if (node?.children) trail.push(node as Folder);
      else if (node?.member?.kind === 'symlink') {
        if (++links > MAX_LINKS)
          throw new LayerFault(`${shownBytes(how.of.path)} lies below links that go in a circle`);
        this.#doubt(how, 'a link, which was followed');
        const { target } = node.member;
        if (target.startsWith('/')) trail.length = 1;
        pending.push(...target.split('/').reverse());
      } else if (!how.makes) return undefined;
      else {
        if (node) this.#doubt(how, 'a file, which a folder replaces');
        const made: Folder = { layer: how.layer, children: new Map() };
        this.#set(at, name, made);
        trail.push(made);
      }
    }
    return trail.at(-1)!;
  }

  #doubt({ layer, of }: { readonly layer: number; readonly of: LayerMember }, what: string): void {
    if (this.doubts.length >= MAX_DOUBTS) return;
    this.doubts.push({ layer, message: `${shownBytes(of.path)} lies below ${what}` });
  }
}

type Folder = ViewNode & { readonly children: Map<string, ViewNode> };

function split(path: string): readonly [folder: string, base: string] {
  const slash = path.lastIndexOf('/');
  return [slash < 0 ? '' : path.slice(0, slash), path.slice(slash + 1)];
}
