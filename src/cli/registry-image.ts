import { join } from 'node:path/posix';
import { type Diagnostic, fail, InternalError, ok, type Result } from '../base/index.ts';
import { cacheFolder, openStore } from '../build/index.ts';
import { openRegistryClient } from '../dependencies/index.ts';
import type { StoredImage } from '../inspection/index.ts';
import { completeReference, formatReference, parseReference } from '../oci/index.ts';
import {
  type Platform,
  type PulledImage,
  parsePlatform,
  type RegistryFailure,
  registryDiagnostic,
  storeSink,
} from '../registry/index.ts';
import { noteRetries } from './note-retries.ts';
import type { VerbContext } from './verb.ts';

export interface WantedImage {
  /** What `isRegistryReference` said yes to. */
  readonly word: string;
  /** Must be this; otherwise it is `machine`, or the only one that there is. */
  readonly platform?: Platform;
  readonly machine: Platform;
}

/** Brings an image of a registry into the store, where each of its bytes is checked; what is there is not fetched again. */
export async function pullIntoStore(
  { host, reporter, signal }: VerbContext,
  { word, platform, machine }: WantedImage,
): Promise<Result<StoredImage, readonly Diagnostic[]>> {
  const named = parseReference(word);
  if (!named) throw new InternalError(`${word} was taken for an image of a registry`);
  const reference = completeReference(named);
  const { value: client, diagnostics } = openRegistryClient(host, noteRetries(reporter));
  if (!client) return fail(diagnostics);
  const { cas } = openStore(host);
  const sink = storeSink(host.fs, cas, join(cacheFolder(host), 'clients', 'registry'));
  const pull = (wanted: Platform): Promise<Result<PulledImage, RegistryFailure>> =>
    client.pull({ reference, platform: wanted, sink, signal });
  if (!reporter.isJson) reporter.note(`fetching ${formatReference(reference)}`);
  let pulled = await pull(platform ?? machine);
  const only = pulled.ok || platform ? undefined : onlyPlatform(pulled.failure);
  if (only) pulled = await pull(only);
  signal.throwIfAborted();
  if (!pulled.ok) return fail([registryDiagnostic(pulled.failure)]);
  const { top } = pulled.value;
  const sizes = new Map(
    pulled.value.images
      .flatMap(({ manifest, config, layers }) => [manifest, config, ...layers])
      .map(({ digest, size }) => [digest, size]),
  );
  const pathOf = (digest: string): string | undefined => {
    const sizeBytes = sizes.get(digest);
    if (sizeBytes === undefined) return undefined;
    return cas.fileOf({ hash: digest.slice('sha256:'.length), sizeBytes }, false);
  };
  return ok({ manifest: top, pathOf });
}

/** An image for one other platform is meant all the same, as it is on the disk. */
function onlyPlatform(failure: RegistryFailure): Platform | undefined {
  if (failure.kind !== 'no-platform' || failure.offered.length !== 1) return undefined;
  return parsePlatform(failure.offered[0]!);
}
