import { join } from 'node:path/posix';
import { InternalError } from '../../base/index.ts';
import type { ImageAttachment, PublishItem, ReleaseContents } from '../../publish/index.ts';
import { type IndexedImage, imageBundleNames } from '../../release/index.ts';
import {
  attestFile,
  BUNDLE_TYPE,
  IMAGE_SIGNATURE_TYPE,
  imageStatement,
  PROVENANCE_TYPE,
  parseStatement,
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

/** Where the signatures of images lie, and what says where each was built. */
export function imageBundlePaths({ folder, version, images }: ReleasedImages): readonly string[] {
  return images.flatMap(({ name }) =>
    Object.values(imageBundleNames(version, name)).map((each) => join(folder, each)),
  );
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
    const names = imageBundleNames(version, name);
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

/** What of a release is attached to an image where it is published. */
export function attachmentsOf(
  { index, items }: Pick<ReleaseContents, 'index' | 'items'>,
  image: string,
): readonly ImageAttachment[] {
  const names = imageBundleNames(index.version, image);
  const attached = (name: string, predicateType: string): readonly ImageAttachment[] =>
    items.filter((item) => item.name === name).map((item) => bundleOf(item, predicateType, index.timestamp));
  return [...attached(names.signature, IMAGE_SIGNATURE_TYPE), ...attached(names.origin, PROVENANCE_TYPE)];
}

function bundleOf(item: PublishItem, predicateType: string, created: string): ImageAttachment {
  return { item, mediaType: BUNDLE_TYPE, annotations: bundleAnnotations(predicateType, created) };
}

/** By which cosign tells what is in a bundle without reading it. */
export function bundleAnnotations(predicateType: string, created: string): Readonly<Record<string, string>> {
  return {
    'dev.sigstore.bundle.content': 'dsse-envelope',
    'dev.sigstore.bundle.predicateType': predicateType,
    'org.opencontainers.image.created': created,
  };
}
