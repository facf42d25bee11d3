import { digestOf, fail, ok, type Result } from '../../base/index.ts';
import { type Descriptor, type ImageConfig, parseJson } from '../../oci/index.ts';
import { pullScope } from '../access/scopes.ts';
import { ociDigest } from '../blobs/blob-sink.ts';
import type { Session } from '../exchange/session.ts';
import type { Place, RegistryFailure } from '../failure.ts';
import { formatPlatform, type Platform, platformDistance } from '../platform.ts';
import { isConfigType } from './media-types.ts';

/** Real ones have a few kilobytes. */
const MAX_CONFIG_BYTES = 2 ** 24;

/** Fetches a config into memory, checked against its descriptor. */
export async function fetchSmallBlob(
  session: Session,
  place: Place,
  { digest, size }: Descriptor,
): Promise<Result<Uint8Array, RegistryFailure>> {
  if (size > MAX_CONFIG_BYTES)
    return fail({ kind: 'bad-answer', ...place, problem: 'a config of more than 16 MiB' });
  const answer = await session.sendForBody(
    {
      method: 'GET',
      url: `/v2/${place.repository}/blobs/${digest}`,
      scopes: [pullScope(place.repository)],
      accepts: [200],
      what: `blob ${digest}`,
    },
    { place, limitBytes: size },
  );
  if (!answer.ok) return answer;
  const { bytes } = answer.value;
  const actualBytes = bytes?.byteLength ?? size + 1;
  if (!bytes || actualBytes !== size)
    return fail({ kind: 'size-mismatch', ...place, digest, expectedBytes: size, actualBytes });
  const actual = ociDigest(digestOf(bytes));
  return actual === digest ? ok(bytes) : fail({ kind: 'digest-mismatch', ...place, digest, actual });
}

/** What is wrong when an image's config says that it is for another platform; an artifact's config says nothing. */
export function platformProblem(
  config: Descriptor,
  bytes: Uint8Array,
  wanted: Platform,
): { readonly wanted: string; readonly offered: readonly string[] } | undefined {
  if (!isConfigType(config.mediaType)) return undefined;
  const document = parseJson(Buffer.from(bytes).toString('utf8')) as Partial<ImageConfig & Platform> | null;
  const { os, architecture, variant } = document ?? {};
  if (typeof os !== 'string' || typeof architecture !== 'string' || os === '') return undefined;
  const offered = { os, architecture, ...(typeof variant === 'string' ? { variant } : {}) };
  return platformDistance(offered, wanted) === undefined
    ? { wanted: formatPlatform(wanted), offered: [formatPlatform(offered)] }
    : undefined;
}
