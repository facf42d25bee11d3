import type { Digest } from '../base/index.ts';
import type { LockedPackage } from '../debian/index.ts';
import { debPurl } from './graph/deb-purl.ts';
import { entryDigest, type Lockfile } from './model.ts';

/** The packages of a distribution that an image is made of on one platform. */
export interface ImageDebs {
  /** `image:base`. */
  readonly label: string;
  /** `linux/amd64`. */
  readonly platform: string;
  readonly packages: readonly ImageDeb[];
}

export interface ImageDeb extends Pick<LockedPackage, 'name' | 'version' | 'architecture'> {
  readonly purl: string;
  readonly digest: Digest;
}

/** By image and platform, as the lock has them. */
export function imageDebs({ roots = {} }: Pick<Lockfile, 'roots'>): readonly ImageDebs[] {
  return Object.entries(roots).map(([key, root]) => ({
    label: key.split(' ', 1)[0]!,
    platform: `linux/${root.architecture}`,
    packages: root.locked.map((each) => {
      const { name, version, architecture } = each;
      return { name, version, architecture, purl: debPurl(root, each), digest: entryDigest(each) };
    }),
  }));
}
