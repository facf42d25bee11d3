import type { Diagnostic, Result } from '../base/index.ts';
import { compareConfigs, compareManifests, type DocumentChange } from './compare-documents.ts';
import { compareFiles } from './compare-files.ts';
import { compareMembers, type LayerChange, layerChange, layerFacts, pairLayers } from './compare-layers.ts';
import type { MemberChange } from './compare-members.ts';
import { caught, type InspectionFailure } from './fault.ts';
import { type ContentSight, type ReadImage, SHORT_SIGHT, withFirstDifferences } from './first-difference.ts';
import type { OpenedImage } from './open-image.ts';
import { platformText } from './platform-choice.ts';
import { KnownLayers, readLayers } from './read-layers.ts';
import { viewImage } from './view-image.ts';

/** What an image is known by. */
export interface ImageFacts {
  /** As the user named it. */
  readonly name: string;
  readonly platform: string;
  /** Of the manifest; an archive of `docker save` has none. */
  readonly digest?: string;
  readonly configDigest: string;
  readonly layers: number;
}

export interface LayerMembers {
  /** Numbers of the two layers, from 1. */
  readonly a: number;
  readonly b: number;
  readonly changes: readonly MemberChange[];
  readonly notes: readonly string[];
}

export interface ImageDiff {
  readonly isSame: boolean;
  readonly a: ImageFacts;
  readonly b: ImageFacts;
  readonly documents: readonly DocumentChange[];
  readonly layers: readonly LayerChange[];
  /** What changed in the files that the layers make together. */
  readonly files: readonly MemberChange[];
  /** Members of layers that stand for each other and are not the same; absent unless asked for. */
  readonly members?: readonly LayerMembers[];
  readonly notes: readonly string[];
  /** Warnings about members that engines take differently. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Compares two images in all that they say and hold. Every blob of both is verified first; the layers are streamed. */
export function diffImages(
  imageA: OpenedImage,
  imageB: OpenedImage,
  { withMembers, sight = SHORT_SIGHT }: { readonly withMembers: boolean; readonly sight?: ContentSight },
): Promise<Result<ImageDiff, InspectionFailure>> {
  return caught(async () => {
    const known = new KnownLayers();
    const a: ReadImage = { image: imageA, layers: await readLayers(imageA, known) };
    const b: ReadImage = { image: imageB, layers: await readLayers(imageB, known) };
    const documents = compareDocuments(imageA, imageB);
    const layers = compareLayerLists(a, b);
    const [viewA, viewB] = [viewImage(imageA, a.layers), viewImage(imageB, b.layers)];
    const notes = noteBytes(imageA, imageB, documents.length + layers.length);
    const members = withMembers ? await compareMembersOf(a, b, sight) : undefined;
    return {
      isSame: documents.length + layers.length + notes.length === 0,
      a: imageFacts(imageA),
      b: imageFacts(imageB),
      documents,
      layers,
      files: await withFirstDifferences(a, b, { changes: compareFiles(viewA.view, viewB.view), sight }),
      ...(members ? { members } : {}),
      notes: [...notes, ...noteOrder(a, b)],
      diagnostics: [...viewA.diagnostics, ...viewB.diagnostics],
    };
  });
}

export function imageFacts(image: OpenedImage): ImageFacts {
  const { name, platform, manifestDigest, configDigest, layers } = image;
  return {
    name,
    platform: platformText(platform),
    ...(manifestDigest === undefined ? {} : { digest: manifestDigest }),
    configDigest,
    layers: layers.length,
  };
}

function compareDocuments(a: OpenedImage, b: OpenedImage): DocumentChange[] {
  const manifests = a.manifest && b.manifest ? compareManifests(a.manifest, b.manifest) : [];
  return [...manifests, ...compareConfigs(a.config, b.config)];
}

function compareLayerLists(a: ReadImage, b: ReadImage): LayerChange[] {
  const withBlobs = a.image.manifest !== undefined && b.image.manifest !== undefined;
  return pairLayers(a.layers, b.layers).flatMap((pair) => {
    const factsA = pair.a === undefined ? undefined : layerFacts(a.layers[pair.a]!, pair.a);
    const factsB = pair.b === undefined ? undefined : layerFacts(b.layers[pair.b]!, pair.b);
    const change = layerChange(factsA, factsB, withBlobs);
    return change ? [change] : [];
  });
}

async function compareMembersOf(a: ReadImage, b: ReadImage, sight: ContentSight): Promise<LayerMembers[]> {
  const found: LayerMembers[] = [];
  for (const pair of pairLayers(a.layers, b.layers)) {
    if (pair.a === undefined || pair.b === undefined) continue;
    const [layerA, layerB] = [a.layers[pair.a]!, b.layers[pair.b]!];
    if (layerA.listing.diffId === layerB.listing.diffId) continue;
    const { changes, notes } = compareMembers(layerA.listing, layerB.listing);
    found.push({
      a: pair.a + 1,
      b: pair.b + 1,
      changes: await withFirstDifferences(a, b, { changes, sight }),
      notes,
    });
  }
  return found;
}

/** Documents that say the same may still be other bytes, and so another image. */
function noteBytes(a: OpenedImage, b: OpenedImage, foundCount: number): string[] {
  const isConfigOther = a.configDigest !== b.configDigest;
  const isManifestOther = a.manifestDigest !== b.manifestDigest && a.manifest && b.manifest;
  if (foundCount > 0 || !(isConfigOther || isManifestOther)) return [];
  return [
    `the ${isConfigOther ? 'config' : 'manifest'} says the same in other bytes (order of keys, or spaces)`,
  ];
}

function noteOrder(a: ReadImage, b: ReadImage): string[] {
  const ids = ({ layers }: ReadImage): string[] => layers.map(({ listing }) => listing.diffId);
  const [idsA, idsB] = [ids(a), ids(b)];
  const isOrderSame = idsA.join() === idsB.join();
  return isOrderSame || idsA.sort().join() !== idsB.sort().join()
    ? []
    : ['the layers are the same, in another order'];
}
