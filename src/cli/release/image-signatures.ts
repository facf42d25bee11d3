import { join } from 'node:path/posix';
import { InternalError } from '../../base/index.ts';
import type { FileSystem } from '../../host/index.ts';
import { formatReference, parseReference, simplePayload } from '../../oci/index.ts';
import type { ImageAttachment, PublishItem, ReleaseContents } from '../../publish/index.ts';
import { type IndexedImage, imageFileNames } from '../../release/index.ts';
import {
  attestFile,
  BUNDLE_TYPE,
  IMAGE_SIGNATURE_TYPE,
  imageStatement,
  messageSignature,
  PROVENANCE_TYPE,
  parseStatement,
  SIGNATURE_SUFFIX,
  type SignedFile,
  type Signer,
  type SigningWorld,
  statementText,
} from '../../signing/index.ts';

interface ReleasedImages {
  /** Of the release, absolute. */
  readonly folder: string;
  readonly version: string;
  readonly images: readonly IndexedImage[];
}

/** Where the envelopes lie that only a key in PEM makes. */
export function imageBundlePaths({ folder, version, images }: ReleasedImages): readonly string[] {
  return images.flatMap(({ name }) => {
    const { signature, origin } = imageFileNames(version, name);
    return [signature, origin].map((each) => join(folder, each));
  });
}

/**
 * Signs the images of a release by the keys that can, in files of the release, so that publishing needs no key. The provenance of an
 * image is the release's, about the image alone: verifiers take few subjects, and need not know all that was released.
 */
export function signImages(
  world: Pick<SigningWorld, 'fs'>,
  signers: readonly Signer[],
  { folder, version, images, origin }: ReleasedImages & { readonly origin: string },
): readonly SignedFile[] {
  const built = parseStatement(origin);
  if (!built) throw new InternalError('the provenance of the release cannot be read');
  return images.flatMap(({ name, reference, digest }) => {
    const signature = imageStatement(reference, digest);
    const names = imageFileNames(version, name);
    const statements = [
      [names.signature, signature],
      [names.origin, { ...built, subjects: signature.subjects }],
    ] as const;
    return statements.flatMap(([file, statement]) =>
      attestFile(world, signers, {
        path: join(folder, file),
        statement: Buffer.from(statementText(statement)),
      }),
    );
  });
}

export interface ImagePayload {
  /** Of the file. */
  readonly name: string;
  readonly text: string;
}

/** What cosign's older form signs of each image; the signature of such a file is that of the image. */
export function imagePayloads({
  version,
  images,
}: Pick<ReleasedImages, 'version' | 'images'>): readonly ImagePayload[] {
  return images.map(({ name, reference, digest }) => ({
    name: imageFileNames(version, name).payload,
    text: simplePayload(repositoryOf(reference), digest),
  }));
}

/** Without its tag, which a payload does not name. */
function repositoryOf(reference: string): string {
  const { tag: _, digest: __, ...place } = parseReference(reference) ?? { repository: reference };
  return formatReference(place);
}

/** What of a release is attached to an image where it is published. */
export function attachmentsOf(
  fs: Pick<FileSystem, 'readText'>,
  { index, items }: Pick<ReleaseContents, 'index' | 'items'>,
  image: string,
): readonly ImageAttachment[] {
  const names = imageFileNames(index.version, image);
  const itemOf = (name: string): PublishItem | undefined => items.find((item) => item.name === name);
  const attached = (name: string, predicateType: string): readonly ImageAttachment[] => {
    const item = itemOf(name);
    return item ? [bundleAttachment(item, predicateType, index.timestamp)] : [];
  };
  const [payload, item] = [itemOf(names.payload), itemOf(`${names.payload}${SIGNATURE_SUFFIX.sigstore}`)];
  const signature = item && messageSignature(fs.readText(item.path));
  return [
    ...attached(names.signature, IMAGE_SIGNATURE_TYPE),
    ...attached(names.origin, PROVENANCE_TYPE),
    ...(payload && item && signature ? [{ kind: 'simple' as const, item, payload, signature }] : []),
  ];
}

/** With the annotations by which cosign tells what is in a bundle without reading it. */
export function bundleAttachment(item: PublishItem, predicateType: string, created: string): ImageAttachment {
  return {
    kind: 'bundle',
    item,
    mediaType: BUNDLE_TYPE,
    annotations: {
      'dev.sigstore.bundle.content': 'dsse-envelope',
      'dev.sigstore.bundle.predicateType': predicateType,
      'org.opencontainers.image.created': created,
    },
  };
}
