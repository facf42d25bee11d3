import { type Diagnostic, withoutAbsent } from '../../base/index.ts';
import { cacheFolder, openStore } from '../../build/index.ts';
import { type ImageDeb, imageDebs, type Lockfile, readDebCopyrights } from '../../dependencies/index.ts';
import { type Package, packageOfPurl, parsePackageUrl } from '../../packages/index.ts';
import { type Component, debianLicence } from '../../sbom/index.ts';
import { listArtifact } from '../release/release-sbom.ts';
import type { VerbContext } from '../verb.ts';

/** A package that an image holds. */
export interface ImagePackage {
  /** A purl, or `file:PATH` of a library that says no full name. */
  readonly id: string;
  readonly name: string;
  readonly version?: string;
  /** Its ecosystem, else the type of its purl. */
  readonly kind: string;
  /** As it is declared; absent: not known. */
  readonly licence?: string;
  /** What brought it, from 1, the lowest; of a built image. */
  readonly layer?: number;
}

/** What an image holds on one platform. */
export interface ImagePackages {
  readonly label: string;
  /** `linux/amd64`. */
  readonly platform: string;
  /** Of the built image; absent: what the lock has for it. */
  readonly digest?: string;
  /** By id. */
  readonly packages: readonly ImagePackage[];
  /** What was seen in it and cannot be read. */
  readonly notKnown: readonly string[];
}

export interface ImageLicences {
  readonly images: readonly ImagePackages[];
  /** Images of which nothing is known, and why. */
  readonly notKnown: readonly { readonly label: string; readonly why: string }[];
  /** Of images that cannot be read. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Where a build left an image; without a path it is not built. */
export interface ImagePlace {
  readonly label: string;
  /** Relative to the workspace. */
  readonly path?: string;
}

export interface ImageLicenceOptions {
  readonly root: string;
  readonly lock: Lockfile;
  readonly places: readonly ImagePlace[];
  /** With what they declare, as far as it is known otherwise. */
  readonly known: readonly Package[];
}

/**
 * What the packages of images declare: those of a built image by its files, and those that the lock has for it, also where a build has
 * removed the files that tell, by their archives in the store. Offline; nothing is built.
 */
export async function imageLicences(
  context: VerbContext,
  { root, lock, places, known }: ImageLicenceOptions,
): Promise<ImageLicences> {
  const found: ImagePackages[] = [];
  const notKnown: { label: string; why: string }[] = [];
  const diagnostics: Diagnostic[] = [];
  const debs = imageDebs(lock);
  for (const { label, path } of places) {
    context.signal.throwIfAborted();
    const listed = path === undefined ? undefined : await listArtifact(context, root, { label, path });
    if (listed && !listed.ok) {
      diagnostics.push(...listed.failure);
      notKnown.push({ label, why: listed.failure.map(({ message }) => message).join('; ') });
      continue;
    }
    const built = (listed?.value ?? []).map(({ bill }) => builtImage(label, bill));
    const platforms = new Set(built.map(({ platform }) => platform));
    const locked = debs.filter((each) => each.label === label && !platforms.has(each.platform));
    found.push(...built, ...locked.map(lockedImage));
    if (built.length + locked.length === 0) notKnown.push({ label, why: notBuilt(label) });
  }
  const licences = await declaredElsewhere(context, found, {
    debs: debs.flatMap(({ packages }) => packages),
    known,
  });
  return { images: found.map((image) => completed(image, licences)), notKnown, diagnostics };
}

function notBuilt(label: string): string {
  return `it has not been built, so what is in it is not known: \`mobileops build ${label}\``;
}

type Bill = Extract<Awaited<ReturnType<typeof listArtifact>>, { ok: true }>['value'][number]['bill'];

function builtImage(label: string, { subject, components, notListed }: Bill): ImagePackages {
  const digest = subject.hashes?.[0]?.hex;
  return {
    label,
    platform: subject.facts?.['image:platform'] ?? '',
    ...(digest === undefined ? {} : { digest: `sha256:${digest}` }),
    packages: components.filter(({ type }) => type === 'library').map(builtPackage),
    notKnown: notListed.map(({ place, why }) => `${place}: ${why}`),
  };
}

function builtPackage({ id, name, version, licence, layer }: Component): ImagePackage {
  return { id, name, kind: kindOf(id), ...withoutAbsent({ version, licence, layer: layer?.number }) };
}

function kindOf(id: string): string {
  const url = parsePackageUrl(id);
  return url ? (packageOfPurl(url)?.ecosystem ?? url.type) : 'file';
}

function lockedImage({ label, platform, packages }: ReturnType<typeof imageDebs>[number]): ImagePackages {
  return {
    ...{ label, platform, notKnown: [] },
    packages: packages.map(({ purl: id, name, version }) => ({ id, name, version, kind: kindOf(id) })),
  };
}

/** Whether the copyright files are there: the archive of a package that has none for machines would tell no more. */
function tellsItself({ packages }: ImagePackages): boolean {
  return packages.some(({ id, licence }) => id.startsWith('pkg:deb/') && licence !== undefined);
}

/** By `identityOf`, what a package declares that does not tell it in its image. */
async function declaredElsewhere(
  context: VerbContext,
  images: readonly ImagePackages[],
  { debs, known }: { readonly debs: readonly ImageDeb[]; readonly known: readonly Package[] },
): Promise<ReadonlyMap<string, string>> {
  const licences = new Map(
    known.flatMap(({ purl, licence }) =>
      licence === undefined ? [] : [[identityOf(purl), licence] as const],
    ),
  );
  const open = new Set(
    images
      .filter((image) => !tellsItself(image))
      .flatMap(({ packages }) => packages)
      .filter(({ id, licence }) => licence === undefined && !licences.has(identityOf(id)))
      .map(({ id }) => identityOf(id)),
  );
  const wanted = new Map(debs.map((deb) => [identityOf(deb.purl), deb]));
  const { host, signal } = context;
  const store = openStore(host);
  using _ = store.use();
  await readDebCopyrights(
    { host, signal, cas: store.cas, actions: store.actions, cacheDirectory: cacheFolder(host) },
    [...wanted].flatMap(([identity, deb]) => (open.has(identity) ? [deb] : [])),
    ({ purl }, copyright) => {
      const licence = debianLicence(copyright);
      if (licence !== undefined) licences.set(identityOf(purl), licence);
    },
  );
  return licences;
}

/**
 * A purl without what one who names it knows and another does not: the lock calls a release by its name, an image by its number, and one
 * without a file that tells the system not at all.
 */
export function identityOf(id: string): string {
  const url = parsePackageUrl(id);
  if (!url) return id;
  const { type, namespace = '', name, version = '', qualifiers } = url;
  return [type, type === 'deb' ? '' : namespace, name, version, qualifiers?.arch ?? ''].join('\n');
}

function completed(image: ImagePackages, licences: ReadonlyMap<string, string>): ImagePackages {
  return {
    ...image,
    packages: image.packages.map((each) => {
      const licence = each.licence ?? licences.get(identityOf(each.id));
      return licence === undefined ? each : { ...each, licence };
    }),
  };
}
