import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ByteRange, OpenBlob } from '../blobs/blob-store.ts';
import { byteRange } from './byte-range.ts';
import { HttpError } from './http-error.ts';
import { sendPieces } from './send-pieces.ts';

export interface BlobAnswer {
  /** Quoted into the ETag: two contents never share it. */
  readonly tag: string;
  readonly contentType: string;
  /** Content that never changes under its address may be kept for good. */
  readonly isImmutable: boolean;
}

const YEAR_SECONDS = 31_536_000;
/** Up to this, an answer is one buffer that goes out with its head. */
const SMALL_BYTES = 2 ** 18;

/** Answers GET or HEAD with a blob, or the part that `Range` asks for; 304 where the client has it. Closes the blob. */
export async function sendBlob(
  call: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  blob: OpenBlob,
  answer: BlobAnswer,
): Promise<FastifyReply> {
  const { request, reply } = call;
  try {
    const part = writeHead(call, blob.sizeBytes, answer);
    if (!part || request.method === 'HEAD') return reply.send();
    const sizeBytes = part.end - part.start;
    if (sizeBytes > SMALL_BYTES) return await sendPieces(reply, blob, part);
    const buffer = Buffer.allocUnsafe(sizeBytes);
    const count = sizeBytes === 0 ? 0 : await blob.read(buffer, part.start);
    return reply.send(count === sizeBytes ? buffer : buffer.subarray(0, count));
  } finally {
    blob.close();
  }
}

/** The bytes that are asked for; none where the client has them. */
function writeHead(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  sizeBytes: number,
  { tag, contentType, isImmutable }: BlobAnswer,
): ByteRange | undefined {
  const etag = `"${tag}"`;
  reply.headers({
    etag,
    'accept-ranges': 'bytes',
    'cache-control': isImmutable ? `private, max-age=${YEAR_SECONDS}, immutable` : 'private, no-cache',
  });
  if (knows(request.headers['if-none-match'], etag)) {
    reply.code(304);
    return undefined;
  }
  reply.header('content-type', contentType);
  const condition = request.headers['if-range'];
  const asked = condition === undefined || condition === etag ? request.headers.range : undefined;
  const range = byteRange(asked, sizeBytes);
  if (range === 'outside') {
    throw new HttpError(416, 'range-not-satisfiable', {
      message: `there are ${sizeBytes} bytes`,
      headers: { 'content-range': `bytes */${sizeBytes}` },
    });
  }
  const part = range === 'whole' ? { start: 0, end: sizeBytes } : range;
  reply.header('content-length', part.end - part.start);
  if (range !== 'whole')
    reply.code(206).header('content-range', `bytes ${part.start}-${part.end - 1}/${sizeBytes}`);
  return part;
}

function knows(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((each) => each.trim().replace(/^W\//, '') === etag || each.trim() === '*');
}
