import { type Diagnostic, formatLabel } from '../../base/index.ts';
import { cacheFolder } from '../../build/index.ts';
import { packagePlace } from '../../dependencies/index.ts';
import type { Package } from '../../packages/index.ts';
import type { VerbContext } from '../verb.ts';
import { type ImagePackages, type ImagePlace, identityOf, imageLicences } from './image-licences.ts';
import type { OpenedPackages } from './open-dependencies.ts';
import { withLicences } from './package-licences.ts';

/** What the packages of a workspace declare as their licences. */
export interface WorkspaceLicences {
  /** Of the lock; those of images are among them. */
  readonly packages: readonly Package[];
  readonly images: readonly ImagePackages[];
  /** What else ships, of which no packages are known. */
  readonly notKnown: readonly { readonly subject: string; readonly why: string }[];
  /** Images of which nothing is known. */
  readonly imagesNotKnown: readonly { readonly label: string; readonly why: string }[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface LicencesWanted {
  readonly isWanted: (one: Package) => boolean;
  readonly places: readonly ImagePlace[];
}

/** By the lock, the store and the images that were built; nothing is fetched or built. */
export async function workspaceLicences(
  context: VerbContext,
  { lock, packages, root }: OpenedPackages,
  { isWanted, places }: LicencesWanted,
): Promise<WorkspaceLicences> {
  const { host } = context;
  const place = await packagePlace({ host, cacheDirectory: cacheFolder(host), lock });
  const known = withLicences(packages.packages.filter(isWanted), { host, lock, place });
  const { images, notKnown, diagnostics } = await imageLicences(context, { root, lock, places, known });
  const licences = new Map(
    images.flatMap((image) => image.packages.map(({ id, licence }) => [identityOf(id), licence] as const)),
  );
  // An image of a registry is not shipped; what is made of it is, and tells what is in it.
  const ofRegistries = new Set(Object.keys(lock.images ?? {}));
  return {
    packages: known.map((each) => {
      const licence = each.licence ?? licences.get(identityOf(each.purl));
      return licence === undefined ? each : { ...each, licence };
    }),
    images,
    notKnown: packages.notKnown
      .filter(({ lacks, subject }) => lacks === 'packages' && !ofRegistries.has(subject))
      .map(({ subject, why }) => ({ subject, why })),
    imagesNotKnown: notKnown,
    diagnostics,
  };
}

/** Where the images of the workspace lie once they are built. */
export function builtImages(context: VerbContext, { opened, root }: OpenedPackages): readonly ImagePlace[] {
  const { fs } = context.host;
  return [...opened.graph.targets.values()]
    .filter(({ label }) => label.kind === 'image')
    .map(({ label }) => {
      const path = `dist/images/${label.name}`;
      return { label: formatLabel(label), ...(fs.lstat(`${root}/${path}/oci-layout`) ? { path } : {}) };
    });
}

/** Whether it stands in the lock for an image alone. */
export function isOfImages({ ecosystem }: Pick<Package, 'ecosystem'>): boolean {
  return ecosystem === 'Debian' || ecosystem === 'Ubuntu';
}
