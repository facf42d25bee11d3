import { posix } from 'node:path';
import {
  blobPath,
  type Descriptor,
  encodeConfig,
  encodeIndex,
  encodeManifest,
  type ImageConfig,
  LAYERS_FOLDER,
  MEDIA_TYPES,
  OCI_LAYOUT,
} from '../../oci/index.ts';
import { CHUNK_BYTES, fileBytes, writeStream } from '../byte-stream.ts';
import type { ToolContext } from '../tool.ts';
import type { Layer } from './layer.ts';

const ALGORITHM = 'sha256:';

/** Writes an OCI layout with one untagged image but for its layers; those that are new lie beside it, in `LAYERS_FOLDER`. */
export async function writeLayout(
  { fs }: Pick<ToolContext, 'fs'>,
  out: string,
  image: { readonly config: ImageConfig; readonly layers: readonly Layer[] },
): Promise<void> {
  const { architecture, os, variant } = image.config;
  const config = encodeConfig(image.config);
  const manifest = encodeManifest({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: config.descriptor,
    layers: image.layers.map(({ descriptor }) => descriptor),
  });
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (const { descriptor, path, isGiven } of image.layers) {
    const place = posix.join(out, LAYERS_FOLDER, descriptor.digest.slice(ALGORITHM.length));
    if (!isGiven && !fs.lstat(place)) await writeStream(fs, place, fileBytes(fs, path, buffer));
  }
  fs.makeDirectory(posix.join(out, 'blobs/sha256'));
  for (const { descriptor, text } of [config, manifest])
    fs.writeFile(posix.join(out, blobPath(descriptor.digest)), text);
  const platform = { architecture, os, ...(variant === undefined ? {} : { variant }) };
  const manifests = [{ ...manifest.descriptor, platform }];
  writeIndex(fs, out, manifests);
}

/** Writes what makes a folder with blobs an OCI layout: what it holds, and that it is one. */
export function writeIndex(
  fs: Pick<ToolContext['fs'], 'writeFile'>,
  root: string,
  manifests: readonly Descriptor[],
): void {
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests } as const;
  fs.writeFile(posix.join(root, 'index.json'), encodeIndex(index));
  fs.writeFile(posix.join(root, 'oci-layout'), OCI_LAYOUT);
}
