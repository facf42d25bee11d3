import type { Span } from '../base/index.ts';
import type { Found, Value } from './value.ts';

/** What a module's build file says of its app, each with its place. What it does not say is absent. */
export interface AndroidFacts {
  readonly plugins: readonly Found<string>[];
  readonly namespace?: Found<string>;
  readonly compileSdk?: Found<number>;
  readonly defaults: VariantFacts;
  readonly buildTypes: ReadonlyMap<string, VariantFacts>;
  readonly flavors: ReadonlyMap<string, VariantFacts>;
  readonly dimensions: readonly Found<string>[];
  readonly signing: ReadonlyMap<string, SigningFacts>;
  readonly java?: Found<number>;
  readonly features: ReadonlyMap<string, Found<boolean>>;
  readonly dependencies: readonly DependencyFact[];
}

/** The defaults, a build type or a flavor. */
export interface VariantFacts {
  /** Where a build type or a flavor is first named. */
  readonly place?: Span;
  /** Names of levels and texts that are said, but not known. */
  readonly unknown: readonly string[];
  readonly applicationId?: Found<string>;
  readonly applicationIdSuffix?: Found<string>;
  readonly versionNameSuffix?: Found<string>;
  readonly minSdk?: Found<number>;
  readonly targetSdk?: Found<number>;
  /** Not evaluated to the end: the environment may give them. */
  readonly versionCode?: Value;
  readonly versionName?: Value;
  readonly minifyEnabled?: Found<boolean>;
  readonly shrinkResources?: Found<boolean>;
  readonly debuggable?: Found<boolean>;
  readonly multiDexEnabled?: Found<boolean>;
  readonly dimension?: Found<string>;
  /** Of the module: `proguard-rules.pro`. */
  readonly ruleFiles: readonly Found<string>[];
  /** Of a library: rules wherever it is contained. */
  readonly consumerRules: readonly Found<string>[];
  /** `proguard-android-optimize.txt` and the like, which the Android plugin brings. */
  readonly defaultRules?: Found<string>;
  /** `resConfigs`: languages, and other qualifiers of resources. */
  readonly resourceConfigurations: readonly Found<string>[];
  readonly buildConfigFields: readonly FieldFact[];
  readonly resValues: readonly ResourceFact[];
  readonly placeholders: readonly (readonly [name: string, value: Found<string>])[];
  readonly signingConfig?: Found<string>;
  /** The class that runs tests on a device. */
  readonly testRunner?: Found<string>;
}

export interface FieldFact {
  readonly type: string;
  readonly name: string;
  /** A Java expression. */
  readonly value: Value;
}

export interface ResourceFact {
  readonly type: string;
  readonly name: string;
  readonly value: Found<string>;
}

export interface SigningFacts {
  readonly storeFile?: Found<string>;
  readonly keyAlias?: Found<string>;
}

export interface DependencyFact {
  /** As Gradle calls it: `implementation`. */
  readonly configuration: string;
  /** `group:artifact:version`; without a version where a platform gives it. Of another module of the build `:path`. */
  readonly coordinate: Found<string>;
  readonly isPlatform: boolean;
  readonly isTransitive: boolean;
  /** `group:artifact`, either of which may be `*`. */
  readonly exclude: readonly string[];
}
