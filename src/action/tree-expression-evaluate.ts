import { assertNever, type Digest, fail, ok, type Result } from '../base/index.ts';
import { EMPTY_TREE, type Tree } from './tree.ts';
import type { LiteralFile, TreeExpression } from './tree-expression.ts';
import { filterTree } from './tree-filter.ts';
import { changedTree, mergeTrees, treeAt, treeFromFiles, treeUnder } from './tree-operations.ts';

/** Where the trees come from that an expression only names. */
export interface TreeSources {
  /** What the planned action captured; it has run. */
  output(actionId: string): Tree;
  /** A tree of the store. */
  stored(root: Digest): Tree | undefined;
  /** The digest of a literal's content, which is stored if the tree is to be used. */
  literal(content: string): Digest;
}

export type EvaluationFailure =
  /** Nothing stands at the path that is asked for. */
  | { readonly kind: 'nothing-at-path'; readonly path: string; readonly action?: string }
  /** The store has lost the tree. */
  | { readonly kind: 'tree-not-stored'; readonly root: Digest };

/** The tree that an expression stands for. Expressions that are one object are evaluated once in a call. */
export function evaluate(expression: TreeExpression, sources: TreeSources): Result<Tree, EvaluationFailure> {
  const known = new Map<TreeExpression, Result<Tree, EvaluationFailure>>();
  const visit = (each: TreeExpression): Result<Tree, EvaluationFailure> => {
    const result = known.get(each) ?? evaluateOne(each, sources, visit);
    known.set(each, result);
    return result;
  };
  return visit(expression);
}

type Visit = (expression: TreeExpression) => Result<Tree, EvaluationFailure>;

function evaluateOne(
  expression: TreeExpression,
  sources: TreeSources,
  visit: Visit,
): Result<Tree, EvaluationFailure> {
  switch (expression.kind) {
    case 'tree':
      return ok(expression.tree);
    case 'literal':
      return ok(literalTree(expression.files, sources));
    case 'output':
      return ok(sources.output(expression.action));
    case 'stored': {
      const tree = sources.stored(expression.root);
      return tree ? ok(tree) : fail({ kind: 'tree-not-stored', root: expression.root });
    }
    case 'at':
      return evaluateAt(expression, visit);
    case 'under':
      return mapped(visit(expression.of), (tree) => treeUnder(tree, expression.path));
    case 'filter':
      return mapped(visit(expression.of), (tree) => filterTree(tree, expression));
    case 'merge':
      return evaluateMerge(expression.of, visit);
    case 'where': {
      const within = visit(expression.within);
      if (!within.ok) return within;
      return treeAt(within.value, expression.path) ? visit(expression.of) : ok(EMPTY_TREE);
    }
    case 'changed': {
      const since = visit(expression.since);
      return since.ok ? mapped(visit(expression.of), (tree) => changedTree(tree, since.value)) : since;
    }
    default:
      return assertNever(expression);
  }
}

function literalTree(files: readonly LiteralFile[], sources: TreeSources): Tree {
  const leaves = files.map(({ path, content, isExecutable }) => {
    return [path, { digest: sources.literal(content), isExecutable }] as const;
  });
  return treeFromFiles(new Map(leaves));
}

function mapped(
  result: Result<Tree, EvaluationFailure>,
  change: (tree: Tree) => Tree,
): Result<Tree, EvaluationFailure> {
  return result.ok ? ok(change(result.value)) : result;
}

function evaluateAt(
  { of, path, optional }: Extract<TreeExpression, { kind: 'at' }>,
  visit: Visit,
): Result<Tree, EvaluationFailure> {
  const whole = visit(of);
  if (!whole.ok) return whole;
  const tree = treeAt(whole.value, path) ?? (optional ? EMPTY_TREE : undefined);
  if (tree) return ok(tree);
  const action = of.kind === 'output' ? { action: of.action } : {};
  return fail({ kind: 'nothing-at-path', path, ...action });
}

function evaluateMerge(parts: readonly TreeExpression[], visit: Visit): Result<Tree, EvaluationFailure> {
  const trees: Tree[] = [];
  for (const part of parts) {
    const result = visit(part);
    if (!result.ok) return result;
    trees.push(result.value);
  }
  return ok(mergeTrees(trees));
}
