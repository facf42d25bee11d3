import { filterTree, listTree } from '../action/index.ts';
import type { RuleContext, SourceView } from './rule.ts';

/** The target's source files that its `inputs` patterns name; all when it has none. */
export function inputSources({ spec, sources }: Pick<RuleContext, 'spec' | 'sources'>): SourceView {
  if (!spec.inputs) return sources;
  const tree = filterTree(sources.tree, { include: spec.inputs });
  if (tree === sources.tree) return sources;
  const paths = listTree(tree).map(({ path }) => path);
  const isIn = new Set(paths);
  const { digest } = tree;
  return { digest, tree, paths, readText: (path) => (isIn.has(path) ? sources.readText(path) : undefined) };
}
