/**
 * Packages of every ecosystem in one vocabulary: their package URLs, their names, their licences as SPDX expressions, and the order
 * of their versions exactly as each ecosystem defines it. Everything that lists, scans or explains packages speaks in `Package` and `PackageGraph`. Pure; where
 * packages come from (a lock, an image, an app) is not known here, nor what a range of versions means to a client.
 *
 * Specifications: purl (ECMA-427), PEP 440, PEP 503, Semantic Versioning 2.0, Maven's version order, deb-version(7), SPDX 2.3 annex D.
 */

export { type DistributionName, distributionName } from './distribution-name.ts';
export { ECOSYSTEMS, type Ecosystem, normalizeName } from './ecosystem.ts';
export { integrityHashes } from './integrity-hashes.ts';
export { type LicenceExpression, licenceExpression } from './licences/licence-expression.ts';
export { type LicencePolicy, licencePasses } from './licences/licence-policy.ts';
export { type LicenceTree, parseLicence } from './licences/licence-tree.ts';
export { pomLicence } from './licences/pom-licence.ts';
export { isNpmName, isNpmVersion } from './npm-names.ts';
export type { Package, PackageEdge, PackageGraph, PackageHash, PackageRoot, Scope } from './package.ts';
export { formatPackageUrl, type PackageUrl, parsePackageUrl } from './package-url.ts';
export { type NamedPackage, type PackageName, packageOfPurl, packagePurl } from './packages-of-ecosystems.ts';
export { isPep440 } from './versions/pep440.ts';
export {
  compareVersions,
  type ParsedVersion,
  type VersionOrder,
  versionOrder,
} from './versions/version-order.ts';
