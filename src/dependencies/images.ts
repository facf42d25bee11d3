import { join } from 'node:path/posix';
import { type Checked, type Diagnostic, type Digest, InternalError } from '../base/index.ts';
import type { Host } from '../host/index.ts';
import {
  type CompleteReference,
  completeReference,
  type Descriptor,
  type ImageBlobs,
  imageKey,
  type LockedBlob,
  parseReference,
  type RegistryImage,
} from '../oci/index.ts';
import {
  ociDigest,
  type Platform,
  parsePlatform,
  RegistryClient,
  type RegistryClientOptions,
  type RegistryFailure,
  registryDiagnostic,
  storeSink,
} from '../registry/index.ts';
import type { ClientContext } from './client.ts';
import type { AbsentImage, LockedImage, Lockfile } from './model.ts';
import { readRegistrySettings } from './registry-settings.ts';
import { imageFrom } from './resolved-from.ts';

/**
 * Asks a registry what an image's name means; a lock that holds it already is kept. That it is not there for another platform
 * than the machine's is locked too, with a warning.
 */
export async function lockImage(
  context: ClientContext,
  need: RegistryImage,
  previous: Lockfile | undefined,
): Promise<{
  readonly value: LockedImage | AbsentImage | undefined;
  readonly diagnostics: readonly Diagnostic[];
}> {
  const known = previous?.images?.[imageKey(need)];
  if (known) return { value: known, diagnostics: [] };
  const { value: client, diagnostics } = openRegistryClient(context.host);
  if (!client) return { value: undefined, diagnostics };
  const { reference, platform } = placeOf(need);
  const resolved = await client.resolve(reference, { platform, signal: context.signal });
  context.signal.throwIfAborted();
  if (!resolved.ok) return unresolved(context, need, resolved.failure);
  const { named, manifest, config, layers } = resolved.value;
  const triggers = triggersOf(config.bytes);
  const value = {
    from: imageFrom(need),
    digest: named.digest,
    manifest: blobOf(manifest),
    config: blobOf(config.descriptor),
    layers: layers.map(blobOf),
    ...(triggers.length > 0 ? { triggers } : {}),
  };
  return { value, diagnostics: [] };
}

function unresolved(
  { host }: ClientContext,
  need: RegistryImage,
  failure: RegistryFailure,
): Awaited<ReturnType<typeof lockImage>> {
  const diagnostic = registryDiagnostic(failure);
  const isOwn = need.platform === (host.env.architecture === 'arm64' ? 'linux/arm64' : 'linux/amd64');
  if (failure.kind !== 'no-platform' || isOwn) return { value: undefined, diagnostics: [diagnostic] };
  const { cause: _, ...rest } = diagnostic;
  const offered = [...failure.offered].sort();
  return { value: { from: imageFrom(need), offered }, diagnostics: [{ ...rest, severity: 'warning' }] };
}

/** An image that is locked and not all in the store. */
export interface MissingImage {
  readonly need: RegistryImage;
  readonly locked: LockedImage;
}

/** Brings locked images into the store; each blob is told once it is there. */
export async function fetchImages(
  context: ClientContext,
  images: readonly MissingImage[],
  onFetched: (digest: Digest) => void,
): Promise<readonly Diagnostic[]> {
  if (images.length === 0) return [];
  const opened = openRegistryClient(context.host);
  if (!opened.value) return opened.diagnostics;
  const { host, cas, cacheDirectory, signal } = context;
  const store = storeSink(host.fs, cas, join(cacheDirectory, 'clients', 'registry'));
  const sink = {
    ...store,
    adopt: (digest: Digest, path: string): void => {
      store.adopt(digest, path);
      onFetched(digest);
    },
  };
  const diagnostics: Diagnostic[] = [];
  for (const { need, locked } of images) {
    const { reference, platform } = placeOf(need);
    const { tag: _tag, ...place } = reference;
    const request = {
      reference: { ...place, digest: `sha256:${locked.manifest.sha256}` },
      platform,
      sink,
      signal,
    };
    const pulled = await opened.value.pull(request);
    signal.throwIfAborted();
    if (!pulled.ok) diagnostics.push(registryDiagnostic(pulled.failure));
  }
  return diagnostics;
}

/** What of an image must be in the store. */
export function blobsOfImage({ manifest, config, layers }: ImageBlobs): readonly LockedBlob[] {
  return [manifest, config, ...layers];
}

export function blobDigest({ sha256, sizeBytes }: LockedBlob): Digest {
  return { hash: sha256, sizeBytes };
}

/** A client of registries with the user's settings; `undefined` where those cannot be used. */
export function openRegistryClient(
  host: Host,
  onEvent?: RegistryClientOptions['onEvent'],
): Checked<RegistryClient | undefined> {
  const { value: settings, diagnostics } = readRegistrySettings(host);
  if (!settings) return { value: undefined, diagnostics };
  return {
    value: new RegistryClient({ world: host, settings, ...(onEvent ? { onEvent } : {}) }),
    diagnostics,
  };
}

function placeOf(need: RegistryImage): {
  readonly reference: CompleteReference;
  readonly platform: Platform;
} {
  const reference = parseReference(need.reference);
  const platform = parsePlatform(need.platform);
  if (!reference || !platform) throw new InternalError(`${imageKey(need)} was not read as an image`);
  return { reference: completeReference(reference), platform };
}

function blobOf({ mediaType, digest, size }: Descriptor): LockedBlob {
  return { mediaType, sha256: digest.slice(ociDigest({ hash: '' }).length), sizeBytes: size };
}

function triggersOf(config: Uint8Array): readonly string[] {
  const { config: inner } = JSON.parse(Buffer.from(config).toString()) as {
    config?: { OnBuild?: readonly unknown[] | null };
  };
  return (inner?.OnBuild ?? []).filter((each) => typeof each === 'string' && /^\S/.test(each)) as string[];
}
