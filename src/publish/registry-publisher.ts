import { counted, fail, ok, type Result } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import { type Descriptor, MEDIA_TYPES } from '../oci/index.ts';
import type { Place, RegistryClient, RegistryFailure } from '../registry/index.ts';
import type { PublishedRelease, Publisher, PublishFailure, PublishItem } from './publisher.ts';
import { scratchSource } from './scratch-source.ts';

export interface RegistryOptions {
  readonly fs: FileSystem;
  readonly client: Pick<RegistryClient, 'push'>;
  readonly place: Place;
  /** A folder of ours for the documents that are pushed, absolute. */
  readonly scratch: string;
  /** All files of the release, the index too: the manifest names each. */
  readonly items: readonly PublishItem[];
  readonly describe: (failure: RegistryFailure) => string;
}

/** What the manifest of a release in a registry says that it is. */
export const ARTIFACT_TYPE = 'application/vnd.mobileops.release.v1';
const TITLE = 'org.opencontainers.image.title';
const EMPTY = '{}';
const STABLE = 'stable';

/**
 * A registry of container images, which takes a release as an OCI artifact: a manifest whose layers are the files, as `oras`
 * reads it. The blobs go up without a name; tags come last, `<version>` before the channel and `latest`.
 */
export function registryPublisher(options: RegistryOptions): Publisher {
  const { place, items } = options;
  return {
    place: `oci://${place.registry}/${place.repository}`,
    whole: `${counted(items.length, 'file')} as one artifact`,
    // All blobs go up with the manifest, in parallel and each once, so the last of the files sends them all.
    wants: ({ name }) => name === items.at(-1)?.name,
    put: async (_item, _release, signal) => {
      const pushed = await push(options, [], signal);
      return pushed.ok ? ok(pushed.value > 0 ? 'sent' : 'present') : pushed;
    },
    async promote(release, signal) {
      for (const tag of tagsOf(release)) {
        const pushed = await push(options, [tag], signal);
        if (!pushed.ok) return pushed;
      }
      return ok(release.isNewest ? 'moved' : 'kept');
    },
  };
}

function tagsOf({ version, channel, isNewest }: PublishedRelease): readonly string[] {
  const tag = version.replaceAll('+', '-');
  return !isNewest ? [tag] : [tag, channel, ...(channel === STABLE ? ['latest'] : [])];
}

/** The count of bytes that were sent. */
async function push(
  { fs, client, place, scratch, items, describe }: RegistryOptions,
  tags: readonly string[],
  signal: AbortSignal,
): Promise<Result<number, PublishFailure>> {
  const { source, keep } = scratchSource(fs, scratch, items);
  const config = keep(EMPTY, MEDIA_TYPES.empty);
  const top = keep(manifestText(config, items), MEDIA_TYPES.manifest);
  const pushed = await client.push({ top, source, place, tags, signal });
  if (pushed.ok) return ok(pushed.value.sentBytes);
  return fail(publishFailure(pushed.failure, describe));
}

function manifestText(config: Descriptor, items: readonly PublishItem[]): string {
  const layers = items.map(({ name, sizeBytes, sha256 }) => ({
    mediaType: 'application/octet-stream',
    digest: `sha256:${sha256}`,
    size: sizeBytes,
    annotations: { [TITLE]: name },
  }));
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    artifactType: ARTIFACT_TYPE,
    config,
    layers,
  });
}

/** A registry's failure as the one table of words says it. */
export function publishFailure(
  failure: RegistryFailure,
  describe: (failure: RegistryFailure) => string,
): PublishFailure {
  switch (failure.kind) {
    case 'interrupted':
      return { kind: 'interrupted' };
    case 'unauthorised':
      return { kind: 'unauthorised', hasToken: failure.credentials === 'refused' };
    case 'unreachable':
      return { kind: 'unreachable', code: failure.code };
    default:
      return { kind: 'rejected', detail: describe(failure) };
  }
}
