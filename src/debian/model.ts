/** A distribution whose archive has the shape of Debian's: `dists/` signed, packages in `pool/`. */
export type Distribution = 'debian' | 'ubuntu';

export const DISTRIBUTIONS: readonly Distribution[] = ['debian', 'ubuntu'];

/** Which packages a root is made of, before versions are chosen. */
export interface PackageRequest {
  readonly distribution: Distribution;
  /** The release's code name: `bookworm`. */
  readonly suite: string;
  /** Of the archive: `main`. */
  readonly components: readonly string[];
  /** As the OCI platform names it: `amd64`, `arm64`. */
  readonly architecture: string;
  /** `name` or `name=version`. */
  readonly packages: readonly string[];
  /** Whether the set of packages that every Debian system has is part of it. */
  readonly essential: boolean;
  /** Whether versions come from the release's updates and security updates too. */
  readonly updates: boolean;
}

/** The archive that holds a pool path; an address belongs to a machine and is not locked. */
export type ArchiveName = 'main' | 'security';

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** Of the package: `amd64`, `all`. */
  readonly architecture: string;
  readonly archive: ArchiveName;
  /** Below the archive's address, as the signed index has it: `pool/main/d/dash/dash_0.5.12-2_amd64.deb`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Lower-case hex, from the signed index. */
  readonly sha256: string;
  /** Names of the packages of the same answer that it depends on, sorted; absent: not known, as in older locks. */
  readonly wants?: readonly string[];
}

/** One call of dpkg on packages by name, in this order. */
export interface DpkgStep {
  readonly do: 'unpack' | 'configure';
  readonly packages: readonly string[];
}

/** A request with its answer, as the lock keeps it. Equal for equal indexes, whatever machine asked. */
export interface LockedRoot extends PackageRequest {
  /** By name. */
  readonly locked: readonly LockedPackage[];
  /** The essential packages and all that they depend on: unpacked before anything can be run. By name. */
  readonly bootstrap: readonly string[];
  /** How dpkg installs the packages, each one exactly once unpacked and configured. */
  readonly steps: readonly DpkgStep[];
}

/** How messages name a request. */
export function formatRequest({ distribution, suite, architecture }: PackageRequest): string {
  return `${distribution}:${suite} (${architecture})`;
}
