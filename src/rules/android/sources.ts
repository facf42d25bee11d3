import type { TreeExpression } from '../../action/index.ts';
import { literally } from '../android-folders.ts';
import type { RuleContext } from '../rule.ts';
import { filesBelow, type SourceSet, sourcesAt } from './source-sets.ts';

/** Language level of the app's Java, and of what Kotlin becomes. D8 brings what the platform lacks. */
export const JAVA_RELEASE = '17';

/**
 * Platforms that come by the lock keep notes of Android's own sources which an SDK leaves out: of API 35 `findViewById` is `@Nullable` there.
 * Kotlin takes them for advice, so that it compiles what it compiles against an SDK.
 */
export const KOTLIN_NULLABILITY = '-Xnullability-annotations=@android.annotation:warn';

/** Of a variant, or of a module. */
export interface CodeSources {
  readonly context: Pick<RuleContext, 'sources' | 'target'>;
  readonly variant: { readonly sets: readonly SourceSet[] };
}

/** Java may stand in `kotlin/` and Kotlin in `java/`. Relative to the target's folder, sorted. */
export function codeFiles({ context, variant }: CodeSources, extension: string): string[] {
  return variant.sets
    .flatMap((set) => ['java', 'kotlin'].flatMap((folder) => filesBelow(context, set, folder)))
    .filter((path) => path.endsWith(extension))
    .sort();
}

export const javaFiles = (app: CodeSources): string[] => codeFiles(app, '.java');
export const kotlinFiles = (app: CodeSources): string[] => codeFiles(app, '.kt');

/** These files, each at its place in the workspace. */
export function codeAt({ context }: Pick<CodeSources, 'context'>, paths: readonly string[]): TreeExpression {
  return sourcesAt(context, paths.map(literally));
}
