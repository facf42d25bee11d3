import type { Result } from '../base/index.ts';
import { digestOf } from '../base/index.ts';
import { blobPath, MEDIA_TYPES, REF_NAME } from '../oci/index.ts';
import { type Candidate, chooseCandidate, type ImageChoice, type ImagePlace } from './choose-image.ts';
import { caught, ImageFault, type InspectionFailure } from './fault.ts';
import {
  archiveFiles,
  folderFiles,
  type ImageFiles,
  type InspectionWorld,
  realPath,
  type StoredImage,
  storedFiles,
} from './image-files.ts';
import { isObject, readJson, readJsonObject } from './json-text.ts';
import { parseWantedPlatform, platformText, type WantedPlatform } from './platform-choice.ts';

export interface OpenedLayer {
  /** In `files`. */
  readonly path: string;
  /** Of the blob as it is stored; an archive of `docker save` does not say it. */
  readonly digest?: string;
  readonly sizeBytes?: number;
  readonly diffId: string;
}

/** An image whose documents were read and whose layers are known to be there, but were not read. */
export interface OpenedImage {
  readonly name: string;
  readonly files: ImageFiles;
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly manifestDigest?: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly configDigest: string;
  readonly platform: Partial<WantedPlatform>;
  readonly layers: readonly OpenedLayer[];
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const INDEX_TYPES: ReadonlySet<string> = new Set([
  MEDIA_TYPES.index,
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);
const MAX_INDEX_DEPTH = 4;
const MAX_LAYERS = 1000;

/** Opens an OCI layout (a folder or a tar of one) or an archive of `docker save`, by the OCI image specification 1.1. */
export function openImage(
  world: InspectionWorld,
  place: ImagePlace,
): Promise<Result<OpenedImage, InspectionFailure>> {
  return caught(async () => {
    const files = await openFiles(world, place);
    const reader = new DocumentReader(files, place.name);
    if (files.resolve('index.json') !== undefined) return fromLayout(reader, place);
    if (files.resolve('manifest.json') !== undefined) return fromDockerArchive(reader, place);
    throw noImage(place.name, 'this holds neither an OCI layout nor what `docker save` makes');
  });
}

/** Opens an image whose blobs are stored by their digests, as one is that was pulled. */
export function openStoredImage(
  world: InspectionWorld,
  image: StoredImage,
  choice: ImageChoice,
): Promise<Result<OpenedImage, InspectionFailure>> {
  return caught(async () => fromLayout(new DocumentReader(storedFiles(world, image), choice.name), choice));
}

async function openFiles(world: InspectionWorld, { path, name }: ImagePlace): Promise<ImageFiles> {
  const real = realPath(world.fs, path);
  const type = real === undefined ? undefined : world.fs.lstat(real)?.type;
  if (type === 'directory') return folderFiles(world, real!);
  if (type === 'file') return archiveFiles(world, { path: real!, place: name });
  throw noImage(name, type === undefined ? 'nothing is there' : 'this is neither a folder nor a file');
}

function noImage(place: string, message: string): ImageFault {
  const hint =
    'give an image of the workspace, a folder with an OCI layout, or an archive of one or of `docker save`';
  return new ImageFault({ code: 'inspection/no-image', place, message, hint });
}

/** Documents of one image, each checked against what names it. */
class DocumentReader {
  readonly files: ImageFiles;
  readonly place: string;

  constructor(files: ImageFiles, place: string) {
    this.files = files;
    this.place = place;
  }

  bad(message: string): ImageFault {
    const hint = 'make the image again, or copy it again';
    return new ImageFault({ code: 'inspection/bad-document', place: this.place, message, hint });
  }

  damaged(message: string): ImageFault {
    const hint = 'make the image again, or copy it again';
    return new ImageFault({ code: 'inspection/damaged', place: this.place, message, hint });
  }

  bytes(path: string): Uint8Array {
    const bytes = this.files.document(path);
    if (bytes) return bytes;
    const isThere = this.files.resolve(path) !== undefined;
    throw this.bad(isThere ? `${path} is too large or no JSON` : `${path} is not there`);
  }

  object(path: string): Readonly<Record<string, unknown>> {
    const document = readJsonObject(this.bytes(path));
    if (!document) throw this.bad(`${path} is not a JSON object`);
    return document;
  }

  /** The document of a descriptor. */
  blob(descriptor: BlobDescriptor): Readonly<Record<string, unknown>> {
    const path = blobPath(descriptor.digest);
    if (this.files.resolve(path) === undefined)
      throw this.damaged(`the blob ${descriptor.digest} is not there`);
    const { hash, sizeBytes } = digestOf(this.bytes(path));
    if (`sha256:${hash}` !== descriptor.digest)
      throw this.damaged(`the blob ${descriptor.digest} has other bytes`);
    if (sizeBytes !== descriptor.size)
      throw this.damaged(`the blob ${descriptor.digest} has ${sizeBytes} bytes, not ${descriptor.size}`);
    return this.object(path);
  }

  descriptor(value: unknown, what: string): BlobDescriptor {
    if (!isObject(value)) throw this.bad(`${what} is not described`);
    const { digest, size, mediaType, platform, annotations } = value;
    if (typeof digest !== 'string' || !DIGEST.test(digest)) throw this.bad(`${what} has no sha256 digest`);
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
      throw this.bad(`${what} has no size`);
    return {
      digest,
      size,
      mediaType: typeof mediaType === 'string' ? mediaType : '',
      ...(isObject(platform) ? { platform: platformOf(platform) } : {}),
      annotations: isObject(annotations) ? annotations : {},
    };
  }

  list(value: unknown, what: string): readonly unknown[] {
    if (!Array.isArray(value)) throw this.bad(`${what} is not a list`);
    return value;
  }

  diffIds(config: Readonly<Record<string, unknown>>): readonly string[] {
    const ids = isObject(config.rootfs) ? config.rootfs.diff_ids : undefined;
    const texts = this.list(ids ?? [], "the config's list of layers").filter(
      (id): id is string => typeof id === 'string' && DIGEST.test(id),
    );
    if (texts.length !== (Array.isArray(ids) ? ids.length : 0))
      throw this.bad('the config names a layer by no digest');
    if (texts.length > MAX_LAYERS) throw this.bad(`the config names ${texts.length} layers`);
    return texts;
  }
}

interface BlobDescriptor {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
  readonly platform?: Partial<WantedPlatform>;
  readonly annotations: Readonly<Record<string, unknown>>;
}

/** The platforms that a folder with an OCI layout has images for, in the order of their texts; none where it cannot be read. */
export async function layoutPlatforms(
  world: InspectionWorld,
  root: string,
): Promise<readonly WantedPlatform[]> {
  const offered = await caught(async () =>
    layoutCandidates(new DocumentReader(folderFiles(world, root), root)),
  );
  const named = (offered.ok ? offered.value : []).filter(
    ({ platform: { os, architecture } }) => os !== undefined && architecture !== undefined,
  );
  const texts = named.map(({ platform }) => platformText(platform));
  return [...new Set(texts)].sort().flatMap((text) => parseWantedPlatform(text) ?? []);
}

function layoutCandidates(reader: DocumentReader): readonly Candidate<BlobDescriptor>[] {
  const found = new Map<string, Candidate<BlobDescriptor>>();
  collect(reader, reader.object('index.json'), { depth: 0, tags: [], found });
  return [...found.values()];
}

function fromLayout(reader: DocumentReader, place: ImageChoice): OpenedImage {
  const chosen = chooseCandidate(layoutCandidates(reader), place);
  const manifest = reader.blob(chosen);
  const config = reader.descriptor(manifest.config, 'the config');
  const configDocument = reader.blob(config);
  const diffIds = reader.diffIds(configDocument);
  const layers = reader.list(manifest.layers, "the manifest's list of layers");
  if (layers.length !== diffIds.length)
    throw reader.bad(`the config names ${diffIds.length} layers, the manifest ${layers.length}`);
  return {
    ...common(reader, configDocument, config.digest),
    manifest,
    manifestDigest: chosen.digest,
    layers: layers.map((value, at) => {
      const { digest, size } = reader.descriptor(value, `layer ${at + 1}`);
      const path = reader.files.resolve(blobPath(digest));
      if (path === undefined) throw reader.damaged(`layer ${at + 1}, the blob ${digest}, is not there`);
      return { path, digest, sizeBytes: size, diffId: diffIds[at]! };
    }),
  };
}

interface Collecting {
  readonly depth: number;
  readonly tags: readonly string[];
  readonly found: Map<string, Candidate<BlobDescriptor>>;
}

/** Manifests below an index, each once with all its tags; indexes in indexes are followed, attestations are no images. */
function collect(
  reader: DocumentReader,
  index: Readonly<Record<string, unknown>>,
  { depth, tags, found }: Collecting,
): void {
  if (depth > MAX_INDEX_DEPTH) throw reader.bad('its indexes are nested too deeply');
  for (const [at, value] of reader.list(index.manifests, 'the list of manifests').entries()) {
    const descriptor = reader.descriptor(value, `manifest ${at + 1}`);
    const tag = descriptor.annotations[REF_NAME];
    const ownTags = typeof tag === 'string' ? [...tags, tag] : tags;
    if (descriptor.annotations['vnd.docker.reference.type'] === 'attestation-manifest') continue;
    const known = found.get(descriptor.digest);
    if (known) {
      found.set(descriptor.digest, { ...known, tags: [...known.tags, ...ownTags] });
      continue;
    }
    if (isIndex(reader, descriptor)) {
      collect(reader, reader.blob(descriptor), { depth: depth + 1, tags: ownTags, found });
      continue;
    }
    const platform = descriptor.platform ?? configPlatform(reader, descriptor);
    found.set(descriptor.digest, { source: descriptor, tags: ownTags, platform });
  }
}

/** By its own words where the descriptor has none. Manifests of other platforms may be absent, so they are not opened. */
function isIndex(reader: DocumentReader, descriptor: BlobDescriptor): boolean {
  if (descriptor.mediaType !== '') return INDEX_TYPES.has(descriptor.mediaType);
  return Array.isArray(reader.blob(descriptor).manifests);
}

function configPlatform(reader: DocumentReader, manifest: BlobDescriptor): Partial<WantedPlatform> {
  return platformOf(reader.blob(reader.descriptor(reader.blob(manifest).config, 'the config')));
}

function fromDockerArchive(reader: DocumentReader, place: ImageChoice): OpenedImage {
  const entries = reader.list(readJson(reader.bytes('manifest.json')), 'manifest.json');
  const candidates = entries.map((entry): Candidate<ArchiveEntry> => {
    if (!isObject(entry) || typeof entry.Config !== 'string')
      throw reader.bad('manifest.json names no config');
    const tags = Array.isArray(entry.RepoTags) ? entry.RepoTags.filter((tag) => typeof tag === 'string') : [];
    const layers = reader.list(entry.Layers ?? [], "manifest.json's list of layers");
    return {
      source: { config: entry.Config, layers },
      tags,
      platform: platformOf(reader.object(entry.Config)),
    };
  });
  const { config, layers } = chooseCandidate(candidates, place);
  const configDocument = reader.object(config);
  const { hash } = digestOf(reader.bytes(config));
  const [, named] = /(?:^|\/)([0-9a-f]{64})(?:\.json)?$/.exec(config) ?? [];
  if (named !== undefined && named !== hash)
    throw reader.damaged(`${config} has other bytes than its name says`);
  const diffIds = reader.diffIds(configDocument);
  if (layers.length !== diffIds.length)
    throw reader.bad(`the config names ${diffIds.length} layers, manifest.json ${layers.length}`);
  return {
    ...common(reader, configDocument, `sha256:${hash}`),
    layers: layers.map((each, at) => {
      const path = typeof each === 'string' ? reader.files.resolve(each) : undefined;
      if (path === undefined) throw reader.damaged(`layer ${at + 1} is not there`);
      return { path, diffId: diffIds[at]! };
    }),
  };
}

interface ArchiveEntry {
  readonly config: string;
  readonly layers: readonly unknown[];
}

function common(
  reader: DocumentReader,
  config: Readonly<Record<string, unknown>>,
  configDigest: string,
): Pick<OpenedImage, 'name' | 'files' | 'config' | 'configDigest' | 'platform'> {
  return { name: reader.place, files: reader.files, config, configDigest, platform: platformOf(config) };
}

function platformOf(document: Readonly<Record<string, unknown>>): Partial<WantedPlatform> {
  const text = (key: string): Record<string, string> =>
    typeof document[key] === 'string' && document[key] !== '' ? { [key]: document[key] } : {};
  return { ...text('os'), ...text('architecture'), ...text('variant') };
}
