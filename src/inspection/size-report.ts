import { compareTexts, type Diagnostic, type Result, sum } from '../base/index.ts';
import { shownBytes } from './byte-text.ts';
import { type LayerFacts, layerFacts } from './compare-layers.ts';
import { type ImageFacts, imageFacts } from './diff-images.ts';
import { caught, type InspectionFailure } from './fault.ts';
import type { FileView, Shadowing } from './file-view.ts';
import { isObject } from './json-text.ts';
import type { LayerMember } from './layer-listing.ts';
import type { OpenedImage } from './open-image.ts';
import { type ReadLayer, readLayers } from './read-layers.ts';
import { viewImage } from './view-image.ts';

export interface SizedFile {
  readonly path: string;
  readonly sizeBytes: number;
}

export interface LayerSize extends LayerFacts {
  /** The instruction of the history that made it; absent where the history does not tell. */
  readonly madeBy?: string;
  /** Of its files' contents. */
  readonly fileBytes: number;
  readonly biggest: readonly SizedFile[];
}

/** A file that a layer stores and nobody sees. */
export interface ShadowedFile extends SizedFile {
  /** Numbers of layers, from 1. */
  readonly layer: number;
  readonly by: number;
  readonly how: 'deleted' | 'replaced';
}

/** Files of one content. */
export interface RepeatedContent {
  readonly digest: string;
  readonly sizeBytes: number;
  readonly places: readonly { readonly layer: number; readonly path: string; readonly isSeen: boolean }[];
}

export interface SizeReport {
  readonly image: ImageFacts;
  readonly layers: readonly LayerSize[];
  readonly total: {
    readonly storedBytes: number;
    readonly tarBytes: number;
    readonly entries: number;
    /** Of the contents of all files that layers hold. */
    readonly fileBytes: number;
    /** Of those that a higher layer hides. */
    readonly shadowedBytes: number;
    /** Of those that are seen and whose content another one has, all but one of each. */
    readonly repeatedBytes: number;
    /** What is left without the two, in parts of one. */
    readonly efficiency: number;
  };
  /** The largest first. */
  readonly shadowed: readonly ShadowedFile[];
  /** The one that wastes most first. */
  readonly repeated: readonly RepeatedContent[];
  readonly diagnostics: readonly Diagnostic[];
}

const BIGGEST = 10;

/** Where an image's size comes from. Every blob is verified first; the layers are streamed. */
export function sizeReport(image: OpenedImage): Promise<Result<SizeReport, InspectionFailure>> {
  return caught(async () => {
    const layers = ownMembers(await readLayers(image));
    const shadowings = new Map<LayerMember, Shadowing>();
    const { view, diagnostics } = viewImage(image, layers, (each) => shadowings.set(each.member, each));
    const seen = seenMembers(view);
    const files = layers.flatMap(({ listing }, at) =>
      listing.members
        .filter(({ kind }) => kind === 'file')
        .map((member) => ({ member, layer: at + 1, isSeen: seen.has(member) })),
    );
    const sizes = layers.map((layer, at) => layerSize(layer, at, madeBy(image, layers.length)[at]));
    return {
      image: imageFacts(image),
      layers: sizes,
      total: totals(sizes, files),
      shadowed: shadowedFiles(files, shadowings),
      repeated: repeatedContents(files),
      diagnostics,
    };
  });
}

function seenMembers(view: FileView): ReadonlySet<LayerMember> {
  const seen = new Set<LayerMember>();
  for (const [, { member }] of view.entries()) if (member) seen.add(member);
  return seen;
}

interface StoredFile {
  readonly member: LayerMember;
  readonly layer: number;
  readonly isSeen: boolean;
}

/** A layer that stands twice is listed once; here each of its members is one of its own. */
function ownMembers(layers: readonly ReadLayer[]): readonly ReadLayer[] {
  const seen = new Set<unknown>();
  return layers.map((layer) => {
    const { listing } = layer;
    if (!seen.has(listing)) {
      seen.add(listing);
      return layer;
    }
    return { ...layer, listing: { ...listing, members: listing.members.map((member) => ({ ...member })) } };
  });
}

function layerSize(layer: ReadLayer, at: number, instruction: string | undefined): LayerSize {
  const files = layer.listing.members.filter(({ kind, sizeBytes }) => kind === 'file' && sizeBytes > 0);
  const biggest = [...files].sort(bySize).slice(0, BIGGEST);
  return {
    ...layerFacts(layer, at),
    ...(instruction === undefined ? {} : { madeBy: instruction }),
    fileBytes: sum(files.map(({ sizeBytes }) => sizeBytes)),
    biggest: biggest.map(({ path, sizeBytes }) => ({ path: shownBytes(path), sizeBytes })),
  };
}

/** Instructions of the history that made a layer, in order; none where it tells of another number of layers. */
function madeBy({ config }: OpenedImage, layerCount: number): readonly (string | undefined)[] {
  const history = Array.isArray(config.history) ? config.history.filter(isObject) : [];
  const filled = history.filter((entry) => entry.empty_layer !== true);
  if (filled.length !== layerCount) return [];
  return filled.map(({ created_by, comment }) =>
    typeof created_by === 'string' ? created_by : typeof comment === 'string' ? comment : undefined,
  );
}

function totals(layers: readonly LayerSize[], files: readonly StoredFile[]): SizeReport['total'] {
  const fileBytes = sum(files.map(({ member }) => member.sizeBytes));
  const seen = files.filter(({ isSeen }) => isSeen);
  const seenBytes = sum(seen.map(({ member }) => member.sizeBytes));
  const distinct = new Map(seen.map(({ member }) => [member.digest, member.sizeBytes]));
  const usefulBytes = sum([...distinct.values()]);
  return {
    storedBytes: sum(layers.map(({ storedBytes }) => storedBytes)),
    tarBytes: sum(layers.map(({ tarBytes }) => tarBytes)),
    entries: sum(layers.map(({ entries }) => entries)),
    fileBytes,
    shadowedBytes: fileBytes - seenBytes,
    repeatedBytes: seenBytes - usefulBytes,
    efficiency: fileBytes === 0 ? 1 : usefulBytes / fileBytes,
  };
}

function shadowedFiles(
  files: readonly StoredFile[],
  shadowings: ReadonlyMap<LayerMember, Shadowing>,
): ShadowedFile[] {
  return files
    .filter(({ isSeen, member }) => !isSeen && member.sizeBytes > 0)
    .map(({ member, layer }) => {
      const { by, how } = shadowings.get(member)!;
      return { path: shownBytes(member.path), sizeBytes: member.sizeBytes, layer, by: by + 1, how };
    })
    .sort((a, b) => b.sizeBytes - a.sizeBytes || compareTexts(a.path, b.path) || a.layer - b.layer);
}

function repeatedContents(files: readonly StoredFile[]): RepeatedContent[] {
  const byDigest = Map.groupBy(
    files.filter(({ member }) => member.sizeBytes > 0),
    ({ member }) => member.digest!,
  );
  return [...byDigest]
    .filter(([, same]) => same.length > 1)
    .map(([digest, same]) => ({
      digest: `sha256:${digest}`,
      sizeBytes: same[0]!.member.sizeBytes,
      places: same.map(({ member, layer, isSeen }) => ({ layer, path: shownBytes(member.path), isSeen })),
    }))
    .sort((a, b) => extraBytes(b) - extraBytes(a) || compareTexts(a.digest, b.digest));
}

/** What is stored more than once would need. */
export function extraBytes({ sizeBytes, places }: RepeatedContent): number {
  return sizeBytes * (places.length - 1);
}

function bySize(a: LayerMember, b: LayerMember): number {
  return b.sizeBytes - a.sizeBytes || compareTexts(a.path, b.path);
}
