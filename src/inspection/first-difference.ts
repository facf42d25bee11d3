import { collect } from '../tools/index.ts';
import { shownText } from './byte-text.ts';
import type { FoundChange } from './compare-files.ts';
import type { ContentDifference, MemberChange } from './compare-members.ts';
import type { LayerMember } from './layer-listing.ts';
import type { OpenedImage } from './open-image.ts';
import { type ReadLayer, seeLayerFiles } from './read-layers.ts';

/** How much of the contents is looked into, and who else wants to see them. */
export interface ContentSight {
  /** Larger files are told by their digests alone. */
  readonly maxFileBytes: number;
  /** Of one image's files at a time. */
  readonly maxHeldBytes: number;
  /** Each two contents that stand for each other, with their SHA-256. */
  readonly onContents?: (digests: readonly [a: string, b: string], a: Buffer, b: Buffer) => void;
}

export const SHORT_SIGHT: ContentSight = { maxFileBytes: 2 ** 20, maxHeldBytes: 32 * 2 ** 20 };
const MAX_FILES = 10_000;

export interface ReadImage {
  readonly image: OpenedImage;
  readonly layers: readonly ReadLayer[];
}

/** Tells of files whose content changed where they begin to differ, by a second look at the layers that hold them. */
export async function withFirstDifferences(
  a: ReadImage,
  b: ReadImage,
  { changes, sight }: { readonly changes: readonly FoundChange[]; readonly sight: ContentSight },
): Promise<readonly MemberChange[]> {
  const pairs = wantedPairs(changes, sight);
  const contents = new Map<string, Buffer>();
  const wanted = new Map([...pairs.values()].map((pair) => [pair.a.digest!, pair.a]));
  await seeFiles(a, wanted, (digest, bytes) => contents.set(digest, bytes));
  const found = new Map<string, ContentDifference>();
  const byDigestOfB = Map.groupBy(pairs.values(), (pair) => pair.b.digest!);
  const wantedOfB = new Map([...byDigestOfB].map(([digest, [pair]]) => [digest, pair!.b]));
  await seeFiles(b, wantedOfB, (digest, bytes) => {
    for (const pair of byDigestOfB.get(digest) ?? []) {
      const other = contents.get(pair.a.digest!);
      if (!other) continue;
      found.set(keyOf(pair), contentDifference(other, bytes));
      sight.onContents?.([pair.a.digest!, pair.b.digest!], other, bytes);
    }
  });
  return changes.map(({ members, ...change }) => {
    const where = members && found.get(keyOf(members));
    return where ? { ...change, where } : change;
  });
}

interface Pair {
  readonly a: LayerMember;
  readonly b: LayerMember;
}

function keyOf({ a, b }: Pair): string {
  return `${a.digest} ${b.digest}`;
}

function wantedPairs(
  changes: readonly FoundChange[],
  { maxFileBytes, maxHeldBytes }: ContentSight,
): ReadonlyMap<string, Pair> {
  const pairs = new Map<string, Pair>();
  let heldBytes = 0;
  for (const { members } of changes) {
    if (pairs.size === MAX_FILES) break;
    if (!members || members.a.digest === undefined || members.b.digest === undefined) continue;
    const { a, b } = members;
    if (a.digest === b.digest || pairs.has(keyOf(members))) continue;
    if (Math.max(a.sizeBytes, b.sizeBytes) > maxFileBytes || heldBytes + a.sizeBytes > maxHeldBytes) continue;
    heldBytes += a.sizeBytes;
    pairs.set(keyOf(members), members);
  }
  return pairs;
}

/** Reads the wanted files, each content once, wherever in the layers it stands. */
async function seeFiles(
  { image, layers }: ReadImage,
  wanted: ReadonlyMap<string, LayerMember>,
  see: (digest: string, bytes: Buffer) => void,
): Promise<void> {
  const places = new Map<number, Map<number, string>>();
  const missing = new Set(wanted.keys());
  for (const [layer, { listing }] of layers.entries()) {
    if (missing.size === 0) break;
    for (const [index, { digest }] of listing.members.entries()) {
      if (digest === undefined || !missing.delete(digest)) continue;
      places.set(layer, (places.get(layer) ?? new Map()).set(index, digest));
    }
  }
  if (places.size === 0) return;
  await seeLayerFiles(image, new Set(places.keys()), async (layer, index, bytes) => {
    const digest = places.get(layer)?.get(index);
    if (digest !== undefined) see(digest, await collect(bytes));
  });
}

const EXCERPT_CHARACTERS = 48;
const BEFORE_CHARACTERS = 16;

export function contentDifference(a: Buffer, b: Buffer): ContentDifference {
  const least = Math.min(a.byteLength, b.byteLength);
  let offset = 0;
  while (offset < least && a[offset] === b[offset]) offset++;
  const [textA, textB] = [asText(a), asText(b)];
  if (textA === undefined || textB === undefined) return { kind: 'bytes', offset };
  let at = 0;
  while (at < textA.length && textA[at] === textB[at]) at++;
  // Not within a pair of surrogates.
  if (at > 0 && /[\ud800-\udbff]/.test(textA[at - 1]!)) at--;
  const lineStart = textA.lastIndexOf('\n', at - 1) + 1;
  const line = textA.slice(0, lineStart).split('\n').length;
  const from = Math.max(lineStart, at - BEFORE_CHARACTERS);
  const excerpt = (text: string): string => excerptFrom(text, { from, lineStart });
  return { kind: 'text', line, column: at - lineStart + 1, a: excerpt(textA), b: excerpt(textB) };
}

/** With the line's end, which may be all that differs. */
function excerptFrom(text: string, { from, lineStart }: { from: number; lineStart: number }): string {
  if (from >= text.length) return '';
  const newline = text.indexOf('\n', from);
  const end = newline < 0 ? text.length : newline + 1;
  const shown = text.slice(from, Math.min(end, from + EXCERPT_CHARACTERS));
  return `${from > lineStart ? '…' : ''}${shownText(shown)}${end - from > EXCERPT_CHARACTERS ? '…' : ''}`;
}

function asText(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
