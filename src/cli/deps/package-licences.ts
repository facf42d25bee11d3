import { openStore } from '../../build/index.ts';
import { type Lockfile, lockedFiles, type PackagePlace } from '../../dependencies/index.ts';
import type { Host } from '../../host/index.ts';
import type { Package } from '../../packages/index.ts';
import { archiveLicence } from '../../sbom/index.ts';

export interface LicenceSources {
  readonly host: Host;
  readonly lock: Lockfile;
  readonly place: PackagePlace;
}

/**
 * The packages with what they declare as their licence: by the lock, else by a locked file of theirs that is in the store. One that
 * was not fetched stays without.
 */
export function withLicences(
  packages: readonly Package[],
  { host, lock, place }: LicenceSources,
): readonly Package[] {
  const open = new Map(
    packages.filter(({ licence }) => licence === undefined).map((each) => [each.purl, each]),
  );
  const found = new Map<string, string>();
  const store = openStore(host);
  using _ = store.use();
  for (const { purl, file, digest } of lockedFiles(lock, place)) {
    if (!open.has(purl) || found.has(purl)) continue;
    const bytes = store.cas.get(digest);
    const licence = bytes && archiveLicence(file, bytes);
    if (licence !== undefined) found.set(purl, licence);
  }
  return packages.map((each) => {
    const licence = found.get(each.purl);
    return licence === undefined ? each : { ...each, licence };
  });
}
