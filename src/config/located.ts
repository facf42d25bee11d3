import type { Span } from '../base/index.ts';

/** A value with the text it came from, so that a problem found later still underlines it. */
export interface Located<T> {
  readonly value: T;
  readonly span: Span;
}
