/**
 * Tools that actions run: provisioned ones (pinned in `tool-table.ts`, locked by hash, unpacked from the store into
 * trees) and the host's own (bash, python, cc, make, java) as the sandbox shows them. A resolved tool is plain
 * data: mounts, PATH folders, variables, files. Resolving reads no blob that was unpacked before: the tree of an
 * archive is remembered beside the cache by the archive's digest, a host tool by the stat of its files.
 * Nothing is fetched here; that is `dependencies`' `prepare`.
 */

export {
  type ArchiveMaking,
  archiveMaking,
  archiveMemo,
  isArchived,
  rememberArchive,
} from './class-archives.ts';
export { type ToolchainCode, toolchainDiagnostics } from './diagnostics.ts';
export { type JavaClassesOptions, type JavaProgram, javaClasses } from './java-classes.ts';
export { type ResolveOptions, resolveToolchains, type Toolchains } from './resolve-toolchains.ts';
export { checkSystemPackages } from './system-packages.ts';
export { toolRequirements } from './tool-table.ts';
