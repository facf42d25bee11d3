import type { AndroidSettings, MobileSpec } from '../../config/index.ts';
import { type AndroidLibrary, androidLibraries } from '../android-libraries.ts';
import type { AndroidStages } from '../android-tools.ts';
import type { RuleContext } from '../rule.ts';
import { stampValue } from './build-config.ts';
import { manifestFacts } from './manifest.ts';
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
}

/** One variant on its way to an archive. */
export interface VariantApp extends App {
  readonly stages: AndroidStages;
  readonly variant: Variant;
  /** The only one that is built. */
  readonly isAlone: boolean;
}

export function appOf(context: RuleContext<MobileSpec>, android: AndroidSettings): App {
  const main = mainSet(context);
  const text = context.sources.readText(within(main, MANIFEST)) ?? '';
  const namespace = android.namespace ?? manifestFacts(text).package ?? android.applicationId;
  return { context, android, main, namespace, libraries: androidLibraries(context).libraries };
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
