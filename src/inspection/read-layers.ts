import { Digester } from '../base/index.ts';
import { ImageFault, LayerFault } from './fault.ts';
import { type LayerListing, listLayer, type SeeContent } from './layer-listing.ts';
import type { OpenedImage, OpenedLayer } from './open-image.ts';
import { type Compression, SharedSource } from './unpacked.ts';

/** A layer that was read and is what the documents say. */
export interface ReadLayer {
  readonly listing: LayerListing;
  readonly compression: Compression;
  /** Of the blob as it is stored. */
  readonly digest: string;
  readonly storedBytes: number;
}

/** Listings of verified layers, by the digest of the blob and by that of the tar, so that none is held twice. */
export class KnownLayers {
  readonly #byDigest = new Map<string, LayerListing>();

  get(digest: string): LayerListing | undefined {
    return this.#byDigest.get(digest);
  }

  /** The listing to use: one that says the same and is here already, or this one. */
  add(layer: ReadLayer): ReadLayer {
    const listing = this.#byDigest.get(layer.listing.diffId) ?? layer.listing;
    this.#byDigest.set(listing.diffId, listing);
    this.#byDigest.set(layer.digest, listing);
    return { ...layer, listing };
  }
}

/**
 * Reads all layers, from the lowest up, each blob once, and verifies every byte: the blob by its digest and size, what it
 * unpacks to by the config. Of a known blob only the digest is checked. Throws ImageFault. `see` is handed the files meanwhile,
 * before it is known that they are the right ones.
 */
export async function readLayers(
  image: OpenedImage,
  known = new KnownLayers(),
  see?: SeeLayerContent,
): Promise<readonly ReadLayer[]> {
  const byPath = new Map<string, ReadLayer>();
  const paths = new Set(image.layers.map(({ path }) => path));
  await image.files.visit(paths, async (path, bytes) => {
    const number = image.layers.findIndex((layer) => layer.path === path) + 1;
    const read = new LayerReading(image, number, see && ((...file) => see(number - 1, ...file)));
    byPath.set(path, known.add(await read.verified(bytes, known)));
  });
  return image.layers.map(({ path, diffId }, at) => {
    const layer = byPath.get(path);
    if (!layer) throw damaged(image, `layer ${at + 1} is not there`);
    if (layer.listing.diffId !== diffId)
      throw damaged(image, `layer ${at + 1} unpacks to ${layer.listing.diffId}, not to ${diffId}`);
    return layer;
  });
}

/** Is told the layer's number, from 0: of one that stands twice, the lower one. */
export type SeeLayerContent = (layer: number, ...file: Parameters<SeeContent>) => Promise<void>;

/** Hands over the content of files of layers that were verified before, by their numbers from 0. */
export async function seeLayerFiles(
  image: OpenedImage,
  layers: ReadonlySet<number>,
  see: SeeLayerContent,
): Promise<void> {
  const numbers = new Map([...layers].map((number) => [image.layers[number]!.path, number]));
  await image.files.visit(new Set(numbers.keys()), async (path, bytes) => {
    const number = numbers.get(path)!;
    await listLayer(new SharedSource(bytes), (...file) => see(number, ...file));
  });
}

class LayerReading {
  readonly #image: OpenedImage;
  readonly #number: number;
  readonly #layer: OpenedLayer;
  readonly #see: SeeContent | undefined;

  constructor(image: OpenedImage, number: number, see: SeeContent | undefined) {
    this.#see = see;
    this.#image = image;
    this.#number = number;
    this.#layer = image.layers[number - 1]!;
  }

  async verified(bytes: AsyncIterable<Uint8Array>, known: KnownLayers): Promise<ReadLayer> {
    const digester = new Digester();
    const source = new SharedSource(bytes, (chunk) => digester.update(chunk));
    const compression = await source.compression();
    const listing = this.#layer.digest === undefined ? undefined : known.get(this.#layer.digest);
    const listed = listing ?? (await this.#list(source));
    await source.drain();
    const { hash, sizeBytes } = digester.digest();
    const digest = `sha256:${hash}`;
    this.#verify(digest, sizeBytes);
    if (listed instanceof LayerFault) throw this.#badLayer(listed, sizeBytes);
    return { listing: listed, compression, digest, storedBytes: sizeBytes };
  }

  /** A fault as a value: whether the bytes are the right ones at all is known at their end only. */
  async #list(source: SharedSource): Promise<LayerListing | LayerFault> {
    try {
      return await listLayer(source, this.#see);
    } catch (error) {
      if (error instanceof LayerFault) return error;
      throw error;
    }
  }

  #verify(digest: string, sizeBytes: number): void {
    const { digest: named, sizeBytes: namedBytes } = this.#layer;
    if (namedBytes !== undefined && namedBytes !== sizeBytes)
      throw damaged(this.#image, `layer ${this.#number} has ${sizeBytes} bytes, not ${namedBytes}`);
    if (named !== undefined && named !== digest)
      throw damaged(this.#image, `layer ${this.#number} has the digest ${digest}, not ${named}`);
  }

  #badLayer({ message }: LayerFault, sizeBytes: number): ImageFault {
    return new ImageFault({
      code: 'inspection/bad-layer',
      place: this.#image.name,
      message: `layer ${this.#number} (${sizeBytes} bytes) cannot be unpacked: ${message}`,
      hint: 'make the layer again; nothing is told of an image that engines would refuse',
    });
  }
}

function damaged({ name }: OpenedImage, message: string): ImageFault {
  const hint = 'copy or make the image again';
  return new ImageFault({ code: 'inspection/damaged', place: name, message, hint });
}
