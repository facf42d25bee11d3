import type { Span } from '../base/index.ts';
import type { ContainerSettings } from '../oci/index.ts';
import type { AndroidSettings } from './android-model.ts';
import type { Located } from './located.ts';
import type { WebSettings } from './web-model.ts';

export type * from './android-model.ts';
export type { Located } from './located.ts';
export type * from './web-model.ts';

/** `build-config.yaml`, kind BuildConfiguration, with every default filled in. */
export interface BuildConfiguration {
  readonly name: string;
  /** Default of BUILD_VERSION; semantic version 2.0.0. */
  readonly version: string;
  readonly environment: {
    /** The document's `baseImage`, where it is stated; nothing is built in it yet. */
    readonly baseImage?: Located<string>;
    /** Those that are stated; none stands for the building machine's. */
    readonly architectures: readonly Located<string>[];
    readonly timezone: string;
    readonly locale: string;
  };
  readonly dependencies: {
    readonly system: readonly Located<string>[];
    /** Root requirement files, relative to the workspace. */
    readonly python: readonly Located<string>[];
    readonly node: readonly Located<string>[];
  };
  readonly buildSteps: readonly GlobalStep[];
  readonly artifacts: readonly GlobalArtifact[];
  readonly quality: QualitySettings;
  readonly imagePrefix: string;
  /** Whether a RUN without `--network` has the machine's. */
  readonly runNetwork: boolean;
  /** Where keys stand that this version may have to say something of; see `configurationNotes`. */
  readonly stated: readonly StatedKey[];
}

export interface StatedKey {
  readonly key: 'locale' | 'buildSteps' | 'node';
  readonly span: Span;
}

export interface GlobalStep {
  readonly name: string;
  readonly command?: Located<string>;
  readonly uses?: Located<string>;
  readonly timeoutMs?: number;
}

export type GlobalArtifact =
  | {
      readonly name: string;
      readonly type: 'tarball';
      readonly path: Located<string>;
      readonly compression: 'gzip' | 'zstd' | 'none';
    }
  | {
      readonly name: string;
      readonly type: 'container';
      readonly registry: string;
      readonly tags: readonly string[];
    }
  | {
      readonly name: string;
      readonly type: 'mobile';
      readonly platforms: readonly Located<MobileSpec['rule']>[];
      /** Where it is stated. */
      readonly signing?: Located<boolean>;
    }
  | { readonly name: string; readonly type: 'binary' | 'data'; readonly path: Located<string> };

export interface QualitySettings {
  readonly codeQuality: { readonly enabled: boolean; readonly threshold: number };
  readonly testCoverage: { readonly enabled: boolean; readonly threshold: number };
  readonly securityScan: SecurityScanSettings;
  readonly performanceTest: { readonly enabled: boolean; readonly maxResponseTimeMs: number };
  readonly licences: LicenceSettings;
  /** The file names its gates; otherwise they are the document's. */
  readonly isStated: boolean;
  readonly exceptions: readonly QualityException[];
}

/** Lists of SPDX identifiers. */
export interface LicenceSettings {
  readonly enabled: boolean;
  readonly allow?: readonly string[];
  readonly deny: readonly string[];
  readonly allowUnknown: boolean;
}

/** What is red and let through all the same. */
export interface QualityException {
  readonly gate: Located<
    'codeQuality' | 'testCoverage' | 'securityScan' | 'performanceTest' | 'licences' | 'sonarqube'
  >;
  /** A label; all targets unless told. */
  readonly target?: Located<string>;
  readonly reason: string;
  /** The last day on which it counts, `2027-01-31`. */
  readonly expires: string;
  readonly by: string;
}

export interface SecurityScanSettings {
  readonly enabled: boolean;
  readonly allowHighSeverity: boolean;
  /** How old advisories may be for a verdict. */
  readonly maxAgeDays: number;
  readonly accept: readonly Located<{
    readonly ecosystem: string;
    readonly coverage: 'complete' | 'partial' | 'none';
    readonly maxAgeDays: number;
    readonly reason: string;
  }>[];
  readonly ignore: readonly Located<{
    readonly id: string;
    readonly package?: string | undefined;
    readonly path?: string | undefined;
    readonly reason: string;
    /** `2027-01-31` */
    readonly expires: string;
  }>[];
}

/** What every target kind may say beside its own keys; the additions of `design.md`. */
export interface TargetSettings {
  /** Labels or bare names of targets that must be built first. */
  readonly needs: readonly Located<string>[];
  /** Glob patterns relative to the target's folder; all source files when absent. */
  readonly inputs?: readonly string[];
  /** What leaves the target, relative to its folder; `artifacts[].path`, else what differs from the sources, when absent. */
  readonly outputs?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** True gives the steps the host's network; off by default. */
  readonly network: boolean;
  /** True gives them BUILD_VERSION, BUILD_NUMBER, BUILD_ID, GIT_COMMIT and the commit's time. */
  readonly stamp: boolean;
  readonly resources?: { readonly cpus?: number; readonly memoryBytes?: number };
  readonly timeoutMs?: number;
  /** False runs the steps every time. */
  readonly cache: boolean;
}

/** `components/<name>/build.yaml`, kind ComponentBuild; also made for a folder recognised without one. */
export interface ComponentSpec extends TargetSettings {
  readonly rule: 'component';
  /** Python requirements as written: `numpy>=1.24.0`. */
  readonly dependencies: readonly Located<string>[];
  readonly buildSteps: readonly BuildStep[];
  readonly tests: {
    readonly unit?: Located<string>;
    readonly integration?: Located<string>;
    readonly performance?: Located<string>;
  };
  readonly artifacts: readonly ComponentArtifact[];
  readonly serve?: ServeSettings;
}

/** How a component is run as a service. */
export interface ServeSettings {
  /** Run by `bash -c` in the target's folder. */
  readonly command: Located<string>;
  readonly port: number;
  /** `/health` */
  readonly health: string;
  /** Those that are loaded. */
  readonly paths: readonly string[];
  readonly startTimeoutMs: number;
  /** For each path. */
  readonly durationMs: number;
  /** Requests at a time. */
  readonly connections: number;
}

export interface BuildStep
  extends Partial<Pick<TargetSettings, 'env' | 'network' | 'stamp' | 'timeoutMs' | 'cache' | 'resources'>> {
  readonly name: string;
  /** Run by `bash -c` in the target's folder. */
  readonly command: Located<string>;
  readonly staging?: 'copy';
}

export interface ComponentArtifact {
  readonly name: string;
  readonly path: Located<string>;
  readonly type: 'binary' | 'data' | 'tarball';
}

/** `docker/Dockerfile.<name>`. */
export interface ImageSpec extends TargetSettings {
  readonly rule: 'image';
  /** Relative to the workspace. */
  readonly dockerfile: string;
}

/** `docker/<name>.yaml`, kind ImageBuild: an image made of a distribution's packages. */
export interface PackageImageSpec extends TargetSettings {
  readonly rule: 'packages';
  /** Of releases that are known; `suite` is the code name. */
  readonly from: Located<{ readonly distribution: 'debian' | 'ubuntu'; readonly suite: string }>;
  readonly components: readonly string[];
  /** `name` or `name=version`, each name once. */
  readonly packages: readonly Located<string>[];
  readonly essential: boolean;
  /** Whether the release's updates and security updates count. */
  readonly updates: boolean;
  /** Whether maintainer scripts run. */
  readonly scripts: 'run' | 'none';
  readonly users: readonly ImageUser[];
  readonly paths: readonly ImagePath[];
  readonly container: ContainerSettings;
}

export interface ImageUser {
  readonly name: Located<string>;
  readonly uid: number;
  readonly gid?: number;
  readonly home?: string;
  readonly shell?: string;
  readonly groups: readonly string[];
}

/** Paths are absolute in the image, owners names or numbers. */
export type ImagePath = {
  readonly path: Located<string>;
  readonly owner: Located<string>;
  readonly group: Located<string>;
} & (
  | { readonly type: 'directory'; readonly mode: number }
  | { readonly type: 'link'; readonly target: string }
  /** `source` is relative to the workspace. */
  | { readonly type: 'file'; readonly mode: number; readonly source: Located<string> }
);

/** The platform's shell scripts, `scripts/`. */
export interface ScriptsSpec extends TargetSettings {
  readonly rule: 'scripts';
}

/** `mobile/<name>/build.yaml`, kind MobileBuild; also made for a folder recognised without one. */
export interface MobileSpec extends TargetSettings {
  readonly rule: 'android' | 'ios' | 'pwa' | 'hybrid';
  /** PWA: the npm script that builds (`build`), and where it puts the site (`dist`). */
  readonly web?: WebSettings;
  /** Hybrid and Android. */
  readonly android?: AndroidSettings;
  /** Android: an app that its own Gradle builds. */
  readonly gradle?: GradleSettings;
  readonly ios?: IosSettings;
  /** Android: `android.dependencies`. */
  readonly libraries?: readonly AndroidDependency[];
  /** Hybrid: the app target whose site is shown, `app:webapp`. */
  readonly site?: Located<string>;
  /** PWA manifest fields that complete the app's own. */
  readonly manifest?: Readonly<Record<string, unknown>>;
}

/** Gradle's words for what a library is for. */
export type LibraryConfiguration =
  | 'implementation'
  | 'api'
  | 'compileOnly'
  | 'runtimeOnly'
  | 'testImplementation'
  | 'testCompileOnly'
  | 'testRuntimeOnly'
  | 'androidTestImplementation'
  | 'androidTestCompileOnly'
  | 'androidTestRuntimeOnly';

/** What a library of an app is there for: to be compiled with or contained, by the app, its tests (`test…` on this machine, `androidTest…` on a device) or one of its modules. */
export type Classpath =
  | 'compile'
  | 'runtime'
  | 'testCompile'
  | 'testRuntime'
  | 'androidTestCompile'
  | 'androidTestRuntime'
  | `compile:${string}`;

/** An entry of `android.dependencies`: a library by its Maven coordinate, or a platform (BOM) that gives versions. */
export interface AndroidDependency {
  readonly configuration: LibraryConfiguration;
  readonly kind: 'module' | 'platform';
  /** `group:artifact:version`; without the version where a platform gives it. */
  readonly coordinate: Located<string>;
  /** `version!!`: this version and no other, even where a library asks for a higher one. */
  readonly isStrict: boolean;
  /** Without what it asks for in turn. */
  readonly isAlone: boolean;
  /** `group:artifact`, either of which may be `*`: left out of what it asks for. */
  readonly exclude: readonly string[];
  /** Of a module of the app: its name. */
  readonly module?: string;
  /** Of a module: the modules that are compiled with it, and `''` where the app is. */
  readonly seenBy?: readonly string[];
}

export interface GradleSettings {
  /** `:app`; the only application when absent. */
  readonly module?: string;
  /** `release`, `devRelease`. */
  readonly variants: readonly string[];
  readonly bundle: boolean;
  /** Gradle's user home, relative to the target's folder. */
  readonly home?: string;
  readonly arguments: readonly string[];
}

/** How Xcode builds an app; paths are relative to the target's folder. */
export interface IosSettings {
  readonly project?: string;
  readonly workspace?: string;
  readonly scheme?: string;
  readonly configuration: string;
  /** The simulator that tests run on. */
  readonly device: string;
  readonly exportMethod: 'app-store' | 'ad-hoc' | 'development' | 'enterprise';
  readonly teamId?: string;
  readonly exportOptions?: string;
}

export type TargetSpec = ComponentSpec | ImageSpec | PackageImageSpec | ScriptsSpec | MobileSpec;
