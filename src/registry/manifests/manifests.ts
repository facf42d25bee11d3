import { digestOf, fail, ok, type Result } from '../../base/index.ts';
import type { Descriptor } from '../../oci/index.ts';
import { pullScope } from '../access/scopes.ts';
import { ociDigest } from '../blobs/blob-sink.ts';
import type { Session } from '../exchange/session.ts';
import type { Place, RegistryFailure } from '../failure.ts';
import { type ImageDocument, isDigest, MAX_MANIFEST_BYTES, parseDocument } from './documents.ts';
import { ACCEPTED } from './media-types.ts';

/** A manifest as it came: its bytes are what the digest names, and what is stored. */
export interface FetchedDocument {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  readonly document: ImageDocument;
}

/** What is asked for: a tag, or a digest with the size and kind that a descriptor states. */
export interface Wanted {
  readonly reference: string;
  readonly size?: number;
  readonly mediaType?: string;
}

/** Fetches a manifest or an index and checks it against what names it. */
export async function fetchDocument(
  session: Session,
  place: Place,
  wanted: Wanted,
): Promise<Result<FetchedDocument, RegistryFailure>> {
  const { reference } = wanted;
  const answer = await session.sendForBody(
    {
      method: 'GET',
      url: `/v2/${place.repository}/manifests/${reference}`,
      headers: { accept: ACCEPTED },
      scopes: [pullScope(place.repository)],
      accepts: [200],
      what: isDigest(reference) ? `manifest ${reference}` : `tag ${reference}`,
    },
    { place, limitBytes: MAX_MANIFEST_BYTES },
  );
  if (!answer.ok) return answer;
  const { headers, bytes } = answer.value;
  if (!bytes) return fail({ kind: 'bad-answer', ...place, problem: 'a manifest of more than 4 MiB' });
  const stated = { contentType: headers['content-type'], digest: headers['docker-content-digest'] };
  return checkDocument(bytes, stated, { place, wanted });
}

function checkDocument(
  bytes: Uint8Array,
  stated: { readonly contentType: string | undefined; readonly digest: string | undefined },
  { place, wanted }: { place: Place; wanted: Wanted },
): Result<FetchedDocument, RegistryFailure> {
  const actual = digestOf(bytes);
  const digest = ociDigest(actual);
  const named = isDigest(wanted.reference) ? wanted.reference : undefined;
  const claimed = named ?? (isDigest(stated.digest) ? stated.digest : digest);
  if (claimed !== digest) return fail({ kind: 'digest-mismatch', ...place, digest: claimed, actual: digest });
  if (wanted.size !== undefined && wanted.size !== actual.sizeBytes) {
    const sizes = { expectedBytes: wanted.size, actualBytes: actual.sizeBytes };
    return fail({ kind: 'size-mismatch', ...place, digest, ...sizes });
  }
  const contentType = stated.contentType?.split(';')[0]?.trim().toLowerCase();
  if (contentType?.startsWith('text/html'))
    return fail({ kind: 'bad-answer', ...place, problem: 'a page of hypertext for a manifest' });
  // By its digest a document is known, whatever the header calls it.
  const mediaType = wanted.mediaType ?? (contentType?.startsWith('text/') ? undefined : contentType);
  const document = parseDocument(Buffer.from(bytes).toString('utf8'), mediaType);
  if (!document.ok) return fail({ kind: 'bad-answer', ...place, problem: document.failure });
  const descriptor = { mediaType: document.value.mediaType, digest, size: actual.sizeBytes };
  return ok({ descriptor, bytes, document: document.value });
}
