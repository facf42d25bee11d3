import type { Mount, PlannedAction, Tree, TreeExpression } from '../action/index.ts';
import type { Diagnostic, Digest, Label, Span, TargetKind } from '../base/index.ts';
import type { BuildConfiguration, Classpath, TargetSpec } from '../config/index.ts';
import type { Target } from '../graph/index.ts';
import type { ImageBlobs, NotBuilt } from '../oci/index.ts';
import type { Language } from './checks/languages.ts';

export type { Language };

/** What a rule is given. All of it is data or pure look-up; a rule never touches the disk. */
export interface RuleContext<Spec extends TargetSpec = TargetSpec> {
  readonly target: Target;
  readonly spec: Spec;
  readonly configuration: BuildConfiguration;
  readonly settings: BuildSettings;
  /** The target's own source files. */
  readonly sources: SourceView;
  /** Source files of another folder of the workspace (an image's COPY context, `configs/`); filtered like `sources`. */
  sourcesOf(directory: string): SourceView;
  /** A provisioned or host tool; a missing one gives an empty toolchain and is reported by the caller. */
  toolchain(name: ToolName): Toolchain;
  /** What a needed target leaves, as others see it at `/deps/<kind>/<name>`. */
  dependency(label: Label): TreeExpression;
  /** What a target declares that this one needs, itself or by way of others. */
  specOf(label: Label): TargetSpec | undefined;
  /** Locked packages of this target; a stale or missing lock is reported by the caller and gives an empty list. */
  readonly locked: LockedPackages;
  /** Architectures whose programs this machine runs in images: its own, and those that were asked for and that it emulates. */
  readonly runnable: ReadonlySet<string>;
  /** How an action calls one of our own commands (`src/tools`); `version` is of the command's meaning and stands in the key. */
  ownCommand(
    name: string,
    version: number,
    args: readonly string[],
  ): Pick<PlannedAction, 'argv' | 'programs' | 'mounts'>;
}

/** Of processors, as image platforms name them. */
export type Architecture = 'amd64' | 'arm64';

/** Values of the build as a whole. Only what is stamped may depend on the last group. */
export interface BuildSettings {
  readonly timezone: string;
  readonly locale: string;
  /** The machine's. */
  readonly architecture: Architecture;
  /** Those that images are built for, in the order of the configuration; the machine's own where it names none. */
  readonly architectures: readonly Architecture[];
  readonly registry: string;
  readonly stamp: Stamp;
}

export interface Stamp {
  /** BUILD_VERSION. */
  readonly version: string;
  /** BUILD_NUMBER; 1 by default. */
  readonly buildNumber: number;
  readonly buildId: string;
  /** GIT_COMMIT; `unknown` outside git. */
  readonly commit: string;
  /** Seconds since 1970. */
  readonly commitTime: number;
}

export interface SourceView {
  /** Of `tree`; cheaper where only that is asked for. */
  readonly digest: Digest;
  readonly tree: Tree;
  /** Paths of all files, sorted. */
  readonly paths: readonly string[];
  /** Text of a source file as it was when it was hashed; `undefined` when it is absent or over 1 MiB. */
  readText(path: string): string | undefined;
}

export type ToolName =
  | 'bash'
  | 'node'
  | 'npm'
  | 'python'
  | 'uv'
  | 'shellcheck'
  | 'ruff'
  | 'biome'
  | 'coverage'
  | 'cc'
  | 'make'
  | 'java'
  | 'r8'
  | 'aapt2'
  | 'android-sdk'
  | 'xcode'
  | 'fastlane'
  | 'android-platform'
  | 'android-platform-35'
  | 'android-platform-36'
  | 'android-platform-37'
  | 'apksig'
  | 'bundletool'
  | 'manifest-merger'
  | 'kotlin'
  | 'pytest'
  | 'junit-console'
  | 'jacoco'
  | 'jacoco-agent'
  | 'robolectric-android'
  | 'resvg';

/** A tool as an action sees it. */
export interface Toolchain {
  readonly name: ToolName;
  readonly version: string;
  /** Read-only trees, each at `/tools/<name>`; none for a tool of the visible host root. */
  readonly mounts: readonly Mount[];
  /** Folders for PATH, first wins. */
  readonly path: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Class path or single files by role (`r8`: `jar`), absolute in the sandbox. */
  readonly files: Readonly<Record<string, string>>;
  /** Of a program in Java: its classes as the JVM keeps them in memory, so that it starts sooner; where the store has them. */
  readonly classArchive?: ClassArchive;
}

export interface ClassArchive {
  /** Absolute in the sandbox. */
  readonly file: string;
  readonly mount: Mount;
}

export interface LockedPackages {
  /** The component's own Python requirements; `dev` adds the root `requirements-dev.txt` for tests. */
  readonly python: { readonly run: readonly LockedFile[]; readonly dev: readonly LockedFile[] };
  readonly node: readonly LockedNodePackage[];
  /** Libraries of an Android app, in the order of its class paths. */
  readonly maven?: readonly LockedLibrary[];
  /** Images of registries, by `<reference> <platform>`; their blobs are in the store. */
  readonly images: Readonly<Record<string, ImageBlobs>>;
  /** Those that were not there when they were locked, with the platforms that were. */
  readonly absentImages?: Readonly<Record<string, readonly string[]>>;
  /** Files that were fetched by address, by the SHA-256 of their content. */
  readonly urls: Readonly<Record<string, Digest>>;
  /** Of an image that is made of packages, by architecture. */
  readonly roots?: Readonly<Record<string, LockedRoot>>;
}

/** Which packages of a distribution an image is made of, before versions are chosen. */
export interface PackageSet {
  readonly distribution: 'debian' | 'ubuntu';
  /** The release's code name. */
  readonly suite: string;
  readonly components: readonly string[];
  readonly architecture: string;
  /** `name` or `name=version`. */
  readonly packages: readonly string[];
  /** Whether the packages that every system of the distribution has are among them. */
  readonly essential: boolean;
  /** Whether the release's updates and security updates count. */
  readonly updates: boolean;
}

/** Packages as they were locked, for `image-packages`, which reads all of it; their files are in the store. */
export interface LockedRoot extends PackageSet {
  readonly locked: readonly LockedDeb[];
  /** Names of those that are unpacked before anything can be run. */
  readonly bootstrap: readonly string[];
  /** How dpkg installs them. */
  readonly steps: readonly unknown[];
}

export interface LockedDeb {
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A file of a package index, present in the store. */
export interface LockedFile {
  /** File name: `numpy-2.1.0-cp311-….whl`. */
  readonly file: string;
  readonly name: string;
  readonly version: string;
  readonly digest: Digest;
}

/** A library by its Maven coordinate, present in the store. `name` is `group:artifact`. */
export interface LockedLibrary extends LockedFile {
  readonly type: 'jar' | 'aar';
  readonly classpaths: readonly Classpath[];
  /** Names of what it asks for; absent: not known. */
  readonly wants?: readonly string[];
  /** Of an AAR: the package of its resources, the level that it needs, and which of its parts it has. */
  readonly aar?: {
    readonly package: string;
    readonly minSdk?: number;
    /** `classes.jar`, `libs/<name>.jar`, `res`, `assets`, `jni/<architecture>`, `proguard.txt`, `R.txt`. */
    readonly parts: readonly string[];
  };
}

/** One entry of a `package-lock.json`'s `packages`, with its tarball present in the store. */
export interface LockedNodePackage {
  /** Where it is installed: `node_modules/react`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly digest: Digest;
  readonly isDevelopment: boolean;
  readonly isOptional: boolean;
}

/** What a rule answers. */
export interface RulePlan {
  /** Needed for `build`. */
  readonly actions: readonly PlannedAction[];
  /** Run by `mobileops test` only. */
  readonly tests: readonly PlannedTest[];
  /** Run by `mobileops check` only: it is started, loaded and ended. */
  readonly service?: PlannedService;
  readonly artifacts: readonly DeclaredArtifact[];
  /** What targets that need this one see. */
  readonly exports: TreeExpression;
  /** A tree of one file, a JSON list of `Remark`s: what of this target was left out, and why. Told after each build. */
  readonly remarks?: TreeExpression;
  readonly diagnostics: readonly Diagnostic[];
}

/** Something of a target that this machine cannot make, which is no failure. */
export interface Remark extends NotBuilt {
  /** `linux/arm64`. */
  readonly platform: string;
}

export interface PlannedTest {
  readonly action: PlannedAction;
  readonly category: 'unit' | 'integration' | 'performance' | 'device';
  /** Actions of no other part of the plan that it comes from. */
  readonly needs?: readonly PlannedAction[];
  /** Of category `device`: its action makes an APK, and the test itself is run after the build, where a device is. */
  readonly device?: DeviceTest;
  /** Where the JUnit report lies in the action's output, when the runner writes one. */
  readonly junit?: string;
  /** The same of a report on the lines that ran. */
  readonly coverage?: CoverageFile;
  /** A folder of the action's output that is kept beside the reports: pictures for people. */
  readonly keeps?: string;
}

/** Tests in an APK of their own, in which a device runs them inside of the app. */
export interface DeviceTest {
  /** The unsigned APK in the action's output, and how it is signed; without a key no device takes it. */
  readonly apk: string;
  readonly signing?: SigningRequest;
  /** The app's own APK, among the artifacts: relative to `dist/`. */
  readonly app: string;
  readonly variant: string;
  /** Application ids of the app, and of the APK of the tests. */
  readonly appId: string;
  readonly testId: string;
  /** The class that runs them, and what it is told. */
  readonly runner: string;
  readonly arguments: Readonly<Record<string, string>>;
}

/** `coverage.py` is its JSON, `istanbul` its `coverage-final.json`, `jacoco` XML, `lcov` a tracefile. */
export type CoverageFormat = 'coverage.py' | 'istanbul' | 'jacoco' | 'lcov';

export interface CoverageFile {
  readonly path: string;
  readonly format: CoverageFormat;
  /** What makes it of what the test left, where the test itself does not. */
  readonly action?: PlannedAction;
}

export type LinterName = 'ruff' | 'pylint' | 'biome' | 'eslint' | 'shellcheck';

/** What `mobileops check` asks of a target beside its tests. */
export interface PlannedChecks {
  readonly sources: readonly SourceFacts[];
  readonly lints: readonly PlannedLint[];
  /** Files by language of those that no linter here checks. */
  readonly notLinted: Readonly<Record<string, number>>;
}

/** What is known of a source file without running anything. */
export interface SourceFacts {
  /** Relative to the target's folder. */
  readonly path: string;
  readonly language: Language;
  /** Lines that are neither blank nor a comment, from 1. */
  readonly code: readonly number[];
  /** Tests are to cover it: it is no test itself, no settings, and has something to run. */
  readonly isCoverable: boolean;
}

/** One linter on the files of one language. */
export interface PlannedLint {
  readonly linter: LinterName;
  readonly version: string;
  readonly language: Language;
  /** As a person would write it. */
  readonly command: string;
  readonly files: number;
  /** Lines of code in them. */
  readonly lines: number;
  /** Where its report lies in the action's output. */
  readonly report: string;
  readonly action?: PlannedAction;
  /** Actions that its environment comes from. */
  readonly needs?: readonly PlannedAction[];
  /** The tool that is not there, in place of the action. */
  readonly missing?: ToolName;
}

export interface PlannedService {
  readonly action: PlannedAction;
  /** How it is started. */
  readonly command: string;
  /** Where the report on its response times lies in the action's output. */
  readonly report: string;
}

/** A file or folder that lands in `dist/`. */
export interface DeclaredArtifact {
  readonly name: string;
  readonly type: 'tarball' | 'binary' | 'data' | 'container' | 'mobile';
  /** Relative to `dist/`: `components/ai-core`, `mobile/hybrid.apk`. May name the version; that keeps it out of every key. */
  readonly path: string;
  /** Its content: a folder, or exactly one file when `isFile`. */
  readonly tree: TreeExpression;
  readonly isFile: boolean;
  /** Signed after the build, outside the graph; absent where nothing is to be signed. */
  readonly signing?: SigningRequest;
}

/** An APK to be signed, v1 where its `minSdk` asks for it, v2 and v3; or a bundle (`jar`), v1 alone. */
export interface SigningRequest {
  readonly kind: 'apk' | 'jar';
  /** Where the user named the key. */
  readonly span?: Span;
  /** Relative to the workspace. */
  readonly storeFile: string;
  readonly keyAlias: string;
  readonly keyKind: 'debug' | 'release';
  /** Fingerprints (`AB:CD:…`) of which the key's certificate must have one; any will do when absent. */
  readonly certificates?: readonly string[];
  readonly minSdk: number;
}

/** Pure: a target with its surroundings gives what is to be done. */
export type Rule<Spec extends TargetSpec> = (context: RuleContext<Spec>) => RulePlan;

/** The class folder below `dist/`. */
export const DIST_CLASS: Readonly<Record<TargetKind, string>> = {
  scripts: 'scripts',
  component: 'components',
  image: 'images',
  app: 'mobile',
};
