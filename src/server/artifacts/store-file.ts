import type { StoredBlob } from '../blobs/blob-store.ts';
import { HttpError } from '../http/http-error.ts';
import type { ArtifactStore, Claimant, FilePlace } from './artifact-store.ts';

export interface StoredFile extends FilePlace {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Gives stored content its name. Throws 409 for a name that has another content, and for a version that was taken back. */
export async function nameContent(
  store: ArtifactStore,
  place: FilePlace,
  { blob, ...claimant }: Claimant & { readonly blob: StoredBlob },
): Promise<{ readonly isNew: boolean; readonly file: StoredFile }> {
  const claim = await store.claim(place, blob, claimant);
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
