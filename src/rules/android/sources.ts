import type { TreeExpression } from '../../action/index.ts';
import type { VariantApp } from './app.ts';
import { filesBelow, sourcesAt } from './source-sets.ts';

interface Sources extends Pick<VariantApp, 'context'> {
  readonly variant: Pick<VariantApp['variant'], 'sets'>;
}

/** Java may stand in `kotlin/` and Kotlin in `java/`. Relative to the target's folder, sorted. */
export function codeFiles({ context, variant }: Sources, extension: string): string[] {
  return variant.sets
    .flatMap((set) => ['java', 'kotlin'].flatMap((folder) => filesBelow(context, set, folder)))
    .filter((path) => path.endsWith(extension))
    .sort();
}

export const javaFiles = (app: Sources): string[] => codeFiles(app, '.java');
export const kotlinFiles = (app: Sources): string[] => codeFiles(app, '.kt');

/** These files, each at its place in the workspace. */
export function codeAt({ context }: Pick<Sources, 'context'>, paths: readonly string[]): TreeExpression {
  return sourcesAt(context, paths.map(literally));
}

/** A pattern that names this path alone. */
export function literally(path: string): string {
  return path.replace(/[*?[\]{}\\]/g, '\\$&');
}
