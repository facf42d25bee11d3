import { blobDigest } from '../blobs/blob-digest.ts';
import type { ByteSource, PutFailure, ReceivedBytes, StoredBlob } from '../blobs/blob-store.ts';
import type { Services } from '../services.ts';
import { badRequest, HttpError } from './http-error.ts';

type Store = Pick<Services, 'blobs' | 'settings'>;

/** Takes content into the store, on the disk when this is done. Throws what the client is to be told. */
export async function storeContent(
  { blobs, settings: { maxUploadBytes: maxBytes } }: Store,
  source: ByteSource,
  expectedSha256?: string,
): Promise<StoredBlob> {
  const expected =
    expectedSha256 === undefined ? undefined : blobDigest('sha256', expectedSha256.toLowerCase());
  const put = await blobs.put(source, { maxBytes, ...(expected ? { expected } : {}) });
  if (!put.ok) throw refusal(put.failure, expected);
  await blobs.flush([put.value.digest]);
  return put.value;
}

/** The same for what is in memory. */
export function storeBytes(store: Store, bytes: Uint8Array): Promise<StoredBlob> {
  return storeContent(store, once(bytes));
}

/** Takes a body to the disk, to be read once all of it is there. Throws 413 for a larger one. */
export async function receiveContent(
  { blobs }: Pick<Services, 'blobs'>,
  source: ByteSource,
  maxBytes: number,
): Promise<ReceivedBytes> {
  const received = await blobs.receive(source, maxBytes);
  if (!received.ok) throw refusal(received.failure, undefined);
  return received.value;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function refusal(failure: PutFailure, expected: string | undefined): HttpError {
  switch (failure.kind) {
    case 'too-large':
      return new HttpError(413, 'too-large', { message: `at most ${failure.maxBytes} bytes are taken` });
    case 'wrong-digest':
      return badRequest(`what came has ${failure.actual}, not ${expected}`);
    default:
      return badRequest('what came is not what was said');
  }
}
