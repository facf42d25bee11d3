/**
 * A client of container registries (OCI distribution specification 1.1, and Docker's schema 2 documents): pulls images
 * into an OCI layout or a store, pushes them, asks what a reference names. Credentials are those of Docker's
 * configuration. Every byte that comes is checked; a credential goes to nobody but the registry's own origin and its
 * token server. It writes no terminal, builds no image and unpacks no layer.
 */
export { type BlobSink, layoutSink, ociDigest, storeSink } from './blob-sink.ts';
export { type BlobSource, layoutSource, layoutTop, layoutTops } from './blob-source.ts';
export { type ImageSummary, RegistryClient, type RegistryClientOptions } from './client.ts';
export type { RegistryCode } from './diagnostics.ts';
export type { Place, RegistryFailure } from './failure.ts';
export { type NamedTop, nameInLayout } from './layout-index.ts';
export { formatPlatform, type Platform, parsePlatform } from './platform.ts';
export type { PulledImage, PulledManifest, PullRequest } from './pull.ts';
export type { PushedImage, PushRequest } from './push.ts';
export { registryDiagnostic } from './registry-diagnostic.ts';
export type { RegistrySetting, RegistrySettings } from './settings.ts';
export { type UploadMemory, uploadMemory } from './upload-memory.ts';
export type { Limits, RegistryEvent, RegistryWorld } from './world.ts';
