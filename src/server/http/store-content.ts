import { hexOf } from '../blobs/blob-digest.ts';
import type { ByteSource, PutFailure, StoredBlob } from '../blobs/blob-store.ts';
import type { Services } from '../services.ts';
import { badRequest, HttpError } from './http-error.ts';

/** Takes content into the store, on the disk when this is done. Throws what the client is to be told. */
export async function storeContent(
  { blobs, settings }: Pick<Services, 'blobs' | 'settings'>,
  source: ByteSource,
  expectedSha256?: string,
): Promise<StoredBlob> {
  const put = await blobs.put(source, { maxBytes: settings.maxUploadBytes });
  if (!put.ok) throw refusal(put.failure);
  const { digest } = put.value;
  if (expectedSha256 !== undefined && hexOf(digest) !== expectedSha256.toLowerCase()) {
    throw badRequest(`what came has the SHA-256 ${hexOf(digest)}, not ${expectedSha256.slice(0, 64)}`);
  }
  await blobs.flush([digest]);
  return put.value;
}

function refusal(failure: PutFailure): HttpError {
  if (failure.kind === 'too-large') {
    return new HttpError(413, 'too-large', { message: `at most ${failure.maxBytes} bytes are taken` });
  }
  return badRequest('what came is not what was said');
}
