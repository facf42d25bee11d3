import { type BlobDigest, parseBlobDigest } from '../blobs/blob-digest.ts';
import { HttpError } from '../http/http-error.ts';
import type { Call } from '../http/operation.ts';
import { sendBlob } from '../http/send-blob.ts';
import { ociError } from './oci-error.ts';
import type { Registry } from './registry.ts';

interface BlobParams {
  readonly name: string;
  readonly digest: string;
}

/** GET and HEAD. */
export async function getBlob({ blobs, has }: Registry, { params, request, reply }: Call): Promise<unknown> {
  const { name, digest: text } = params as BlobParams;
  const digest = digestOf(text);
  const blob = (await has.hasBlob(name, digest)) ? blobs.open(digest) : undefined;
  if (!blob) throw ociError('BLOB_UNKNOWN', { message: `${name} has no blob ${digest}`, detail: { digest } });
  reply.header('docker-content-digest', digest);
  return await sendBlob({ request, reply }, blob, {
    tag: digest,
    contentType: 'application/octet-stream',
    isImmutable: true,
  });
}

export async function deleteBlob({ has }: Registry, { params, reply }: Call): Promise<unknown> {
  const { name, digest: text } = params as BlobParams;
  const digest = digestOf(text);
  const removed = await has.removeBlob(name, digest);
  if (removed === 'absent')
    throw ociError('BLOB_UNKNOWN', { message: `${name} has no blob ${digest}`, detail: { digest } });
  if (removed === 'referenced') {
    throw new HttpError(409, 'DENIED', {
      message: `a manifest of ${name} names ${digest}: delete that first`,
    });
  }
  return reply.code(202).send();
}

export function digestOf(text: string): BlobDigest {
  const digest = parseBlobDigest(text);
  if (digest) return digest;
  throw ociError('DIGEST_INVALID', {
    message: `\`${text.slice(0, 200)}\` is not a digest by sha256 or sha512`,
    detail: { digest: text.slice(0, 200) },
  });
}
