import type { Ecosystem, PackageHash, Scope } from '../../packages/index.ts';
import type { ComponentType } from '../model.ts';

/** Which system's packages dpkg lists is known from another file. */
export type FoundEcosystem = Exclude<Ecosystem, 'Debian' | 'Ubuntu'> | 'dpkg';

/** A name, or names of which one is enough. */
export type FoundNeed = string | readonly string[];

/** A package as one file names it. */
export interface FoundPackage {
  readonly kind: 'package';
  readonly ecosystem: FoundEcosystem;
  readonly name: string;
  readonly version: string;
  /** As declared. */
  readonly licence?: string;
  readonly hashes?: readonly PackageHash[];
  readonly qualifiers?: Readonly<Record<string, string>>;
  readonly needs?: readonly FoundNeed[];
  /** Other names that it stands for. */
  readonly provides?: readonly string[];
  /** Where in the file: `!/BOOT-INF/lib/a.jar`. */
  readonly inside?: string;
  /** Where it would be if it were installed, for a lock: what it needs is looked for from there. */
  readonly at?: string;
  /** What it is there for, where that is known not to be `run` alone. */
  readonly scopes?: readonly Scope[];
}

/** What a lock was made for. */
export interface FoundProject {
  readonly kind: 'project';
  readonly name?: string;
  readonly version?: string;
  readonly ecosystem: FoundEcosystem;
  readonly needs: readonly FoundNeed[];
  readonly at: string;
}

/** Something that is worth a line and is no package of an ecosystem. */
export interface FoundFile {
  readonly kind: 'file';
  readonly type: ComponentType;
  readonly name: string;
  readonly version?: string;
  readonly licence?: string;
  readonly hashes?: readonly PackageHash[];
  readonly facts?: Readonly<Record<string, string>>;
  readonly inside?: string;
}

/** A system's own words about itself (os-release(5)). */
export interface FoundSystem {
  readonly kind: 'system';
  readonly id: string;
  readonly name: string;
  readonly version?: string;
  readonly codename?: string;
}

/** The licence of a package of dpkg, by its copyright file. */
export interface FoundLicence {
  readonly kind: 'licence';
  readonly package: string;
  readonly licence: string;
}

export interface FoundNothing {
  readonly kind: 'not-listed';
  readonly why: string;
  readonly inside?: string;
}

export type Found = FoundPackage | FoundProject | FoundFile | FoundSystem | FoundLicence | FoundNothing;

/** Reads a whole file; throws for none. */
export type Reader = (path: string, bytes: Buffer) => readonly Found[];
