import { createHash, timingSafeEqual } from 'node:crypto';
import { hexOf } from '../blobs/blob-digest.ts';
import type { ByteSource, PutFailure, StoredBlob } from '../blobs/blob-store.ts';
import { badRequest, HttpError } from '../http/http-error.ts';
import type { Services } from '../services.ts';
import type { ArtifactStore, FilePlace } from './artifact-store.ts';

export interface StoredFile extends FilePlace {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Takes content into the store, on the disk when this is done. Throws what the client is to be told. */
export async function storeContent(
  { blobs, settings }: Pick<Services, 'blobs' | 'settings'>,
  source: ByteSource,
  expectedSha256?: string,
): Promise<StoredBlob> {
  const put = await blobs.put(source, { maxBytes: settings.maxUploadBytes });
  if (!put.ok) throw refusal(put.failure);
  const { digest } = put.value;
  if (expectedSha256 !== undefined && !isSame(hexOf(digest), expectedSha256)) {
    throw badRequest(`what came has the SHA-256 ${hexOf(digest)}, not ${expectedSha256.slice(0, 64)}`);
  }
  await blobs.flush([digest]);
  return put.value;
}

/** Gives stored content its name. Throws 409 for a name that has another content. */
export async function nameContent(
  store: ArtifactStore,
  place: FilePlace,
  { blob, who }: { readonly blob: StoredBlob; readonly who: string },
): Promise<{ readonly isNew: boolean; readonly file: StoredFile }> {
  const claim = await store.claim(place, blob, who);
  if (claim === 'other' || claim === 'removed') {
    throw new HttpError(409, claim === 'other' ? 'immutable' : 'removed', {
      message:
        claim === 'other'
          ? `${place.file} of ${place.name} ${place.version} is there with another content, and never changes: publish a new version`
          : `${place.name} ${place.version} was taken back, and its names are not used again: publish a new version`,
    });
  }
  return { isNew: claim === 'new', file: shownFile({ ...place, ...blob }) };
}

export function shownFile(row: FilePlace & Pick<StoredBlob, 'sizeBytes'> & { digest: string }): StoredFile {
  const { name, version, file, sizeBytes, digest } = row;
  return {
    ...{ name, version, file, sizeBytes },
    path: `/artifacts/${encodeURIComponent(name)}/${encodeURIComponent(version)}/${encodeURIComponent(file)}`,
    sha256: digest.slice('sha256:'.length),
  };
}

function refusal(failure: PutFailure): HttpError {
  if (failure.kind === 'too-large') {
    return new HttpError(413, 'too-large', { message: `at most ${failure.maxBytes} bytes are taken` });
  }
  return badRequest('what came is not what was said');
}

function isSame(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text.toLowerCase()).digest();
  return timingSafeEqual(hash(a), hash(b));
}
