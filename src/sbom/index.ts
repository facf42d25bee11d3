/**
 * Bills of materials: what is in a workspace, an image, an app, a folder or an archive, as SPDX 2.3 and CycloneDX 1.6. `catalog/`
 * reads what names packages (dpkg, Python, npm, jars, Go and Rust programs, apps, AI models); each reader is a pure function of bytes that
 * throws for none. The same content gives the same document, to the byte: its number is made of the content, its time is the content's.
 * What was seen and could not be read is said in the document. Deliberately not here: whether a package is vulnerable (`scan`), and
 * which licences are allowed.
 */
export { archiveLicence } from './catalog/archive-licence.ts';
export type { Catalogue, CatalogueOptions } from './catalog/catalogue.ts';
export { debianLicence } from './catalog/dpkg.ts';
export { cyclonedxText } from './cyclonedx/cyclonedx-document.ts';
export { type SbomCode, sbomDiagnostics } from './diagnostics.ts';
export { billOf, catalogueFile, catalogueFolder, catalogueModels } from './folder-sbom.ts';
export {
  type Component,
  type ComponentType,
  componentOfPackage,
  makeSbom,
  type NotListed,
  type Relation,
  type Sbom,
} from './model.ts';
export { type ReleasedArtifact, type ReleaseFacts, releaseSbom } from './release-sbom.ts';
export { spdxText } from './spdx/spdx-document.ts';
export {
  partOf,
  type WorkspaceFacts,
  type WorkspaceTarget,
  withLocked,
  workspaceSbom,
} from './workspace-sbom.ts';

/** What looks into tars; loaded late, too. */
export function loadArchives(): Promise<typeof import('./archive-sbom.ts')> {
  return import('./archive-sbom.ts');
}

/** What looks into apps; loaded late, as a lock alone needs none of it. */
export function loadApps(): Promise<typeof import('./app-sbom.ts')> {
  return import('./app-sbom.ts');
}

/** What looks into images; loaded late, too. */
export function loadImages(): Promise<typeof import('./image-sbom.ts')> {
  return import('./image-sbom.ts');
}
