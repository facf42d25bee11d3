import { type Digest, digestOf, fail, ok, type Result } from '../base/index.ts';
import type { CompleteReference, Descriptor } from '../oci/index.ts';
import type { BlobSink } from './blobs/blob-sink.ts';
import { eachBounded } from './blobs/bounded.ts';
import { digestOfDescriptor, pullBlob } from './blobs/pull-blob.ts';
import type { RegistryFailure } from './failure.ts';
import { chooseManifest } from './manifests/choose-manifest.ts';
import type { ImageDocument } from './manifests/documents.ts';
import { fetchSmallBlob, platformProblem } from './manifests/image-config.ts';
import { type FetchedDocument, fetchDocument, type Wanted } from './manifests/manifests.ts';
import { isForeignType, isImageType, isIndexType } from './manifests/media-types.ts';
import type { Platform } from './platform.ts';
import { Sources } from './sources.ts';
import type { ClientContext } from './world.ts';

/** Blobs on their way at once. */
export const PARALLEL = 4;
const MAX_NESTING = 4;
export const MAX_MANIFESTS = 1000;

export interface PullRequest {
  readonly reference: CompleteReference;
  /** One image of an index, or the index with all of them. */
  readonly platform: Platform | 'all';
  readonly sink: BlobSink;
}

export interface PulledImage {
  /** What the reference names there: the digest that a lock holds. */
  readonly named: Descriptor;
  /** What was brought: the chosen image's manifest, or the index with all that it names. */
  readonly top: Descriptor;
  readonly images: readonly PulledManifest[];
}

export interface PulledManifest {
  readonly manifest: Descriptor;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** What a reference names, with the image for a platform; nothing is stored. */
export interface ResolvedImage {
  readonly named: Descriptor;
  readonly manifest: FetchedDocument & { readonly document: Extract<ImageDocument, { kind: 'image' }> };
  /** The config's bytes. */
  readonly config: Uint8Array;
}

/** Asks what a reference names, and, in an index, which image is for `platform`. */
export async function resolveImage(
  sources: Sources,
  reference: CompleteReference,
  platform: Platform,
): Promise<Result<ResolvedImage, RegistryFailure>> {
  const top = await fetchTop(sources, reference);
  if (!top.ok) return top;
  let at = top.value;
  for (let depth = 0; depth <= MAX_NESTING; depth++) {
    const { document } = at;
    if (document.kind === 'image') {
      const config = await fetchConfig(sources, document.config, platform);
      if (!config.ok) return config;
      return ok({ named: top.value.descriptor, manifest: { ...at, document }, config: config.value });
    }
    const entry = chooseManifest(document.manifests, platform, reference);
    if (!entry.ok) return entry;
    const next = await fetchEntry(sources, entry.value);
    if (!next.ok) return next;
    at = next.value;
  }
  return fail({
    kind: 'bad-answer',
    ...placeOf(reference),
    problem: `an index nested deeper than ${MAX_NESTING}`,
  });
}

/** Brings an image, or an index with all its images, into a sink: blobs first, then the manifests that name them. */
export async function pullImage(
  context: ClientContext,
  { reference, platform, sink }: PullRequest,
  stop: () => void,
): Promise<Result<PulledImage, RegistryFailure>> {
  const sources = new Sources(context, reference);
  const found =
    platform === 'all'
      ? await fetchEverything(sources, reference)
      : await fetchChosen(sources, reference, platform);
  if (!found.ok) return found;
  const { named, documents, config } = found.value;
  const blobs = blobsOf(documents);
  if (!blobs.ok) return fail({ kind: 'bad-answer', ...placeOf(reference), problem: blobs.failure });
  if (config) storeDocument(context, sink, config);
  const pulled = await eachBounded(blobs.value, { limit: PARALLEL, stop }, (descriptor) =>
    pullOne(context, sources, { descriptor, sink }),
  );
  if (!pulled.ok) return pulled;
  for (const { bytes } of documents.toReversed()) storeDocument(context, sink, bytes);
  const images = documents.flatMap(({ descriptor, document }) =>
    document.kind === 'image'
      ? [{ manifest: descriptor, config: document.config, layers: document.layers }]
      : [],
  );
  return ok({ named, top: documents[0]!.descriptor, images });
}

/** Each blob once; a digest can have one size only. */
export function blobsOf(
  documents: readonly { readonly document: ImageDocument }[],
): Result<Descriptor[], string> {
  const blobs = new Map<string, Descriptor>();
  for (const { document } of documents) {
    if (document.kind === 'index') continue;
    for (const each of [document.config, ...document.layers]) {
      const known = blobs.get(each.digest);
      if (known && known.size !== each.size) return fail(`two sizes for ${each.digest}`);
      blobs.set(each.digest, known ?? each);
    }
  }
  return ok([...blobs.values()]);
}

interface Found {
  readonly named: Descriptor;
  /** The top first. */
  readonly documents: readonly FetchedDocument[];
  /** Of the one image, where it was looked at already. */
  readonly config?: Uint8Array;
}

async function fetchChosen(
  sources: Sources,
  reference: CompleteReference,
  platform: Platform,
): Promise<Result<Found, RegistryFailure>> {
  const resolved = await resolveImage(sources, reference, platform);
  if (!resolved.ok) return resolved;
  const { named, manifest, config } = resolved.value;
  return ok({ named, documents: [manifest], config });
}

async function fetchEverything(
  sources: Sources,
  reference: CompleteReference,
): Promise<Result<Found, RegistryFailure>> {
  const top = await fetchTop(sources, reference);
  if (!top.ok) return top;
  const documents = new Map([[top.value.descriptor.digest, top.value]]);
  const problem = (text: string) =>
    fail({ kind: 'bad-answer' as const, ...placeOf(reference), problem: text });
  let level: readonly FetchedDocument[] = [top.value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_NESTING) return problem(`an index nested deeper than ${MAX_NESTING}`);
    const next: FetchedDocument[] = [];
    for (const entry of level.flatMap(({ document }) =>
      document.kind === 'index' ? document.manifests : [],
    )) {
      const isKnownKind = isImageType(entry.mediaType) || isIndexType(entry.mediaType);
      if (documents.has(entry.digest)) continue;
      if (!isKnownKind) return problem(`an index with something of the kind ${entry.mediaType}`);
      if (documents.size >= MAX_MANIFESTS) return problem(`an index of more than ${MAX_MANIFESTS} images`);
      const fetched = await fetchEntry(sources, entry);
      if (!fetched.ok) return fetched;
      documents.set(entry.digest, fetched.value);
      next.push(fetched.value);
    }
    level = next;
  }
  return ok({ named: top.value.descriptor, documents: [...documents.values()] });
}

function fetchTop(
  sources: Sources,
  { digest, tag }: CompleteReference,
): Promise<Result<FetchedDocument, RegistryFailure>> {
  return fetchWanted(sources, { reference: digest ?? tag ?? 'latest' });
}

function fetchEntry(
  sources: Sources,
  { digest, size, mediaType }: Descriptor,
): Promise<Result<FetchedDocument, RegistryFailure>> {
  return fetchWanted(sources, { reference: digest, size, mediaType });
}

function fetchWanted(sources: Sources, wanted: Wanted): Promise<Result<FetchedDocument, RegistryFailure>> {
  return sources.first((session, place) => fetchDocument(session, place, wanted));
}

function fetchConfig(
  sources: Sources,
  descriptor: Descriptor,
  platform: Platform,
): Promise<Result<Uint8Array, RegistryFailure>> {
  return sources.first(async (session, place) => {
    const config = await fetchSmallBlob(session, place, descriptor);
    if (!config.ok) return config;
    const problem = platformProblem(descriptor, config.value, platform);
    return problem ? fail({ kind: 'no-platform', ...place, ...problem }) : config;
  });
}

async function pullOne(
  context: ClientContext,
  sources: Sources,
  { descriptor, sink }: { descriptor: Descriptor; sink: BlobSink },
): Promise<Result<void, RegistryFailure>> {
  const { digest, size } = descriptor;
  if (sink.has(digestOfDescriptor(descriptor))) {
    context.onEvent({ type: 'blob.done', digest, how: 'present' });
    return ok(undefined);
  }
  context.onEvent({ type: 'blob.started', digest, sizeBytes: size });
  const result = await sources.first((session, place) =>
    pullBlob(context, session, { descriptor, place, sink }),
  );
  if (!result.ok) {
    const isLeftOut = result.failure.kind === 'not-found' && isForeignType(descriptor.mediaType);
    return isLeftOut ? ok(undefined) : result;
  }
  context.onEvent({ type: 'blob.done', digest, how: 'transferred' });
  return ok(undefined);
}

function storeDocument({ world }: ClientContext, sink: BlobSink, bytes: Uint8Array): void {
  const digest: Digest = digestOf(bytes);
  if (sink.has(digest)) return;
  const random = Math.floor(world.env.random() * 2 ** 40).toString(36);
  const path = `${sink.partialFolder}/${digest.hash}.${world.env.pid}-${random}.document`;
  world.fs.makeDirectory(sink.partialFolder);
  world.fs.writeFile(path, bytes);
  sink.adopt(digest, path);
}

function placeOf({ registry, repository }: CompleteReference): { registry: string; repository: string } {
  return { registry, repository };
}
