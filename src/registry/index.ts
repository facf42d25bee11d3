/**
 * A client of container registries (OCI distribution specification 1.1, and Docker's schema 2 documents): pulls images
 * into an OCI layout or a store, pushes them, asks what a reference names, attaches what says something of one and reads it back, and writes the file that `docker load` takes.
 * Credentials are those of Docker's configuration. Every byte that comes is checked; a credential goes to nobody but the
 * registry's own origin and its token server. It knows no terminal, builds no image and unpacks no layer.
 */
export { type BlobSink, layoutSink, ociDigest, storeSink } from './blobs/blob-sink.ts';
export { type BlobSource, layoutSource, layoutTop, layoutTops, storeSource } from './blobs/blob-source.ts';
export { type UploadMemory, uploadMemory } from './blobs/upload-memory.ts';
export { type ImageSummary, RegistryClient, type RegistryClientOptions } from './client.ts';
export type { RegistryCode } from './diagnostics.ts';
export type { Place, RegistryFailure } from './failure.ts';
export { type ArchiveRequest, writeArchive } from './image-archive.ts';
export { type NamedTop, nameInLayout } from './manifests/layout-index.ts';
export { formatPlatform, type Platform, parsePlatform } from './platform.ts';
export type { PulledImage, PulledManifest, PullRequest } from './pull.ts';
export type { ImageInSource, PushedImage, PushRequest } from './push.ts';
export type { AttachRequest } from './referrers/attach-referrer.ts';
export type {
  ReadReferrer,
  ReferredImage,
  ReferrersRequest,
  TaggedSignature,
} from './referrers/read-referrers.ts';
export { registryDiagnostic } from './registry-diagnostic.ts';
export type { RegistrySetting, RegistrySettings } from './settings.ts';
export type { Limits, RegistryEvent, RegistryWorld } from './world.ts';
