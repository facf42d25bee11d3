import type { Span } from '../base/index.ts';

/** Gradle's two languages. Both are read as far as they declare something. */
export type Dialect = 'groovy' | 'kotlin';

/** `opaque` is what this reader does not understand: it has a place and no meaning. */
export type Expression =
  | { readonly kind: 'text'; readonly parts: readonly (string | Expression)[]; readonly span: Span }
  | { readonly kind: 'number'; readonly value: number; readonly span: Span }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly span: Span }
  | { readonly kind: 'null' | 'opaque'; readonly span: Span }
  | { readonly kind: 'name'; readonly name: string; readonly span: Span }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string; readonly span: Span }
  | {
      readonly kind: 'call';
      readonly callee: Expression;
      readonly arguments: readonly Argument[];
      readonly block?: Block;
      readonly span: Span;
    }
  | { readonly kind: 'list'; readonly items: readonly Argument[]; readonly span: Span }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | { readonly kind: 'block'; readonly block: Block; readonly span: Span };

/** A value in brackets or after a command word, named (`group: 'org'`, `group = "org"`) or not. */
export interface Argument {
  readonly name?: string;
  readonly value: Expression;
}

/** The characters of a text that has no expressions in it, and any; else `undefined`. */
export function literalOf(parts: readonly unknown[] | undefined): string | undefined {
  const [only, ...more] = parts ?? [];
  return typeof only === 'string' && more.length === 0 ? only : undefined;
}

export type Statement =
  | { readonly kind: 'expression'; readonly expression: Expression; readonly span: Span }
  | {
      readonly kind: 'assignment';
      readonly target: Expression;
      readonly operator: string;
      readonly value: Expression;
      readonly span: Span;
    }
  /** `def name = value`; no value where it is delegated (`by project`). */
  | { readonly kind: 'definition'; readonly name: string; readonly value?: Expression; readonly span: Span }
  | { readonly kind: 'function'; readonly name: string; readonly body: Block; readonly span: Span }
  | { readonly kind: 'return'; readonly value?: Expression; readonly span: Span }
  /** Control flow, classes and whatever else is no declaration. */
  | { readonly kind: 'opaque'; readonly span: Span };

export interface Block {
  readonly statements: readonly Statement[];
  /** It has parameters (`{ variant -> … }`), so that it is run rather than read. */
  readonly hasParameters: boolean;
  readonly span: Span;
}
