import { fail, ok, type Result } from '../base/index.ts';
import { blobPath, type Descriptor, type ImageConfig, type ImageManifest } from './image.ts';
import { parseJson } from './parse-json.ts';

/** The documents of the one image of an OCI layout. */
export interface LayoutDocuments {
  readonly config: ImageConfig;
  readonly layers: readonly LayoutLayer[];
}

export interface LayoutLayer {
  readonly descriptor: Descriptor;
  readonly diffId: string;
  /** Of its blob, relative to the layout. */
  readonly path: string;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Reads what `image-assemble` wrote, or a registry's image as the lock keeps it. `text` gives a file by its path in the layout. */
export function readLayoutDocuments(
  text: (path: string) => string | undefined,
): Result<LayoutDocuments, string> {
  const document = (path: string): unknown => {
    const found = text(path);
    return found === undefined ? undefined : parseJson(found);
  };
  const blob = (descriptor: Descriptor | undefined): unknown =>
    descriptor && DIGEST.test(descriptor.digest) ? document(blobPath(descriptor.digest)) : undefined;
  const index = document('index.json') as { manifests?: Descriptor[] } | undefined;
  const manifest = blob(index?.manifests?.[0]) as ImageManifest | undefined;
  const config = blob(manifest?.config) as ImageConfig | undefined;
  const diffIds = config?.rootfs?.diff_ids;
  if (!manifest || !config || !diffIds || diffIds.length !== manifest.layers.length)
    return fail('does not hold an image');
  if (manifest.layers.some(({ digest }) => !DIGEST.test(digest))) return fail('names a layer by no digest');
  const layers = manifest.layers.map((descriptor, at) => ({
    descriptor,
    diffId: diffIds[at]!,
    path: blobPath(descriptor.digest),
  }));
  return ok({ config, layers });
}
