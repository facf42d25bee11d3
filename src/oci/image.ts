import { type Digest, digestOf } from '../base/index.ts';
import { canonicalJson, type Json } from './canonical-json.ts';

/** The media types of the OCI image specification 1.1 that we write. */
export const MEDIA_TYPES = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  /** Of a config that says nothing: `{}`. */
  empty: 'application/vnd.oci.empty.v1+json',
} as const;

export const OCI_LAYOUT = '{"imageLayoutVersion":"1.0.0"}';
/** The annotation by which tools find a tag in a layout. */
export const REF_NAME = 'org.opencontainers.image.ref.name';
/** The full name that containerd gives the image when it imports a layout. */
export const CONTAINERD_NAME = 'io.containerd.image.name';

export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:<hex>`. */
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: ImagePlatform;
  /** In a list of referrers. */
  readonly artifactType?: string;
}

export interface ImagePlatform {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
}

export interface ImageManifest {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ImageIndex {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
}

/** `application/vnd.oci.image.config.v1+json`. */
export interface ImageConfig {
  readonly created?: string;
  readonly author?: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly os: string;
  readonly config?: ContainerConfig;
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly string[] };
  readonly history?: readonly HistoryEntry[];
}

/** What a container starts with. `Healthcheck` and `Shell` are Docker's additions, which its engine and podman read. */
export interface ContainerConfig {
  readonly User?: string;
  readonly ExposedPorts?: Readonly<Record<string, Record<string, never>>>;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Volumes?: Readonly<Record<string, Record<string, never>>>;
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly StopSignal?: string;
  readonly Healthcheck?: Healthcheck;
  readonly Shell?: readonly string[];
  /** Instructions for the images that stand on this one. */
  readonly OnBuild?: readonly string[];
}

/** Durations in nanoseconds. */
export interface Healthcheck {
  readonly Test: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

export interface HistoryEntry {
  readonly created?: string;
  readonly created_by?: string;
  readonly author?: string;
  readonly comment?: string;
  readonly empty_layer?: boolean;
}

/** A document as it is stored, with the descriptor that names it. */
export interface EncodedDocument {
  readonly descriptor: Descriptor;
  readonly text: string;
}

export function encodeManifest(manifest: ImageManifest): EncodedDocument {
  return encode(manifest as unknown as Json, MEDIA_TYPES.manifest);
}

export function encodeConfig(config: ImageConfig): EncodedDocument {
  return encode(config as unknown as Json, MEDIA_TYPES.config);
}

export function encodeIndex(index: ImageIndex): string {
  return canonicalJson(index as unknown as Json);
}

/** Images of several platforms as one, each descriptor with its platform. */
export function encodePlatforms(manifests: readonly Descriptor[]): EncodedDocument {
  const index: ImageIndex = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests };
  return encode(index as unknown as Json, MEDIA_TYPES.index);
}

function encode(document: Json, mediaType: string): EncodedDocument {
  const text = canonicalJson(document);
  return { descriptor: descriptorOf(digestOf(text), mediaType), text };
}

export function descriptorOf(digest: Digest, mediaType: string): Descriptor {
  return { mediaType, digest: `sha256:${digest.hash}`, size: digest.sizeBytes };
}

/** Where a layout keeps the blob of a `sha256:` digest, relative to its root. */
export function blobPath(digest: string): string {
  return `blobs/sha256/${digest.slice('sha256:'.length)}`;
}
