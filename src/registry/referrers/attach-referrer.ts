import { digestOf, InternalError, type Result } from '../../base/index.ts';
import {
  type Descriptor,
  descriptorOf,
  encodeIndex,
  MEDIA_TYPES,
  parseJson,
  type Referrer,
  referrersTag,
} from '../../oci/index.ts';
import { Session } from '../exchange/session.ts';
import type { Place, RegistryFailure } from '../failure.ts';
import { type ImageInSource, type PushedImage, pushImage, putManifest } from '../push.ts';
import { endpointOf } from '../settings.ts';
import type { ClientContext } from '../world.ts';
import { listReferrers } from './list-referrers.ts';

/** A manifest with a subject, as `encodeReferrer` makes it, with what it names. */
export interface AttachRequest extends ImageInSource {
  /** Where its subject is. */
  readonly place: Place;
}

/**
 * Pushes a referrer, and sees to it that whoever asks for the referrers of its subject finds it: where the registry does not list
 * them itself, by the index under the tag that the distribution specification has for that. To do it again changes nothing.
 */
export async function attachReferrer(
  context: ClientContext,
  request: AttachRequest,
  stop: () => void,
): Promise<Result<PushedImage, RegistryFailure>> {
  const { place, top } = request;
  const pushed = await pushImage(context, { ...request, tags: [] }, stop);
  if (!pushed.ok) return pushed;
  const { subject, entry } = readReferrer(context, request);
  const session = new Session(context, endpointOf(context.settings, place.registry, place.repository));
  const known = await listReferrers(session, place, subject.digest);
  if (!known.ok) return known;
  const { entries, isOwnList } = known.value;
  if (isOwnList || entries.some(({ digest }) => digest === top.digest)) return pushed;
  const put = await putIndex(session, place, { subject, entries: [...entries, entry] });
  return put.ok ? pushed : put;
}

/** What the index says of it is what it says itself. */
function readReferrer(
  { world }: ClientContext,
  { top, source }: ImageInSource,
): { readonly subject: Descriptor; readonly entry: Descriptor } {
  const path = source.fileOf(top);
  const document = parseJson(path === undefined ? '' : world.fs.readText(path)) as Referrer | undefined;
  if (!document?.subject) throw new InternalError(`${top.digest} was to be attached and has no subject`);
  const { subject, artifactType, annotations } = document;
  const { mediaType, digest, size } = top;
  return { subject, entry: { mediaType, digest, size, artifactType, annotations } };
}

function putIndex(
  session: Session,
  place: Place,
  { subject, entries }: { readonly subject: Descriptor; readonly entries: readonly Descriptor[] },
): Promise<Result<void, RegistryFailure>> {
  const { index: mediaType } = MEDIA_TYPES;
  const bytes = Buffer.from(encodeIndex({ schemaVersion: 2, mediaType, manifests: entries }));
  const document = { bytes, descriptor: descriptorOf(digestOf(bytes), mediaType) };
  return putManifest(session, place, { document, reference: referrersTag(subject.digest) });
}
