import { fail, ok, type Result } from '../../base/index.ts';
import type { Place, RegistryFailure } from '../failure.ts';
import { formatPlatform, type Platform, platformDistance } from '../platform.ts';
import type { IndexEntry } from './documents.ts';
import { isImageType, isIndexType } from './media-types.ts';

/** The annotation of BuildKit's attestations, which stand among an index's images and are none. */
const ATTESTATION = 'vnd.docker.reference.type';

/**
 * The entry of an index for a platform: the same variant, else the newest older one; of two that fit alike the first. An
 * entry without platform is taken only where it is alone, a nested index only where no image fits.
 */
export function chooseManifest(
  entries: readonly IndexEntry[],
  wanted: Platform,
  place: Place,
): Result<IndexEntry, RegistryFailure> {
  const images = entries.filter(
    ({ mediaType, annotations }) => isImageType(mediaType) && annotations?.[ATTESTATION] === undefined,
  );
  const fitting = images.flatMap((entry) => {
    const distance = entry.platform && platformDistance(entry.platform, wanted);
    return distance === undefined ? [] : [{ entry, distance }];
  });
  const nested = entries.filter(
    ({ mediaType, platform }) =>
      isIndexType(mediaType) && (!platform || platformDistance(platform, wanted) !== undefined),
  );
  const alone = images.length === 1 && !images[0]!.platform ? images[0] : undefined;
  const best = fitting.sort((a, b) => a.distance - b.distance)[0]?.entry ?? alone ?? nested[0];
  if (best) return ok(best);
  const offered = images.flatMap(({ platform }) => (platform ? [formatPlatform(platform)] : []));
  return fail({
    kind: 'no-platform',
    ...place,
    wanted: formatPlatform(wanted),
    offered: [...new Set(offered)],
  });
}
