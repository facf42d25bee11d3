import { posix } from 'node:path';
import { Digester } from '../../base/index.ts';
import type { LayoutReader } from '../../oci/index.ts';
import { digested, fileBytes } from '../byte-stream.ts';
import { gunzipped } from '../gzip.ts';
import type { ToolContext } from '../tool.ts';
import { isDecompressionError } from './decompress.ts';

/** A layout on disk, for `validateImage`; layers are never held. */
export function openLayout(
  fs: Pick<ToolContext['fs'], 'lstat' | 'readText' | 'open'>,
  root: string,
): LayoutReader {
  const isFile = (path: string): boolean => fs.lstat(posix.join(root, path))?.type === 'file';
  return {
    text: (path) => (isFile(path) ? fs.readText(posix.join(root, path)) : undefined),
    async layer(path) {
      if (!isFile(path)) return undefined;
      const compressed = new Digester();
      const uncompressed = new Digester();
      try {
        const bytes = gunzipped(digested(fileBytes(fs, posix.join(root, path)), compressed));
        for await (const chunk of bytes) uncompressed.update(chunk);
      } catch (error) {
        if (isDecompressionError(error)) return undefined;
        throw error;
      }
      return { compressed: compressed.digest(), uncompressed: uncompressed.digest() };
    },
  };
}
