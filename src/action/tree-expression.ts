import type { Digest } from '../base/index.ts';
import type { Tree } from './tree.ts';

/**
 * A tree that is not known yet, as plain data: rules compose these, the engine evaluates them once the
 * actions they name have run. Evaluation is pure, so a key follows from content alone.
 */
export type TreeExpression =
  /** Content that is known now: sources, literals, locked packages. */
  | { readonly kind: 'tree'; readonly tree: Tree }
  /** Small files whose bytes a rule writes itself; the evaluator stores them (`literal(content): Digest`). */
  | { readonly kind: 'literal'; readonly files: readonly LiteralFile[] }
  /** A tree in the store. */
  | { readonly kind: 'stored'; readonly root: Digest }
  /** All that the named planned action captured. */
  | { readonly kind: 'output'; readonly action: string }
  /** The folder or the single file at `path`; a file keeps its last name. Nothing there is a failure. */
  | { readonly kind: 'at'; readonly of: TreeExpression; readonly path: string; readonly optional?: boolean }
  /** Moves a tree below `path`. */
  | { readonly kind: 'under'; readonly of: TreeExpression; readonly path: string }
  /** Keeps what a pattern of `include` matches (all when absent) and none of `exclude` does. Patterns as in `glob.ts`. */
  | {
      readonly kind: 'filter';
      readonly of: TreeExpression;
      readonly include?: readonly string[];
      readonly exclude?: readonly string[];
    }
  /** Later trees win, file by file. */
  | { readonly kind: 'merge'; readonly of: readonly TreeExpression[] }
  /** The tree itself where something stands at `path` in `within`; else nothing. */
  | {
      readonly kind: 'where';
      readonly of: TreeExpression;
      readonly within: TreeExpression;
      readonly path: string;
    }
  /** Files of `of` that are absent from or different in `since`. */
  | { readonly kind: 'changed'; readonly of: TreeExpression; readonly since: TreeExpression };

/** A file of a literal tree; `content` is stored as UTF-8. */
export interface LiteralFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly content: string;
  readonly isExecutable: boolean;
}
