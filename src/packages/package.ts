import type { Ecosystem } from './ecosystem.ts';

/** What a package is there for: what ships, what tests and development add, what builds. */
export type Scope = 'run' | 'development' | 'tool';

export interface PackageHash {
  readonly algorithm: 'sha256' | 'sha512' | 'sha1';
  readonly hex: string;
}

export interface Package {
  /** Canonical; the identity. */
  readonly purl: string;
  readonly ecosystem: Ecosystem;
  /** As the ecosystem writes it: `@scope/name`, `group:artifact`, `github.com/owner/name`. */
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, as the package declares it; absent: not known. */
  readonly licence?: string;
  readonly hashes?: readonly PackageHash[];
  readonly scopes: readonly Scope[];
  /** Files of the workspace, or paths in an image or an app, that name it. */
  readonly places: readonly string[];
}

export interface PackageEdge {
  /** A purl, or the label of a root: `component:ai-core`. */
  readonly from: string;
  /** A purl. */
  readonly to: string;
}

export interface PackageRoot {
  readonly label: string;
  /** Purls of what it asks for itself. */
  readonly packages: readonly string[];
}

export interface PackageGraph {
  /** Sorted by purl, each purl once. */
  readonly packages: readonly Package[];
  /** Sorted. */
  readonly edges: readonly PackageEdge[];
  readonly roots: readonly PackageRoot[];
}
