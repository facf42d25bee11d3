import type { TreeExpression } from '../../action/index.ts';
import { filterTree } from '../../action/index.ts';
import type { RuleContext } from '../rule.ts';

/** Files by which linters are told what to look for; those above a target hold for it too. */
const CONFIGURATION =
  /^(\.?ruff\.toml|pyproject\.toml|\.?pylintrc(\.toml)?|setup\.cfg|tox\.ini|\.?biome\.jsonc?|\.eslintrc(\.(cjs|js|json|ya?ml))?|\.eslintignore|eslint\.config\.[cm]?[jt]s|\.shellcheckrc|\.editorconfig)$/;

/** The target's sources where they lie in the workspace, and what configures linters in the folders above. */
export function lintTree(context: Pick<RuleContext, 'target' | 'sources' | 'sourcesOf'>): TreeExpression {
  const { target, sources, sourcesOf } = context;
  const root = sourcesOf('');
  const above = foldersAbove(target.directory);
  const include = root.paths.filter((path) => {
    const slash = path.lastIndexOf('/');
    return CONFIGURATION.test(path.slice(slash + 1)) && above.has(path.slice(0, Math.max(0, slash)));
  });
  const own: TreeExpression = {
    kind: 'under',
    of: { kind: 'tree', tree: sources.tree },
    path: target.directory,
  };
  if (include.length === 0) return own;
  return { kind: 'merge', of: [{ kind: 'tree', tree: filterTree(root.tree, { include }) }, own] };
}

/** `components/a` is below `components` and the root, `''`. */
function foldersAbove(directory: string): ReadonlySet<string> {
  const parts = directory.split('/');
  return new Set(parts.map((_, index) => parts.slice(0, index).join('/')));
}
