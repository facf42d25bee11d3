import { posix } from 'node:path';
import { ok, type Result } from '../../base/index.ts';
import { FILES_DOCUMENT, type ImageConfig, readLayoutDocuments } from '../../oci/index.ts';
import type { ToolContext } from '../tool.ts';
import type { Layer } from './layer.ts';

export interface LayoutImage {
  readonly config: ImageConfig;
  readonly layers: readonly Layer[];
  /** What `filesDocument` told of it, where that is there. */
  readonly filesText?: string;
}

/** The one image of an OCI layout that `image-assemble` wrote. */
export function readLayout(fs: ToolContext['fs'], root: string): Result<LayoutImage, string> {
  const text = (path: string): string | undefined => {
    const full = posix.join(root, path);
    return fs.lstat(full)?.type === 'file' ? fs.readText(full) : undefined;
  };
  const documents = readLayoutDocuments(text);
  if (!documents.ok) return { ok: false, failure: `${root} ${documents.failure}` };
  const { config, layers } = documents.value;
  const placed = layers.map((layer) => ({ ...layer, path: posix.join(root, layer.path), isGiven: true }));
  const filesText = text(FILES_DOCUMENT);
  return ok({ config, layers: placed, ...(filesText === undefined ? {} : { filesText }) });
}
