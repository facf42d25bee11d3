import type { LockedPackage, PackageRequest } from '../../debian/index.ts';
import { type Ecosystem, packagePurl } from '../../packages/index.ts';

export function ecosystemOf({ distribution }: Pick<PackageRequest, 'distribution'>): Ecosystem {
  return distribution === 'ubuntu' ? 'Ubuntu' : 'Debian';
}

/** Advisories speak of the source package, which the pool has as a folder. */
export function debPurl(
  root: Pick<PackageRequest, 'distribution' | 'suite'>,
  { name, version, architecture, path }: Pick<LockedPackage, 'name' | 'version' | 'architecture' | 'path'>,
): string {
  const source = path.split('/').at(-2) ?? name;
  const qualifiers = {
    arch: architecture,
    distro: root.suite,
    ...(source === name ? {} : { upstream: source }),
  };
  return packagePurl({ ecosystem: ecosystemOf(root), name, version }, qualifiers);
}
