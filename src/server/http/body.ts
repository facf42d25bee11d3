import type { ByteSource } from '../blobs/blob-store.ts';
import { HttpError } from './http-error.ts';
import type { Call } from './operation.ts';

/** A body as it comes. The connection stays open where not all of it is read, so that the answer is. */
export function bodyOf({ request }: Pick<Call, 'request'>): ByteSource {
  return request.raw.iterator({ destroyOnReturn: false });
}

/** A small body, held in memory. Throws 413 for a larger one. */
export async function wholeBody(call: Pick<Call, 'request'>, mostBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of bodyOf(call)) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > mostBytes)
      throw new HttpError(413, 'too-large', { message: `at most ${mostBytes} bytes are taken` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
