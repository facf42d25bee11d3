import { ok, type Result } from '../../base/index.ts';
import {
  type CompleteReference,
  type Descriptor,
  parseJson,
  type Referrer,
  SIMPLE_SIGNING_TYPE,
  signatureTag,
} from '../../oci/index.ts';
import { Session } from '../exchange/session.ts';
import type { Place, RegistryFailure } from '../failure.ts';
import { fetchSmallBlob } from '../manifests/image-config.ts';
import { fetchDocument } from '../manifests/manifests.ts';
import { endpointOf } from '../settings.ts';
import type { ClientContext } from '../world.ts';
import { listReferrers } from './list-referrers.ts';

export interface ReferrersRequest {
  readonly reference: CompleteReference;
  /** Which layers of referrers are fetched, by their media types; each is held in memory. */
  readonly wants: (mediaType: string) => boolean;
}

/** An image as its registry has it, and what is said of it there. */
export interface ReferredImage {
  /** What the reference names: the manifest, or the index of several platforms. */
  readonly image: Descriptor;
  readonly referrers: readonly ReadReferrer[];
  /** Digests of those that were not read: without a layer that is wanted, about something else, not there, too much. */
  readonly others: readonly string[];
  /** In cosign's older form, under a tag of their own. */
  readonly signatures: readonly TaggedSignature[];
}

export interface TaggedSignature {
  /** With the signature among its annotations. */
  readonly layer: Descriptor;
  readonly payload: Uint8Array;
}

export interface ReadReferrer {
  /** Of its manifest. */
  readonly digest: string;
  /** The layers that were wanted. */
  readonly contents: readonly Uint8Array[];
}

/** Reads what is said of an image in its registry, which no mirror is asked for: a mirror need not have it. */
export async function readReferrers(
  context: ClientContext,
  { reference, wants }: ReferrersRequest,
): Promise<Result<ReferredImage, RegistryFailure>> {
  const place: Place = { registry: reference.registry, repository: reference.repository };
  const session = new Session(context, endpointOf(context.settings, place.registry, place.repository));
  const wanted = { reference: reference.digest ?? reference.tag ?? 'latest' };
  const named = await fetchDocument(session, place, wanted);
  if (!named.ok) return named;
  const image = named.value.descriptor;
  const listed = await listReferrers(session, place, image.digest);
  if (!listed.ok) return listed;
  const referrers: ReadReferrer[] = [];
  const others: string[] = [];
  let leftBytes = MAX_READ_BYTES;
  for (const entry of listed.value.entries) {
    const read = await readOne(session, place, { entry, subject: image.digest, wants, leftBytes });
    if (!read.ok) return read;
    if (read.value) referrers.push(read.value);
    else others.push(entry.digest);
    for (const content of read.value?.contents ?? []) leftBytes -= content.byteLength;
  }
  const signatures = await readTagged(session, place, image.digest);
  return signatures.ok ? ok({ image, referrers, others, signatures: signatures.value }) : signatures;
}

/** The layers under the tag of an image's signatures; none where it has none. */
export async function taggedLayers(
  session: Session,
  place: Place,
  digest: string,
): Promise<Result<readonly Descriptor[], RegistryFailure>> {
  const fetched = await fetchDocument(session, place, { reference: signatureTag(digest) });
  if (!fetched.ok) return fetched.failure.kind === 'not-found' ? ok([]) : fetched;
  const { document } = fetched.value;
  return ok(document.kind === 'image' ? document.layers : []);
}

const MAX_PAYLOAD_BYTES = 2 ** 16;
const MAX_PAYLOADS = 100;

async function readTagged(
  session: Session,
  place: Place,
  digest: string,
): Promise<Result<readonly TaggedSignature[], RegistryFailure>> {
  const layers = await taggedLayers(session, place, digest);
  if (!layers.ok) return layers;
  const read: TaggedSignature[] = [];
  const payloads = layers.value.filter(
    ({ mediaType, size }) => mediaType === SIMPLE_SIGNING_TYPE && size <= MAX_PAYLOAD_BYTES,
  );
  for (const layer of payloads.slice(0, MAX_PAYLOADS)) {
    const payload = await fetchSmallBlob(session, place, layer);
    if (payload.ok) read.push({ layer, payload: payload.value });
    else if (!isTheirs(payload.failure)) return payload;
  }
  return ok(read);
}

/** Of all referrers of an image together, as anybody who may push can add some. */
const MAX_READ_BYTES = 2 ** 26;

interface OneReferrer extends Pick<ReferrersRequest, 'wants'> {
  readonly entry: Descriptor;
  readonly subject: string;
  /** More than this is not read. */
  readonly leftBytes: number;
}

/** `undefined` for what is not wanted, is not there, or is no manifest: anybody who may push can list such a thing. */
async function readOne(
  session: Session,
  place: Place,
  { entry, subject, wants, leftBytes }: OneReferrer,
): Promise<Result<ReadReferrer | undefined, RegistryFailure>> {
  const { digest, size, mediaType } = entry;
  const fetched = await fetchDocument(session, place, { reference: digest, size, mediaType });
  if (!fetched.ok) return isTheirs(fetched.failure) ? ok(undefined) : fetched;
  const { document, bytes } = fetched.value;
  const about = (parseJson(Buffer.from(bytes).toString('utf8')) as Partial<Referrer>).subject?.digest;
  const layers = document.kind === 'image' ? document.layers.filter((layer) => wants(layer.mediaType)) : [];
  const sizeBytes = layers.reduce((sum, layer) => sum + layer.size, 0);
  if (about !== subject || layers.length === 0 || sizeBytes > leftBytes) return ok(undefined);
  const contents: Uint8Array[] = [];
  for (const layer of layers) {
    const content = await fetchSmallBlob(session, place, layer);
    if (!content.ok) return isTheirs(content.failure) ? ok(undefined) : content;
    contents.push(content.value);
  }
  return ok({ digest, contents });
}

function isTheirs({ kind }: RegistryFailure): boolean {
  return kind === 'not-found' || kind === 'bad-answer';
}
