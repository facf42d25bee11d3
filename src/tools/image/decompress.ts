import { createZstdDecompress } from 'node:zlib';
import { type ByteStream, fileBytes, through } from '../byte-stream.ts';
import { gunzipped } from '../gzip.ts';
import type { ToolContext } from '../tool.ts';

export type Compression = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

const MAGIC: readonly (readonly [Compression, Uint8Array])[] = [
  ['gzip', Uint8Array.of(0x1f, 0x8b, 0x08)],
  ['zstd', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)],
  ['bzip2', Uint8Array.of(0x42, 0x5a, 0x68)],
  ['xz', Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)],
];

/** By the first bytes of a file. */
export function compressionOf(fs: ToolContext['fs'], path: string): Compression {
  using handle = fs.open(path, 'r');
  const start = new Uint8Array(8);
  const count = handle.read(start);
  const found = MAGIC.find(
    ([, magic]) => magic.length <= count && magic.every((byte, at) => start[at] === byte),
  );
  return found?.[0] ?? 'none';
}

/** The bytes of a file without its compression; `undefined` for one that there is no decoder for. */
export function decompressed(fs: ToolContext['fs'], path: string): ByteStream | undefined {
  const bytes = fileBytes(fs, path);
  switch (compressionOf(fs, path)) {
    case 'none':
      return bytes;
    case 'gzip':
      return gunzipped(bytes);
    case 'zstd':
      return through(bytes, createZstdDecompress());
    case 'bzip2':
    case 'xz':
      return undefined;
  }
}

/** Whether an error says that bytes are not of the compression that they began as. */
export function isDecompressionError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^(?:Z_|ZSTD_|ERR_ZLIB)/.test(code);
}
