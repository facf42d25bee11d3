import { counted, fail, ok, type Result, sum } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import type { Descriptor } from '../oci/index.ts';
import type { BlobSource, Place, RegistryClient, RegistryFailure, UploadMemory } from '../registry/index.ts';
import { attachFile, type ImageAttachment } from './attach-file.ts';
import type { Publisher, PublishFailure, PublishItem } from './publisher.ts';
import { publishFailure } from './registry-publisher.ts';

/** An image of the release and where its names say that it goes. */
export interface ReleasedImage {
  readonly name: string;
  readonly top: Descriptor;
  readonly source: BlobSource;
  readonly place: Place;
  /** Of the version. */
  readonly tags: readonly string[];
  /** That go on to the next release: `latest`. */
  readonly movingTags: readonly string[];
  readonly attachments: readonly ImageAttachment[];
}

export interface ImagesOptions {
  readonly fs: FileSystem;
  /** A folder of ours for the documents that are pushed, absolute. */
  readonly scratch: string;
  readonly client: Pick<RegistryClient, 'push' | 'attach' | 'signatureLayers'>;
  readonly images: readonly ReleasedImage[];
  readonly memory: UploadMemory;
  readonly describe: (failure: RegistryFailure) => string;
}

/**
 * The registries that the images of a release are named for. Each image goes up by its digest, at the latest with the index, when all
 * files are out, and with what says something of it; it gets its tags when everything is out, those that move last of all.
 */
export function imagesPublisher(options: ImagesOptions): Publisher {
  const { images } = options;
  /** By their digests, in this run. */
  const there = new Set<ReleasedImage>();
  const place = [...new Set(images.map((image) => `${image.place.registry}/${image.place.repository}`))];
  return {
    place: `images ${place.join(' ')}`,
    whole: wholeOf(images),
    wants: (item, { index }) => item.name === index.name || images.some((image) => attachmentAs(item, image)),
    async put(item, _release, signal) {
      const attached = images.filter((image) => attachmentAs(item, image));
      let sentBytes = 0;
      for (const image of attached.length > 0 ? attached : images) {
        // What is said of an image comes after it: not every registry takes it before.
        const brought = there.has(image) ? ok(0) : await push(options, image, { tags: [], signal });
        if (!brought.ok) return brought;
        there.add(image);
        const attachment = attachmentAs(item, image);
        const sent = attachment ? await attach(options, image, { attachment, signal }) : brought;
        if (!sent.ok) return sent;
        sentBytes += sent.value;
      }
      return ok(sentBytes > 0 ? 'sent' : 'present');
    },
    async promote({ isNewest }, signal) {
      for (const kind of isNewest ? (['tags', 'movingTags'] as const) : (['tags'] as const)) {
        for (const image of images.filter((each) => each[kind].length > 0)) {
          const pushed = await push(options, image, { tags: image[kind], signal });
          if (!pushed.ok) return pushed;
        }
      }
      return ok(isNewest ? 'moved' : 'kept');
    },
  };
}

function wholeOf(images: readonly ReleasedImage[]): string {
  const attachments = sum(images.map((image) => image.attachments.length));
  const more = attachments === 0 ? '' : ` with ${counted(attachments, 'attachment')}`;
  return counted(images.length, 'image') + more;
}

async function push(
  { client, memory, describe }: ImagesOptions,
  { top, source, place }: ReleasedImage,
  { tags, signal }: { readonly tags: readonly string[]; readonly signal: AbortSignal },
): Promise<Result<number, PublishFailure>> {
  const pushed = await client.push({ top, source, place, tags, memory, signal });
  return pushed.ok ? ok(pushed.value.sentBytes) : fail(publishFailure(pushed.failure, describe));
}

function attachmentAs({ name }: PublishItem, { attachments }: ReleasedImage): ImageAttachment | undefined {
  return attachments.find(({ item }) => item.name === name);
}

async function attach(
  options: ImagesOptions,
  { top: subject, place }: ReleasedImage,
  { attachment, signal }: { readonly attachment: ImageAttachment; readonly signal: AbortSignal },
): Promise<Result<number, PublishFailure>> {
  const attached = await attachFile(options, { subject, place, attachment, signal });
  return attached.ok ? attached : fail(publishFailure(attached.failure, options.describe));
}
