import { posix } from 'node:path';
import { fail, ok, type Result } from '../../base/index.ts';
import {
  blobPath,
  type Descriptor,
  type ImageConfig,
  type ImageManifest,
  parseJson,
} from '../../oci/index.ts';
import type { ToolContext } from '../tool.ts';
import { FILES_DOCUMENT } from './files-document.ts';
import type { Layer } from './layer.ts';

export interface LayoutImage {
  readonly config: ImageConfig;
  readonly layers: readonly Layer[];
  /** What `filesDocument` told of it, where that is there. */
  readonly filesText?: string;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** The one image of an OCI layout that `image-assemble` wrote. */
export function readLayout(fs: ToolContext['fs'], root: string): Result<LayoutImage, string> {
  const document = (path: string): unknown => {
    const full = posix.join(root, path);
    return fs.lstat(full)?.type === 'file' ? parseJson(fs.readText(full)) : undefined;
  };
  const blob = (descriptor: Descriptor | undefined): unknown =>
    descriptor && DIGEST.test(descriptor.digest) ? document(blobPath(descriptor.digest)) : undefined;
  const index = document('index.json') as { manifests?: Descriptor[] } | undefined;
  const manifest = blob(index?.manifests?.[0]) as ImageManifest | undefined;
  const config = blob(manifest?.config) as ImageConfig | undefined;
  const diffIds = config?.rootfs?.diff_ids;
  if (!manifest || !config || !diffIds || diffIds.length !== manifest.layers.length) {
    return fail(`${root} does not hold an image`);
  }
  if (manifest.layers.some(({ digest }) => !DIGEST.test(digest)))
    return fail(`${root} names a layer by no digest`);
  const layers = manifest.layers.map((descriptor, at) => ({
    descriptor,
    diffId: diffIds[at]!,
    path: posix.join(root, blobPath(descriptor.digest)),
  }));
  const filesPath = posix.join(root, FILES_DOCUMENT);
  const filesText = fs.lstat(filesPath)?.type === 'file' ? fs.readText(filesPath) : undefined;
  return ok({ config, layers, ...(filesText === undefined ? {} : { filesText }) });
}
