/**
 * Images from the packages of Debian and Ubuntu: `lockPackages` resolves them by apt in a root of its own, from indexes
 * whose signature was checked; `fetchPackages` brings the locked files, checked by content; `leafRoot` and `bootstrapRoot`
 * make file trees of them, the first a whole root in which no maintainer script ran, the second what `configureScript` needs
 * to run them. Archive and database have the forms of deb(5), deb-control(5), dpkg(1) and Debian Policy 4.
 *
 * Nothing of a package is run on this machine, and no path of one is made on it: trees are data, their files' bytes lie
 * named by content. Running the script, and writing layers, is for others. No address of a mirror is known here: see
 * `findMirrors`.
 */
export type { AccountFiles, RootUser } from './accounts.ts';
export {
  type AssembleOptions,
  additionsLayer,
  bootstrapRoot,
  leafRoot,
  missingUnpacker,
  POLICY_PATH,
} from './assemble-root.ts';
export {
  CONFIGURE_ENVIRONMENT,
  CONFIGURE_LEAVINGS,
  configureScript,
  MACHINE_IDENTITY,
} from './configure-script.ts';
export { containerConfig } from './container-config.ts';
export { type CopyrightOptions, debCopyright } from './deb-copyright.ts';
export { type DebianCode, debianDiagnostics } from './diagnostics.ts';
export { type FetchOptions, fetchPackages, missingPackages, packageFile } from './fetch-packages.ts';
export { layerTar } from './layer-tar.ts';
export { lockPackages, type PackageProblem } from './lock-packages.ts';
export { parseLockedRoot } from './locked-root.ts';
export {
  type ArchiveName,
  DISTRIBUTIONS,
  type Distribution,
  type DpkgStep,
  formatRequest,
  type LockedPackage,
  type LockedRoot,
  type PackageRequest,
} from './model.ts';
export { type AptOptions, missingTool } from './private-apt.ts';
export type { UnpackOptions } from './read-deb.ts';
export type { Additions, RootPath } from './root-paths.ts';
export { contentBytes, type RootContent, type RootEntry, type RootNode, RootTree } from './root-tree.ts';
