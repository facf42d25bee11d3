import { posix } from 'node:path';
import {
  blobPath,
  encodeConfig,
  encodeIndex,
  encodeManifest,
  type ImageConfig,
  MEDIA_TYPES,
  OCI_LAYOUT,
} from '../../oci/index.ts';
import { fileBytes, writeStream } from '../byte-stream.ts';
import type { ToolContext } from '../tool.ts';
import type { Layer } from './layer.ts';

/** Writes an OCI layout with one untagged image; blobs that lie in its folder already are taken as they are. */
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
  for (const { descriptor, path } of image.layers) {
    const place = posix.join(out, blobPath(descriptor.digest));
    if (!fs.lstat(place)) await writeStream(fs, place, fileBytes(fs, path));
  }
  for (const { descriptor, text } of [config, manifest])
    fs.writeFile(posix.join(out, blobPath(descriptor.digest)), text);
  const platform = { architecture, os, ...(variant === undefined ? {} : { variant }) };
  const manifests = [{ ...manifest.descriptor, platform }];
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests } as const;
  fs.writeFile(posix.join(out, 'index.json'), encodeIndex(index));
  fs.writeFile(posix.join(out, 'oci-layout'), OCI_LAYOUT);
}
