import { join } from 'node:path/posix';
import { digestOf } from '../base/index.ts';
import { type FileSystem, writeDurably } from '../host/index.ts';
import { type Descriptor, descriptorOf } from '../oci/index.ts';
import type { BlobSource } from '../registry/index.ts';
import type { PublishItem } from './publisher.ts';

/** Files of a release as blobs, and beside them documents that only a registry needs. */
export interface ScratchSource {
  readonly source: BlobSource;
  /** Puts a document into the folder. */
  keep(text: string, mediaType: string): Descriptor;
}

/** `scratch` is a folder of ours for the documents, absolute. */
export function scratchSource(fs: FileSystem, scratch: string, items: readonly PublishItem[]): ScratchSource {
  const files = new Map(items.map((item) => [`sha256:${item.sha256}`, item.path]));
  return {
    source: { fileOf: ({ digest }) => files.get(digest) },
    keep(text, mediaType) {
      const digest = digestOf(text);
      const path = join(scratch, digest.hash);
      fs.makeDirectory(scratch);
      writeDurably(fs, path, text);
      files.set(`sha256:${digest.hash}`, path);
      return descriptorOf(digest, mediaType);
    },
  };
}
