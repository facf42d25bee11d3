import type { Diagnostic, Label, Span } from '../base/index.ts';
import type { Located, TargetSpec } from '../config/index.ts';

/** A target as it was found: what it needs is still text. */
export interface TargetDeclaration {
  readonly label: Label;
  /** Relative to the workspace with `/`. */
  readonly directory: string;
  readonly spec: TargetSpec;
  /** Full labels that follow from the target's content: an image's FROM, a hybrid app's site. */
  readonly implied: readonly Located<string>[];
  /** Where it is declared; absent when it was recognised by its files. */
  readonly span?: Span;
  /** Why it cannot be built by this version: errors for the moment when it is asked for. */
  readonly refusals?: readonly Diagnostic[];
}
