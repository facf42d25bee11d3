import type { Consequences } from '../contents/consequences.ts';
import type { Sides } from '../model.ts';

/** What is known of the two builds when a cause is looked for. */
export interface CauseContext {
  readonly sides: Sides;
  readonly consequences: Consequences;
}
