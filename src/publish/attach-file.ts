import { ok, type Result } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import { type Descriptor, encodeReferrer } from '../oci/index.ts';
import type { Place, RegistryClient, RegistryFailure } from '../registry/index.ts';
import type { PublishItem } from './publisher.ts';
import { scratchSource } from './scratch-source.ts';

/** A file that says something of an image, as its signature. */
export interface ImageAttachment {
  readonly item: PublishItem;
  /** What it is, as the layer of a referrer. */
  readonly mediaType: string;
  /** Of the referrer. */
  readonly annotations: Readonly<Record<string, string>>;
}

export interface AttachOptions {
  readonly fs: FileSystem;
  readonly client: Pick<RegistryClient, 'attach'>;
  /** A folder of ours for the documents that are pushed, absolute. */
  readonly scratch: string;
}

export interface AttachFileRequest {
  readonly subject: Descriptor;
  /** Where the subject is. */
  readonly place: Place;
  readonly attachment: ImageAttachment;
  readonly signal: AbortSignal;
}

/** Attaches a file to an image in its registry, byte for byte; gives the count of bytes that were sent. */
export async function attachFile(
  { fs, client, scratch }: AttachOptions,
  { subject, place, attachment, signal }: AttachFileRequest,
): Promise<Result<number, RegistryFailure>> {
  const { item, mediaType, annotations } = attachment;
  const layer = { mediaType, digest: `sha256:${item.sha256}`, size: item.sizeBytes };
  const documents = encodeReferrer({ subject, artifactType: mediaType, layers: [layer], annotations });
  const { source, keep } = scratchSource(fs, scratch, [item]);
  for (const { text, descriptor } of Object.values(documents)) keep(text, descriptor.mediaType);
  const attached = await client.attach({ top: documents.manifest.descriptor, source, place, signal });
  return attached.ok ? ok(attached.value.sentBytes) : attached;
}
