import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OpenBlob } from '../blobs/blob-store.ts';
import { byteRange } from './byte-range.ts';
import { HttpError } from './http-error.ts';

export interface BlobAnswer {
  /** Quoted into the ETag: two contents never share it. */
  readonly tag: string;
  readonly contentType: string;
  /** Content that never changes under its address may be kept for good. */
  readonly isImmutable: boolean;
}

const YEAR_SECONDS = 31_536_000;

/** Answers GET or HEAD with a blob, or the part that `Range` asks for; 304 where the client has it. */
export function sendBlob(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  blob: OpenBlob,
  { tag, contentType, isImmutable }: BlobAnswer,
): FastifyReply {
  const { sizeBytes } = blob;
  const etag = `"${tag}"`;
  reply.headers({
    etag,
    'accept-ranges': 'bytes',
    'cache-control': isImmutable ? `private, max-age=${YEAR_SECONDS}, immutable` : 'private, no-cache',
  });
  if (knows(request.headers['if-none-match'], etag)) return reply.code(304).send();
  reply.type(contentType);
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
  if (request.method === 'HEAD') return reply.send();
  return reply.send(blob.stream(part));
}

function knows(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((each) => each.trim().replace(/^W\//, '') === etag || each.trim() === '*');
}
