/**
 * Packages of Python, Node and Maven, locked and fetched: the only reader and writer of `mobileops.lock`, and
 * `prepare`, which brings every locked file into the store, verified. Resolution and download are left to the
 * ecosystems' own clients (uv, npm, coursier), so that a user's mirrors, proxies and credentials hold; no
 * address of a registry is known here. Nothing is installed: rules turn locked files into environments.
 *
 * The lock holds for every supported platform and Python; `packagePlace` tells this machine, and what of the lock it takes
 * follows from that. In a build only `readLock`, `gatherRequirements`, `checkLock`, `packagePlace` and `lockedPackages` run:
 * they read small texts, whose paths `requirementPaths` names, so that their result can be remembered by stat.
 */

export { checkLock, lockProblems, needsLock } from './check-lock.ts';
export { type ChosenFile, chooseTool } from './chosen-files.ts';
export { readDebCopyrights } from './deb-copyrights.ts';
export { type DependenciesCode, dependenciesDiagnostics } from './diagnostics.ts';
export { type Ask, asksOf, labelsOfFolders } from './graph/asks.ts';
export { type FileOfPackage, lockedFiles } from './graph/locked-files.ts';
export {
  type NotKnown,
  type PackageGraphOptions,
  packageGraph,
  packageLockGraph,
  readPackageLocks,
  type WorkspacePackages,
} from './graph/package-graph.ts';
export { hasName, packagesNamed, type WhyChain, type WhyPackage, whyPackage } from './graph/why-package.ts';
export { findHostPython, type HostPython } from './host-python.ts';
export { type ImageDeb, type ImageDebs, imageDebs } from './image-debs.ts';
export { openRegistryClient } from './images.ts';
export {
  type LockedTarget,
  lockedPackages,
  type NodePackage,
  type PackageFile,
  type PackagesOfTarget,
  packageProblems,
} from './locked-packages.ts';
export { LOCK_FILE, readLock, writeLock } from './lockfile.ts';
export { type LockEvents, type LockOptions, makeLock } from './make-lock.ts';
export type {
  LockedFileEntry,
  LockedNodeEntry,
  LockedPackageRoot,
  LockedToolFile,
  Lockfile,
  NodeFolder,
  Requirements,
  RequirementText,
  TargetNeeds,
  TargetProblem,
  ToolRequirement,
} from './model.ts';
export { entryDigest } from './model.ts';
export type { Override, OverrideOptions, WantedVersion } from './overrides/override.ts';
export { planOverrides } from './overrides/plan-overrides.ts';
export { type PackagePlace, type PlaceOptions, packagePlace } from './package-place.ts';
export { formatPlatform, type HostPlatform, hostPlatform } from './platform.ts';
export {
  lockedDigests,
  type Missing,
  type MissingOptions,
  missingFiles,
  type Prepared,
  type PrepareEvents,
  type PrepareOptions,
  prepare,
} from './prepare.ts';
export {
  type GatheredRequirements,
  type GatherOptions,
  gatherRequirements,
  requirementPaths,
} from './requirements.ts';
export { type LatestVersions, latestKey, latestVersions } from './updates/latest-versions.ts';
export { type LockChange, lockChanges, lockedVersions } from './updates/lock-changes.ts';
export { type RaisedAsk, raiseAsks, withRaised } from './updates/raise-asks.ts';
export { isRenewed, type Renewal } from './updates/renewal.ts';
export { canBeWritten, writeRaised } from './updates/write-raised.ts';
export { UV_VERSION } from './uv-pin.ts';
