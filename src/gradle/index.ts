/**
 * Gradle build files as data, without running Gradle: the declarative part of Groovy and of the Kotlin DSL, version
 * catalogs and properties, and the MobileBuild that says the same. Pure: text in, facts with their places out. What
 * is code is told by file and line, never guessed.
 */

export { type BuildVersions, buildVersions } from './build-versions.ts';
export { type Incompatibility, incompatibilities } from './compatibility.ts';
export { gradleDiagnostics } from './diagnostics.ts';
export { type MobileDocument, mobileDocument } from './document.ts';
export type { ModuleOfApp } from './document-modules.ts';
export type { ListFiles } from './library-files.ts';
export { modulesBelow } from './module-names.ts';
export { type GradleModule, type GradleProject, type ReadFile, readGradleProject } from './read-project.ts';
