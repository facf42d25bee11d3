import type { Diagnostic, Label, Span } from '../base/index.ts';
import type { TargetSpec } from '../config/index.ts';

/** Something of the workspace that can be built. */
export interface Target {
  readonly label: Label;
  /** Its folder, relative to the workspace with `/`; an image's is the workspace (`''`), as in the document. */
  readonly directory: string;
  readonly spec: TargetSpec;
  /** Resolved, in order of their labels' text; includes what a rule implies (an image's FROM, a hybrid app's site). */
  readonly needs: readonly Need[];
  /** Where it is declared; absent when it was recognised by its files. */
  readonly span?: Span;
  /** Why this version cannot build it: errors to report when it, or something that needs it, is asked for. */
  readonly refusals?: readonly Diagnostic[];
}

export interface Need {
  readonly label: Label;
  /** The text that says so, for the drawing of a cycle. */
  readonly span?: Span;
}

/** All targets with their edges; acyclic. */
export interface TargetGraph {
  /** By label text, in topological order: needs before what needs them, ties by label. */
  readonly targets: ReadonlyMap<string, Target>;
}
