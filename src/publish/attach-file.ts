import { ok, type Result } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import {
  type Descriptor,
  encodeReferrer,
  encodeSignatures,
  signatureLayer,
  signatureOf,
  signatureTag,
} from '../oci/index.ts';
import type { Place, PushedImage, RegistryClient, RegistryFailure } from '../registry/index.ts';
import type { PublishItem } from './publisher.ts';
import { scratchSource } from './scratch-source.ts';

/** A file that says something of an image, as its signature. */
export type ImageAttachment = BundleAttachment | SimpleAttachment;

export interface BundleAttachment {
  readonly kind: 'bundle';
  readonly item: PublishItem;
  /** What it is, as the layer of a referrer. */
  readonly mediaType: string;
  /** Of the referrer. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** A signature in cosign's older form. */
export interface SimpleAttachment {
  readonly kind: 'simple';
  /** That holds the signature. */
  readonly item: PublishItem;
  /** What is signed. */
  readonly payload: PublishItem;
  /** In base64. */
  readonly signature: string;
}

export interface AttachOptions {
  readonly fs: FileSystem;
  readonly client: Pick<RegistryClient, 'attach' | 'push' | 'signatureLayers'>;
  /** A folder of ours for the documents that are pushed, absolute. */
  readonly scratch: string;
}

export interface AttachFileRequest<Attachment = ImageAttachment> {
  readonly subject: Descriptor;
  /** Where the subject is. */
  readonly place: Place;
  readonly attachment: Attachment;
  readonly signal: AbortSignal;
}

/** Attaches a file to an image in its registry, byte for byte; gives the count of bytes that were sent. */
export async function attachFile(
  options: AttachOptions,
  { attachment, ...request }: AttachFileRequest,
): Promise<Result<number, RegistryFailure>> {
  const attached =
    attachment.kind === 'bundle'
      ? await attachBundle(options, { ...request, attachment })
      : await attachSimple(options, { ...request, attachment });
  return attached.ok ? ok(attached.value.sentBytes) : attached;
}

function attachBundle(
  { fs, client, scratch }: AttachOptions,
  { subject, place, attachment, signal }: AttachFileRequest<BundleAttachment>,
): Promise<Result<PushedImage, RegistryFailure>> {
  const { item, mediaType, annotations } = attachment;
  const layer = { mediaType, digest: `sha256:${item.sha256}`, size: item.sizeBytes };
  const documents = encodeReferrer({ subject, artifactType: mediaType, layers: [layer], annotations });
  const { source, keep } = scratchSource(fs, scratch, [item]);
  for (const { text, descriptor } of Object.values(documents)) keep(text, descriptor.mediaType);
  return client.attach({ top: documents.manifest.descriptor, source, place, signal });
}

/** Beside the signatures that are there already. */
async function attachSimple(
  { fs, client, scratch }: AttachOptions,
  { subject, place, attachment, signal }: AttachFileRequest<SimpleAttachment>,
): Promise<Result<PushedImage, RegistryFailure>> {
  const { payload, signature } = attachment;
  const known = await client.signatureLayers(place, { digest: subject.digest, signal });
  if (!known.ok) return known;
  const layer = signatureLayer(fs.readText(payload.path), signature);
  const isKnown = known.value.some((each) => each.digest === layer.digest && signatureOf(each) === signature);
  const documents = encodeSignatures(isKnown ? known.value : [...known.value, layer]);
  const { source, keep } = scratchSource(fs, scratch, [payload]);
  for (const { text, descriptor } of Object.values(documents)) keep(text, descriptor.mediaType);
  const top = documents.manifest.descriptor;
  return client.push({ top, source, place, tags: [signatureTag(subject.digest)], signal });
}
