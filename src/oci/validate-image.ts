import { type Digest, digestOf } from '../base/index.ts';
import {
  blobPath,
  type Descriptor,
  type ImageConfig,
  type ImageIndex,
  type ImageManifest,
  type ImagePlatform,
  MEDIA_TYPES,
  REF_NAME,
} from './image.ts';
import { parseJson } from './parse-json.ts';
import { isTag } from './reference.ts';

/** A layout as validation sees it; paths are relative to its root. */
export interface LayoutReader {
  /** `undefined` when there is no such file. */
  text(path: string): string | undefined;
  /** A layer blob's own digest and that of its uncompressed bytes, read as a stream; `undefined` when it is absent or not gzip. */
  layer(path: string): Promise<{ readonly compressed: Digest; readonly uncompressed: Digest } | undefined>;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const MAX_DOCUMENT_BYTES = 4 * 2 ** 20;

/**
 * What is wrong with an OCI layout, by the image specification 1.1: each descriptor names bytes of its size and
 * digest, a manifest's layers and its config's diff ids are the same, the history fits the layers. Empty when all is right.
 */
export async function validateImage(layout: LayoutReader): Promise<readonly string[]> {
  const problems: string[] = [];
  const version = parseJson(layout.text('oci-layout') ?? '') as { imageLayoutVersion?: unknown } | undefined;
  if (version?.imageLayoutVersion !== '1.0.0') problems.push('oci-layout does not name version 1.0.0');
  const index = parseJson(layout.text('index.json') ?? '') as Partial<ImageIndex> | undefined;
  if (index?.schemaVersion !== 2 || !Array.isArray(index.manifests) || index.manifests.length === 0) {
    return [...problems, 'index.json is not an index with manifests'];
  }
  const seen = new Set<string>();
  for (const descriptor of index.manifests) {
    const tag = descriptor.annotations?.[REF_NAME];
    if (tag !== undefined && !isTag(tag)) problems.push(`${tag} is not a tag`);
    if (seen.has(descriptor.digest)) continue;
    seen.add(descriptor.digest);
    problems.push(...(await validateTop(layout, descriptor)));
  }
  return problems;
}

/** A manifest, or an image index: no index inside it, and each manifest for the platform that is said of it. */
async function validateTop(layout: LayoutReader, descriptor: Descriptor): Promise<string[]> {
  if (descriptor.mediaType !== MEDIA_TYPES.index) return validateManifest(layout, descriptor);
  const problems: string[] = [];
  const index = readDocument<ImageIndex>(layout, descriptor, problems);
  if (!index) return problems;
  if (index.schemaVersion !== 2 || !Array.isArray(index.manifests) || index.manifests.length === 0)
    return [...problems, `${descriptor.digest} is not an index with manifests`];
  const seen = new Set<string>();
  for (const each of index.manifests) {
    const platform = platformText(each.platform);
    if (seen.has(platform)) problems.push(`${descriptor.digest} has two manifests for ${platform}`);
    seen.add(platform);
    problems.push(...(await validateManifest(layout, each)));
  }
  return problems;
}

function platformText(platform: Partial<ImagePlatform> = {}): string {
  const { os = 'unknown', architecture = 'unknown', variant } = platform;
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

async function validateManifest(layout: LayoutReader, descriptor: Descriptor): Promise<string[]> {
  const problems: string[] = [];
  const manifest = readDocument<ImageManifest>(layout, descriptor, problems);
  if (!manifest) return problems;
  if (descriptor.mediaType !== MEDIA_TYPES.manifest || manifest.mediaType !== MEDIA_TYPES.manifest) {
    problems.push(`${descriptor.digest} is not an image manifest`);
  }
  if (manifest.schemaVersion !== 2 || !Array.isArray(manifest.layers) || !manifest.config) {
    return [...problems, `${descriptor.digest} lacks a config or layers`];
  }
  const config = readDocument<ImageConfig>(layout, manifest.config, problems);
  const diffIds = config?.rootfs?.diff_ids;
  if (config && (config.os === undefined || config.architecture === undefined))
    problems.push('the config names no platform');
  else if (config && descriptor.platform && platformText(config) !== platformText(descriptor.platform))
    problems.push(
      `${descriptor.digest} is for ${platformText(config)}, and is said to be for another platform`,
    );
  if (config && (!Array.isArray(diffIds) || diffIds.length !== manifest.layers.length)) {
    problems.push(`the config has ${diffIds?.length ?? 0} diff ids for ${manifest.layers.length} layers`);
  }
  const history = config?.history;
  const filled = history?.filter((entry) => entry.empty_layer !== true).length;
  if (filled !== undefined && filled !== manifest.layers.length) {
    problems.push(`the history tells of ${filled} layers, not ${manifest.layers.length}`);
  }
  for (const [at, layer] of manifest.layers.entries())
    problems.push(...(await validateLayer(layout, layer, diffIds?.[at])));
  return problems;
}

async function validateLayer(
  layout: LayoutReader,
  descriptor: Descriptor,
  diffId: string | undefined,
): Promise<string[]> {
  if (!DIGEST.test(descriptor.digest)) return [`${descriptor.digest} is not a digest`];
  if (descriptor.mediaType !== MEDIA_TYPES.layer)
    return [`${descriptor.digest} has the media type ${descriptor.mediaType}`];
  const layer = await layout.layer(blobPath(descriptor.digest));
  if (!layer) return [`the layer ${descriptor.digest} is absent or not gzip`];
  const problems: string[] = [];
  if (!names(descriptor, layer.compressed)) problems.push(`the layer ${descriptor.digest} has other bytes`);
  if (diffId !== undefined && diffId !== `sha256:${layer.uncompressed.hash}`) {
    problems.push(`the layer ${descriptor.digest} unpacks to other bytes than ${diffId}`);
  }
  return problems;
}

function readDocument<T>(layout: LayoutReader, descriptor: Descriptor, problems: string[]): T | undefined {
  if (!DIGEST.test(descriptor.digest)) {
    problems.push(`${descriptor.digest} is not a digest`);
    return undefined;
  }
  const text = layout.text(blobPath(descriptor.digest));
  if (text === undefined) problems.push(`the blob ${descriptor.digest} is absent`);
  else if (text.length > MAX_DOCUMENT_BYTES) problems.push(`the document ${descriptor.digest} is too large`);
  else if (!names(descriptor, digestOf(text))) problems.push(`the blob ${descriptor.digest} has other bytes`);
  const document = text === undefined ? undefined : parseJson(text);
  if (text !== undefined && (typeof document !== 'object' || document === null)) {
    problems.push(`the blob ${descriptor.digest} is not a JSON document`);
    return undefined;
  }
  return document as T | undefined;
}

function names(descriptor: Descriptor, digest: Digest): boolean {
  return descriptor.digest === `sha256:${digest.hash}` && descriptor.size === digest.sizeBytes;
}
