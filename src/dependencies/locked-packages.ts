import type { Diagnostic, Digest } from '../base/index.ts';
import type { Classpath } from '../config/index.ts';
import type { LockedRoot } from '../debian/index.ts';
import { imageKey, type RegistryImage } from '../oci/index.ts';
import { type ChosenFile, type ChosenNodeFile, chooseNode, choosePython } from './chosen-files.ts';
import type { LockedImage, Lockfile } from './model.ts';
import type { PackagePlace } from './package-place.ts';
import type { AarFacts } from './read-aar.ts';
import { rootKey } from './roots.ts';
import type { UrlNeed } from './urls.ts';

/** A locked file as rules take it; the shape is `LockedFile` of `rules`. */
export interface PackageFile {
  readonly file: string;
  readonly name: string;
  readonly version: string;
  readonly digest: Digest;
}

/** The shape is `LockedNodePackage` of `rules`. */
export interface NodePackage {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly digest: Digest;
  readonly isDevelopment: boolean;
  readonly isOptional: boolean;
}

/** The shape is `LockedLibrary` of `rules`. */
export interface Library extends PackageFile {
  readonly type: 'jar' | 'aar';
  readonly classpaths: readonly Classpath[];
  readonly aar?: AarFacts;
}

export interface PackagesOfTarget {
  /** `dev` is what tests need beside `run`. */
  readonly python: { readonly run: readonly PackageFile[]; readonly dev: readonly PackageFile[] };
  /** Without packages that do not fit this platform. */
  readonly node: readonly NodePackage[];
  /** Libraries of an app, in the order of its class paths. */
  readonly maven: readonly Library[];
  /** By `imageKey`. */
  readonly images: Readonly<Record<string, LockedImage>>;
  /** Files that were fetched by address, by the SHA-256 of their content. */
  readonly urls: Readonly<Record<string, Digest>>;
  /** Those that were not there, with the platforms that they are there for. */
  readonly absentImages?: Readonly<Record<string, readonly string[]>>;
  /** Of an image that is made of packages, by architecture. */
  readonly roots?: Readonly<Record<string, LockedRoot>>;
}

/** A target as far as the lock knows it. */
export interface LockedTarget {
  readonly label: string;
  readonly nodeFolder?: string;
  readonly images?: readonly RegistryImage[];
  readonly urls?: readonly UrlNeed[];
  /** That its packages are wanted for. */
  readonly architectures?: readonly string[];
  /** Packages that only tests take are not missed. */
  readonly isBuildOnly?: true;
}

/** What the lock holds for a target on this machine, as far as it was fetched; empty lists where it holds nothing. */
export function lockedPackages(
  lock: Lockfile | undefined,
  target: LockedTarget,
  place: PackagePlace,
): PackagesOfTarget {
  if (!lock) return { python: { run: [], dev: [] }, node: [], maven: [], images: {}, urls: {} };
  const { run, dev } = choosePython(lock, target.label, place);
  const node = target.nodeFolder === undefined ? [] : chooseNode(lock, target.nodeFolder, place).files;
  const maven = lock.maven[target.label]?.files ?? [];
  return {
    python: { run: run.files.flatMap(packageFile), dev: dev.files.flatMap(packageFile) },
    node: node.flatMap(nodePackage),
    maven: maven.map(({ sha256: hash, sizeBytes, ...library }) => ({
      ...library,
      digest: { hash, sizeBytes },
    })),
    images: lockedImages(lock, target),
    absentImages: absentImages(lock, target),
    urls: lockedUrls(lock, target),
    roots: lockedRoots(lock, target),
  };
}

function absentImages(lock: Lockfile, { images = [] }: LockedTarget): Record<string, readonly string[]> {
  const keys = images.map(imageKey);
  return Object.fromEntries(
    keys.flatMap((key) => {
      const absent = lock.absentImages?.[key];
      return absent ? [[key, absent.offered] as const] : [];
    }),
  );
}

function lockedRoots(
  lock: Lockfile,
  { label, architectures = [] }: LockedTarget,
): Record<string, LockedRoot> {
  return Object.fromEntries(
    architectures.flatMap((architecture) => {
      const locked = lock.roots?.[rootKey(label, { architecture })];
      if (!locked) return [];
      const { from: _from, ...root } = locked;
      return [[architecture, root] as const];
    }),
  );
}

function lockedImages(lock: Lockfile, { images = [] }: LockedTarget): PackagesOfTarget['images'] {
  const keys = images.map(imageKey);
  return Object.fromEntries(
    keys.flatMap((key) => (lock.images?.[key] ? [[key, lock.images[key]] as const] : [])),
  );
}

function lockedUrls(lock: Lockfile, { urls = [] }: LockedTarget): PackagesOfTarget['urls'] {
  return Object.fromEntries(
    urls.flatMap(({ sha256: hash }) => {
      const locked = lock.urls?.[hash];
      return locked ? [[hash, { hash, sizeBytes: locked.sizeBytes }] as const] : [];
    }),
  );
}

/** Packages of the target that the lock has no file of for this machine: its problem, not that of others. */
export function packageProblems(
  lock: Lockfile | undefined,
  target: LockedTarget,
  place: PackagePlace,
): readonly Diagnostic[] {
  if (!lock) return [];
  const { run, dev } = choosePython(lock, target.label, place);
  const node = target.nodeFolder === undefined ? [] : chooseNode(lock, target.nodeFolder, place).problems;
  return [...run.problems, ...(target.isBuildOnly ? [] : dev.problems), ...node];
}

function packageFile({ file, name, version, digest }: ChosenFile): PackageFile[] {
  return digest ? [{ file, name, version, digest }] : [];
}

function nodePackage({ entry, digest }: ChosenNodeFile): NodePackage[] {
  const { path, name, version, isDevelopment, isOptional } = entry;
  if (!digest) return [];
  return [
    { path, name, version, digest, isDevelopment: isDevelopment ?? false, isOptional: isOptional ?? false },
  ];
}
