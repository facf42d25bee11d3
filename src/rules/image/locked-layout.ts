import { makeTree, type Tree, type TreeExpression } from '../../action/index.ts';
import { sha256 } from '../../base/index.ts';
import {
  blobPath,
  encodeIndex,
  type ImageBlobs,
  imageKey,
  type LockedBlob,
  MEDIA_TYPES,
  OCI_LAYOUT,
  type RegistryImage,
} from '../../oci/index.ts';

/** Where the layout of a registry's image lies in a working folder. */
export function layoutPlace(image: RegistryImage): string {
  return `images/${sha256(imageKey(image)).slice(0, 16)}`;
}

/** The layers of a locked image, each named by its hash. */
export function layersTree({ layers }: ImageBlobs): TreeExpression {
  return { kind: 'tree', tree: blobsTree(layers) };
}

function blobsTree(blobs: readonly LockedBlob[]): Tree {
  const unique = new Map(blobs.map((blob) => [blob.sha256, blob]));
  const files = [...unique.values()].map(({ sha256: hash, sizeBytes }) => ({
    name: hash,
    digest: { hash, sizeBytes },
    isExecutable: false,
  }));
  return makeTree({ files });
}

/** A locked image as an OCI layout: its documents and layers are in the store since they were fetched. */
export function layoutTree({ manifest, config, layers }: ImageBlobs): TreeExpression {
  const blobs = blobsTree([manifest, config, ...layers]);
  const index = encodeIndex({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.index,
    manifests: [descriptorOfBlob(manifest)],
  });
  const folder = blobPath(`sha256:${manifest.sha256}`).replace(/\/[^/]*$/, '');
  return {
    kind: 'merge',
    of: [
      { kind: 'under', of: { kind: 'tree', tree: blobs }, path: folder },
      {
        kind: 'literal',
        files: [
          { path: 'index.json', content: index, isExecutable: false },
          { path: 'oci-layout', content: OCI_LAYOUT, isExecutable: false },
        ],
      },
    ],
  };
}

function descriptorOfBlob({ mediaType, sha256: hash, sizeBytes }: LockedBlob) {
  return { mediaType, digest: `sha256:${hash}`, size: sizeBytes };
}
