/**
 * The rule for images that are made of a distribution's packages, `docker/<name>.yaml`. Without maintainer scripts one action
 * of our own command makes the layout; with them, a first one unpacks what they need, a second runs them in a container
 * without a network, and a third adds the image's own users and paths. Pure: what a package holds is the command's to know.
 */
export { type PackagesCode, packagesDiagnostics } from './diagnostics.ts';
export { packageSet } from './package-set.ts';
export { packagesRule } from './packages-rule.ts';
