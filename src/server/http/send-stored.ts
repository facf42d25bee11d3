import type { FastifyReply } from 'fastify';
import { parseBlobDigest } from '../blobs/blob-digest.ts';
import type { Services } from '../services.ts';
import { notFound } from './http-error.ts';
import type { Call } from './operation.ts';
import { attachment } from './safe-headers.ts';
import { sendBlob } from './send-blob.ts';

export interface StoredAnswer {
  /** The name under which a browser saves it. */
  readonly file: string;
  /** As a face's table has it. */
  readonly digest: string;
  /** Bytes unless told. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers with the content of a file that a face has named, which never changes. Throws 404 where it was set aside as damaged. */
export async function sendStored(
  { blobs }: Pick<Services, 'blobs'>,
  { request, reply }: Pick<Call, 'request' | 'reply'>,
  { file, digest, contentType = 'application/octet-stream', headers = {} }: StoredAnswer,
): Promise<FastifyReply> {
  const blob = blobs.open(parseBlobDigest(digest)!);
  if (!blob)
    throw notFound(`the content of ${file} is damaged and was set aside; publish it again to heal it`);
  reply.headers({ ...headers, 'content-disposition': attachment(file) });
  return sendBlob({ request, reply }, blob, { tag: digest, contentType, isImmutable: true });
}
