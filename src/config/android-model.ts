import type { Span } from '../base/index.ts';
import type { Located } from './located.ts';

/** `android:` of a MobileBuild. The keys from `namespace` on mean something for `platform: android` alone. */
export interface AndroidSettings extends AndroidVariantSettings {
  readonly applicationId: string;
  readonly label: string;
  readonly compileSdk: number;
  readonly minSdk: number;
  readonly targetSdk: number;
  readonly versionCode?: number;
  readonly versionName?: string;
  /** Also as a bundle; with `all` variants that can be debugged, too. */
  readonly bundle?: boolean | 'all';
  readonly signing?: AndroidSigning;
  /** Hybrid: addresses outside the app below which every one is a page of the site. */
  readonly deepLinks?: readonly string[];
  /** Package of `R` and `BuildConfig`; that of the manifest, else the application id, when absent. */
  readonly namespace?: string;
  /** Languages whose resources are kept; all when absent. */
  readonly resourceConfigurations?: readonly string[];
  /** `debug` and `release` are there without being named. */
  readonly buildTypes?: readonly AndroidBuildType[];
  readonly flavors?: readonly AndroidFlavor[];
  /** Names of the variants that are built, with `*` for any part; the rule chooses when absent. */
  readonly variants?: readonly Located<string>[];
  /** Class that runs the tests on a device; the rule chooses when absent. */
  readonly testInstrumentationRunner?: string;
  readonly testInstrumentationRunnerArguments?: Readonly<Record<string, string>>;
  /** Folder of the app's own module below the target's; the rule looks when absent. */
  readonly directory?: Located<string>;
  /** Modules that the app itself takes, in the order of the file. */
  readonly uses?: readonly ModuleUse[];
  /** Modules of the app; they take each other in no circle. */
  readonly modules?: readonly AndroidModule[];
}

/** A part of an app that is compiled by itself: a library module of Gradle. */
export interface AndroidModule extends Pick<AndroidVariantSettings, 'buildConfigField' | 'resValue'> {
  readonly name: Located<string>;
  /** Relative to the target's folder. */
  readonly directory: string;
  /** Package of its `R`; that of its manifest when absent. */
  readonly namespace?: string;
  readonly uses: readonly ModuleUse[];
  /** Whether it has a `BuildConfig`. */
  readonly buildConfig: boolean;
  /** Rules for R8 of every app that contains it, relative to its folder. */
  readonly consumerProguardFiles?: readonly Located<string>[];
}

/** One that takes another by `api` gives it on to those that take it. */
export interface ModuleUse {
  readonly module: Located<string>;
  readonly isApi: boolean;
}

export interface AndroidBuildType extends AndroidVariantSettings {
  readonly name: string;
  readonly debuggable?: boolean;
  /** Whether R8 shrinks and renames what the variant holds. */
  readonly minifyEnabled?: boolean;
  /** Relative to the target's folder; `proguard-rules.pro` where there is one, when absent. */
  readonly proguardFiles?: readonly Located<string>[];
  readonly signing?: AndroidSigning;
}

export interface AndroidFlavor extends AndroidVariantSettings {
  readonly name: string;
  /** Flavors of one dimension exclude each other; those without one share a dimension. */
  readonly dimension?: string;
  readonly applicationId?: string;
  readonly versionCode?: number;
  readonly versionName?: string;
}

export interface AndroidSigning {
  /** Relative to the target's folder. */
  readonly storeFile: Located<string>;
  readonly keyAlias: string;
  /** `debug` reads the key's well-known password; otherwise KEYSTORE_PASSWORD and KEY_PASSWORD. */
  readonly kind: 'debug' | 'release';
  /** SHA-256 fingerprints of the certificates that installed copies have, as `AB:CD:…`. */
  readonly certificates?: readonly string[];
}

/** What an app says for all its variants, and a variant for itself. */
export interface AndroidVariantSettings {
  readonly applicationIdSuffix?: string;
  readonly versionNameSuffix?: string;
  readonly buildConfigField?: readonly BuildConfigField[];
  readonly resValue?: readonly ResValue[];
  readonly manifestPlaceholders?: Readonly<Record<string, string>>;
}

/** A constant of `BuildConfig`: a text, a Java expression of another type, or a value of the build. */
export interface BuildConfigField {
  readonly name: string;
  /** A Java type; `String` has its value as a text, every other one as an expression. */
  readonly type: string;
  readonly from: { readonly value: string } | { readonly stamp: StampName };
  readonly span?: Span;
}

export const STAMP_NAMES = ['BUILD_NUMBER', 'BUILD_VERSION', 'BUILD_ID', 'GIT_COMMIT', 'BUILD_TIME'] as const;

export type StampName = (typeof STAMP_NAMES)[number];

/** A resource that stands in no file: `string`, `bool`, `integer`, `color`, `dimen`. */
export interface ResValue {
  readonly type: string;
  readonly name: string;
  readonly value: string;
}
