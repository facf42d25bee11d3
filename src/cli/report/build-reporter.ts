import type { BuildOutcome } from '../../build/index.ts';
import type { BuildEvent } from '../../event/index.ts';

/** Shows a build while it runs, and what came of it. */
export interface BuildReporter {
  handle(event: BuildEvent): void;
  /** Takes away what was only for the time of the build; may be called twice. */
  close(): void;
  finish(outcome: BuildOutcome): void;
}
