import { shownBytes } from './byte-text.ts';
import type { FoundChange } from './compare-files.ts';
import { allFields, changedFields, memberFields } from './compare-members.ts';
import type { LayerListing, LayerMember } from './layer-listing.ts';
import type { ReadLayer } from './read-layers.ts';

/** A layer's place and bytes; numbers are from 1, the lowest. */
export interface LayerFacts {
  readonly number: number;
  readonly diffId: string;
  readonly digest: string;
  readonly compression: string;
  readonly storedBytes: number;
  readonly tarBytes: number;
  readonly entries: number;
}

/** `recompressed`: the same tar in another blob. */
export interface LayerChange {
  readonly change: 'added' | 'removed' | 'changed' | 'recompressed';
  readonly a?: LayerFacts;
  readonly b?: LayerFacts;
}

/** Layers of both images that stand for each other: equal ones from below and from above, then by their place between. */
export interface LayerPair {
  readonly a?: number;
  readonly b?: number;
}

export function pairLayers(a: readonly ReadLayer[], b: readonly ReadLayer[]): LayerPair[] {
  const isEqual = (at: number, bt: number): boolean => a[at]!.listing.diffId === b[bt]!.listing.diffId;
  const least = Math.min(a.length, b.length);
  let below = 0;
  while (below < least && isEqual(below, below)) below++;
  let above = 0;
  while (above < least - below && isEqual(a.length - 1 - above, b.length - 1 - above)) above++;
  const pairs: LayerPair[] = [];
  const [endA, endB] = [a.length - above, b.length - above];
  for (let at = 0; at < Math.max(endA, endB); at++)
    pairs.push({ ...(at < endA ? { a: at } : {}), ...(at < endB ? { b: at } : {}) });
  for (let at = 0; at < above; at++) pairs.push({ a: endA + at, b: endB + at });
  return pairs;
}

/** `withBlobs`: both images say how their layers are stored, so that it can be compared. */
export function layerChange(
  a: LayerFacts | undefined,
  b: LayerFacts | undefined,
  withBlobs: boolean,
): LayerChange | undefined {
  if (!a) return { change: 'added', b: b! };
  if (!b) return { change: 'removed', a };
  if (a.diffId !== b.diffId) return { change: 'changed', a, b };
  return withBlobs && a.digest !== b.digest ? { change: 'recompressed', a, b } : undefined;
}

export function layerFacts({ listing, compression, digest, storedBytes }: ReadLayer, at: number): LayerFacts {
  const { diffId, tarBytes, members } = listing;
  return { number: at + 1, diffId, digest, compression, storedBytes, tarBytes, entries: members.length };
}

export interface MembersComparison {
  readonly changes: readonly FoundChange[];
  /** What no member's fields tell: order, names that stand twice, how headers are written. */
  readonly notes: readonly string[];
}

/** What differs between two layers as archives, whiteouts as members that they are. */
export function compareMembers(a: LayerListing, b: LayerListing): MembersComparison {
  const [byPathA, byPathB] = [lastByPath(a), lastByPath(b)];
  const changes: FoundChange[] = [];
  for (const path of [...new Set([...byPathA.keys(), ...byPathB.keys()])].sort()) {
    const [memberA, memberB] = [byPathA.get(path), byPathB.get(path)];
    const shown = path === '' ? '/' : shownBytes(path);
    if (!memberA)
      changes.push({ change: 'added', path: shown, fields: allFields('b', memberFields(memberB!)) });
    else if (!memberB)
      changes.push({ change: 'removed', path: shown, fields: allFields('a', memberFields(memberA)) });
    else {
      const fields = changedFields(memberFields(memberA), memberFields(memberB));
      if (fields.length > 0)
        changes.push({ change: 'changed', path: shown, fields, members: { a: memberA, b: memberB } });
    }
  }
  const notes = [...orderNotes(a, b), ...repeatNotes(a, b)];
  if (changes.length === 0 && notes.length === 0)
    notes.push(
      'the members are the same in all fields; only how their headers are written, or the padding, differs',
    );
  return { changes, notes };
}

function lastByPath({ members }: LayerListing): ReadonlyMap<string, LayerMember> {
  return new Map(members.map((member) => [member.path, member]));
}

function orderNotes(a: LayerListing, b: LayerListing): string[] {
  const [inA, inB] = [lastByPath(a), lastByPath(b)];
  const namesA = [...inA.keys()].filter((path) => inB.has(path));
  const namesB = [...inB.keys()].filter((path) => inA.has(path));
  const at = namesA.findIndex((path, index) => namesB[index] !== path);
  if (at < 0) return [];
  const what = namesA.length === inA.size && namesA.length === inB.size ? 'the' : 'the common';
  return [
    `${what} members stand in another order, from number ${at + 1} on: ${shownBytes(namesA[at]!)} in A, ${shownBytes(namesB[at]!)} in B`,
  ];
}

const SHOWN_REPEATS = 10;

function repeatNotes(a: LayerListing, b: LayerListing): string[] {
  const [inA, inB] = [repeats(a), repeats(b)];
  const paths = [...new Set([...inA.keys(), ...inB.keys()])].filter(
    (path) => inA.get(path) !== inB.get(path),
  );
  const notes = paths.slice(0, SHOWN_REPEATS).map((path) => {
    const count = (counts: ReadonlyMap<string, number>, { members }: LayerListing): number =>
      counts.get(path) ?? (members.some((member) => member.path === path) ? 1 : 0);
    return `${shownBytes(path)} stands ${count(inA, a)} times in A, ${count(inB, b)} times in B; the last counts`;
  });
  const rest = paths.length - notes.length;
  return rest > 0 ? [...notes, `${rest} more names stand several times`] : notes;
}

/** Names that stand more than once, and how often. */
function repeats({ members }: LayerListing): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { path } of members) counts.set(path, (counts.get(path) ?? 0) + 1);
  return new Map([...counts].filter(([, count]) => count > 1));
}
