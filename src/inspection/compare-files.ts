import { shownBytes } from './byte-text.ts';
import { allFields, changedFields, fileFields, type MemberChange } from './compare-members.ts';
import type { FileView, ViewNode } from './file-view.ts';
import type { LayerMember } from './layer-listing.ts';

/** A change with what it was made from, for who looks into the contents. */
export interface FoundChange extends MemberChange {
  readonly members?: { readonly a: LayerMember; readonly b: LayerMember };
}

/** What differs between two file systems, in the order of the paths. */
export function compareFiles(a: FileView, b: FileView): FoundChange[] {
  const [linksA, linksB] = [firstNames(a), firstNames(b)];
  const changes: FoundChange[] = [];
  const pending: [path: string, a: ViewNode | undefined, b: ViewNode | undefined][] = [['', a.root, b.root]];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [path, nodeA, nodeB] = next;
    const change = compareNodes(path, fieldsOf(path, nodeA, linksA), fieldsOf(path, nodeB, linksB));
    const [memberA, memberB] = [nodeA?.member, nodeB?.member];
    if (change)
      changes.push({ ...change, ...(memberA && memberB ? { members: { a: memberA, b: memberB } } : {}) });
    const names = new Set([...(nodeA?.children?.keys() ?? []), ...(nodeB?.children?.keys() ?? [])]);
    for (const name of [...names].sort().reverse()) {
      const below = path === '' ? name : `${path}/${name}`;
      const [childA, childB] = [nodeA?.children?.get(name), nodeB?.children?.get(name)];
      if (!isSurelySame(childA, childB, [linksA, linksB])) pending.push([below, childA, childB]);
    }
  }
  return changes;
}

type Links = ReadonlyMap<LayerMember, string>;

/** Layers that both images have are listed once, so that most files need no look. */
function isSurelySame(a: ViewNode | undefined, b: ViewNode | undefined, links: readonly Links[]): boolean {
  if (!a?.member || a.member !== b?.member || a.children || b.children) return false;
  return links.every((each) => !each.has(a.member!));
}

type Fields = ReturnType<typeof fileFields>;

function fieldsOf(path: string, node: ViewNode | undefined, links: Links): Fields | undefined {
  if (!node) return undefined;
  const first = node.member && links.get(node.member);
  return fileFields(node.member, first === path ? undefined : first);
}

function compareNodes(path: string, a: Fields | undefined, b: Fields | undefined): MemberChange | undefined {
  const shown = path === '' ? '/' : shownBytes(path);
  if (!a) return { change: 'added', path: shown, fields: allFields('b', b!) };
  if (!b) return { change: 'removed', path: shown, fields: allFields('a', a) };
  const fields = changedFields(a, b);
  return fields.length === 0 ? undefined : { change: 'changed', path: shown, fields };
}

/** Of files with several names, the first: where it differs, other names belong together. */
function firstNames(view: FileView): Links {
  if (!view.hasHardLinks) return new Map();
  const seen = new Map<LayerMember, string>();
  const several = new Map<LayerMember, string>();
  for (const [path, { member, children }] of view.entries()) {
    if (!member || children) continue;
    const first = seen.get(member);
    if (first === undefined) seen.set(member, path);
    else several.set(member, first);
  }
  return several;
}
