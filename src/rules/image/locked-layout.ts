import { makeTree, type TreeExpression } from '../../action/index.ts';
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

/** A locked image as an OCI layout: its documents and layers are in the store since they were fetched. */
export function layoutTree({ manifest, config, layers }: ImageBlobs): TreeExpression {
  const unique = new Map([manifest, config, ...layers].map((blob) => [blob.sha256, blob]));
  const files = [...unique.values()].map(({ sha256: hash, sizeBytes }) => ({
    name: hash,
    digest: { hash, sizeBytes },
    isExecutable: false,
  }));
  const index = encodeIndex({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.index,
    manifests: [descriptorOfBlob(manifest)],
  });
  const folder = blobPath(`sha256:${manifest.sha256}`).replace(/\/[^/]*$/, '');
  return {
    kind: 'merge',
    of: [
      { kind: 'under', of: { kind: 'tree', tree: makeTree({ files }) }, path: folder },
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
