import { digestOf, fail, ok, type Result } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import type { Descriptor } from '../oci/index.ts';
import { pushScope } from './access/scopes.ts';
import { ociDigest } from './blobs/blob-sink.ts';
import type { BlobSource } from './blobs/blob-source.ts';
import { eachBounded } from './blobs/bounded.ts';
import { type HowPushed, pushBlob } from './blobs/push-blob.ts';
import { NO_MEMORY, type UploadMemory } from './blobs/upload-memory.ts';
import { Session } from './exchange/session.ts';
import type { Place, RegistryFailure } from './failure.ts';
import { isDigest, MAX_MANIFEST_BYTES, parseDocument } from './manifests/documents.ts';
import type { FetchedDocument } from './manifests/manifests.ts';
import { blobsOf, MAX_MANIFESTS, PARALLEL } from './pull.ts';
import { endpointOf } from './settings.ts';
import type { ClientContext } from './world.ts';

/** A manifest or an index, with all that it names. */
export interface ImageInSource {
  readonly top: Descriptor;
  readonly source: BlobSource;
}

export interface PushRequest extends ImageInSource {
  /** The registry's host and the repository, completed as Docker does. */
  readonly place: Place;
  /** None: the image is there by its digest alone. */
  readonly tags: readonly string[];
  /** Repositories of the same registry that may have blobs already, as that of the base image. */
  readonly mountFrom?: readonly string[];
  readonly memory?: UploadMemory;
}

export interface PushedImage {
  /** By this digest it can be pulled. */
  readonly top: Descriptor;
  /** Blobs by how they came there. */
  readonly blobs: Readonly<Record<HowPushed, number>>;
  readonly sentBytes: number;
}

/** Pushes an image or an index: all blobs, then manifests from the inner ones out, then tags. */
export async function pushImage(
  context: ClientContext,
  request: PushRequest,
  stop: () => void,
): Promise<Result<PushedImage, RegistryFailure>> {
  const { place, tags, top, source, mountFrom = [], memory = NO_MEMORY } = request;
  const documents = collectDocuments(context.world.fs, request);
  if (!documents.ok) return fail({ kind: 'bad-image', ...place, problem: documents.failure });
  const blobs = blobsOf(documents.value);
  if (!blobs.ok) return fail({ kind: 'bad-image', ...place, problem: blobs.failure });
  const session = new Session(context, endpointOf(context.settings, place.registry, place.repository));
  const counts = { transferred: 0, present: 0, mounted: 0 };
  let sentBytes = 0;
  const pushed = await eachBounded(blobs.value, { limit: PARALLEL, stop }, async (descriptor) => {
    const result = await pushBlob(context, session, { place, descriptor, source, mountFrom, memory });
    if (!result.ok) return result;
    counts[result.value]++;
    if (result.value === 'transferred') sentBytes += descriptor.size;
    context.onEvent({ type: 'blob.done', digest: descriptor.digest, how: result.value });
    return ok(undefined);
  });
  if (!pushed.ok) return pushed;
  const [first, ...inner] = documents.value;
  for (const document of inner.toReversed()) {
    const put = await putManifest(session, place, { document, reference: document.descriptor.digest });
    if (!put.ok) return put;
  }
  for (const reference of tags.length > 0 ? tags : [top.digest]) {
    const put = await putManifest(session, place, { document: first!, reference });
    if (!put.ok) return put;
  }
  return ok({ top: first!.descriptor, blobs: counts, sentBytes });
}

/** The top and all that it names, each after what names it; the failure says what is not whole. */
export function collectDocuments(
  fs: Pick<FileSystem, 'readFile'>,
  { top, source }: ImageInSource,
): Result<readonly FetchedDocument[], string> {
  const found = new Map<string, FetchedDocument>();
  const waiting: Descriptor[] = [top];
  for (let at = waiting.shift(); at; at = waiting.shift()) {
    const { digest, size, mediaType } = at;
    if (!isDigest(digest) || size > MAX_MANIFEST_BYTES)
      return fail(`${digest} is not the digest of a manifest`);
    const path = source.fileOf(at);
    const bytes = path === undefined ? undefined : fs.readFile(path);
    if (!bytes) return fail(`the manifest ${digest} is not there, or not of its size`);
    if (ociDigest(digestOf(bytes)) !== digest) return fail(`the manifest ${digest} has other bytes`);
    const document = parseDocument(Buffer.from(bytes).toString('utf8'), mediaType);
    if (!document.ok) return fail(`${digest} is ${document.failure}`);
    // One that is named again goes to the end, so that it is still pushed before all that name it.
    found.delete(digest);
    found.set(digest, { descriptor: { mediaType, digest, size }, bytes, document: document.value });
    if (document.value.kind === 'index') waiting.push(...document.value.manifests);
    if (found.size + waiting.length > MAX_MANIFESTS)
      return fail(`it has more than ${MAX_MANIFESTS} manifests`);
  }
  return ok([...found.values()]);
}

interface NamedDocument {
  readonly document: Pick<FetchedDocument, 'bytes' | 'descriptor'>;
  readonly reference: string;
}

/** Puts a document under a tag or its digest. */
export async function putManifest(
  session: Session,
  place: Place,
  { document, reference }: NamedDocument,
): Promise<Result<void, RegistryFailure>> {
  const { bytes, descriptor } = document;
  const answer = await session.send(
    {
      method: 'PUT',
      url: `/v2/${place.repository}/manifests/${reference}`,
      headers: { 'content-type': descriptor.mediaType },
      body: () => bodyOf(bytes),
      scopes: [pushScope(place.repository)],
      accepts: [200, 201, 202],
      what: `repository ${place.repository}`,
    },
    place,
  );
  if (!answer.ok) return answer;
  answer.value.discard();
  const stated = answer.value.headers['docker-content-digest'];
  return isDigest(stated) && stated !== descriptor.digest
    ? fail({ kind: 'digest-mismatch', ...place, digest: descriptor.digest, actual: stated })
    : ok(undefined);
}

function bodyOf(bytes: Uint8Array) {
  let at = 0;
  return {
    sizeBytes: bytes.byteLength,
    read(buffer: Uint8Array): number {
      const part = bytes.subarray(at, at + buffer.byteLength);
      buffer.set(part);
      at += part.byteLength;
      return part.byteLength;
    },
  };
}
