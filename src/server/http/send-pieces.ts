import type { FastifyReply } from 'fastify';
import type { ByteRange, OpenBlob } from '../blobs/blob-store.ts';

const PIECE_BYTES = 2 ** 18;
/** Buffers that are kept for the next download. */
const MOST_SPARE = 64;
const spare: Buffer[] = [];

/**
 * Sends a large part of a blob through two buffers that are used again and again: one is filled while the other goes out. Past the
 * framework, whose streams take a new buffer for each piece. A blob that ends early breaks the connection off: the client must not
 * take what it got for all.
 */
export async function sendPieces(
  reply: FastifyReply,
  blob: OpenBlob,
  { start, end }: ByteRange,
): Promise<FastifyReply> {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(reply.statusCode, reply.getHeaders() as Record<string, string | string[]>);
  const buffers = [
    spare.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES),
    spare.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES),
  ];
  let sending: Promise<void> = Promise.resolve();
  try {
    for (let at = start, turn = 0; at < end; turn ^= 1) {
      const buffer = buffers[turn]!.subarray(0, Math.min(PIECE_BYTES, end - at));
      const count = await blob.read(buffer, at);
      await sending;
      if (count === 0) throw new Error('a blob has ended early');
      at += count;
      sending = sent(reply, buffer.subarray(0, count));
      sending.catch(() => {});
    }
    await sending;
    raw.end();
    for (const buffer of buffers) if (spare.length < MOST_SPARE) spare.push(buffer);
  } catch {
    // The client is gone, or must believe that we are. The buffers may still be on their way and are not used again.
    raw.destroy();
  }
  return reply;
}

/** Settles once the bytes were handed to the system, so that their buffer is free. */
function sent({ raw }: FastifyReply, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    raw.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
