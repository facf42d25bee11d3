import type { AndroidSettings, BuildConfigField, ResValue } from '../../config/index.ts';
import type { SourceSet } from './source-sets.ts';

/** One app that is made of the target: what all its settings come to. */
export interface Variant {
  /** `devRelease`; empty where the app has no others. */
  readonly name: string;
  readonly applicationId: string;
  readonly buildType: string;
  readonly flavor: string;
  readonly isDebuggable: boolean;
  /** From the weakest to the strongest; the first is `main`. */
  readonly sets: readonly [SourceSet, ...SourceSet[]];
  readonly fields: readonly BuildConfigField[];
  readonly resources: readonly ResValue[];
  readonly placeholders: Readonly<Record<string, string>>;
}

export function onlyVariant(android: AndroidSettings, main: SourceSet): Variant {
  // As in Android's own builds: what the debug key signs is for debugging, and nothing else is.
  const isDebuggable = android.signing?.kind === 'debug';
  return {
    name: '',
    applicationId: android.applicationId,
    buildType: isDebuggable ? 'debug' : 'release',
    flavor: '',
    isDebuggable,
    sets: [main],
    fields: android.buildConfigField ?? [],
    resources: android.resValue ?? [],
    placeholders: android.manifestPlaceholders ?? {},
  };
}
