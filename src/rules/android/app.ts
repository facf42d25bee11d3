import { type AndroidSettings, containedModules, type MobileSpec, seenModules } from '../../config/index.ts';
import { appFolder } from '../android-folders.ts';
import { type AndroidLibrary, androidLibraries } from '../android-libraries.ts';
import type { AndroidStages } from '../android-tools.ts';
import type { RuleContext } from '../rule.ts';
import { stampValue } from './build-config.ts';
import { manifestFacts } from './manifest.ts';
import { contextAt, type LibraryModule, modulesOf } from './modules.ts';
import { MANIFEST, mainSet, type SourceSet, within } from './source-sets.ts';
import type { Variant } from './variant.ts';

/** The app as its declaration and its own manifest tell. */
export interface App {
  readonly context: RuleContext<MobileSpec>;
  readonly android: AndroidSettings;
  readonly main: SourceSet;
  readonly namespace: string;
  /** In the order of the class paths: who asks stands before what it asks for. */
  readonly libraries: readonly AndroidLibrary[];
  /** All that it has. */
  readonly allModules: readonly LibraryModule[];
  /** Those that it contains; who takes stands before what it takes. */
  readonly modules: readonly LibraryModule[];
  /** Names of those that it is compiled with. */
  readonly seen: readonly string[];
}

/** One variant on its way to an archive. */
export interface VariantApp extends App {
  readonly stages: AndroidStages;
  readonly variant: Variant;
  /** The only one that is built. */
  readonly isAlone: boolean;
}

export function appOf(whole: RuleContext<MobileSpec>, android: AndroidSettings): App {
  const context = contextAt(whole, appFolder(whole.spec, whole.sources.paths));
  const allModules = modulesOf(whole);
  const settings = new Map((android.modules ?? []).map((each) => [each.name.value, each]));
  const main = mainSet(context);
  const text = context.sources.readText(within(main, MANIFEST)) ?? '';
  const namespace = android.namespace ?? manifestFacts(text).package ?? android.applicationId;
  return {
    ...{ context, android, main, namespace, allModules },
    libraries: androidLibraries(context).libraries,
    modules: containedModules(android, settings).map(
      (name) => allModules.find((each) => each.name === name)!,
    ),
    seen: seenModules(android, settings),
  };
}

/** The name of an action of the variant. */
export function actionName({ variant, isAlone }: VariantApp, stage: string): string {
  return isAlone ? stage : `${variant.name}-${stage}`;
}

/** `versionCode` of the variant. */
export function versionCode({ variant, context }: VariantApp): number {
  return variant.versionCode ?? context.settings.stamp.buildNumber;
}

export function versionName({ variant, context }: VariantApp): string {
  const base = variant.versionName ?? stampValue(context.settings.stamp, 'BUILD_VERSION');
  return `${base}${variant.versionNameSuffix}`;
}
