import type { Digest } from '../base/index.ts';
import { entryDigest, type LockedFileEntry, type LockedNodeEntry, type Lockfile } from './model.ts';

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

export interface PackagesOfTarget {
  /** `dev` is what tests need beside `run`. */
  readonly python: { readonly run: readonly PackageFile[]; readonly dev: readonly PackageFile[] };
  /** Without packages that do not fit this platform. */
  readonly node: readonly NodePackage[];
  readonly maven: readonly PackageFile[];
}

/** What the lock holds for a target; empty lists where it holds nothing or there is no lock. */
export function lockedPackages(
  lock: Lockfile | undefined,
  target: { readonly label: string; readonly nodeFolder?: string },
): PackagesOfTarget {
  const python = lock?.python[target.label];
  const node = target.nodeFolder === undefined ? undefined : lock?.node[target.nodeFolder];
  return {
    python: { run: (python?.run ?? []).map(packageFile), dev: (python?.dev ?? []).map(packageFile) },
    node: (node?.packages ?? []).flatMap(nodePackage),
    maven: (lock?.maven[target.label]?.files ?? []).map(packageFile),
  };
}

function packageFile(entry: LockedFileEntry): PackageFile {
  return { file: entry.file, name: entry.name, version: entry.version, digest: entryDigest(entry) };
}

function nodePackage(entry: LockedNodeEntry): NodePackage[] {
  const { path, name, version, sha256, sizeBytes, isDevelopment, isOptional } = entry;
  if (sha256 === undefined || sizeBytes === undefined) return [];
  const digest = entryDigest({ sha256, sizeBytes });
  return [
    { path, name, version, digest, isDevelopment: isDevelopment ?? false, isOptional: isOptional ?? false },
  ];
}
