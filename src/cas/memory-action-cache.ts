import type { ActionResult } from '../action/index.ts';
import { type Digest, formatDigest } from '../base/index.ts';
import type { ActionCache } from './cas.ts';

/** Results in memory, for tests. */
export class MemoryActionCache implements ActionCache {
  readonly #results = new Map<string, ActionResult>();

  get(action: Digest): ActionResult | undefined {
    return this.#results.get(formatDigest(action));
  }

  put(action: Digest, result: ActionResult): void {
    this.#results.set(formatDigest(action), result);
  }

  remove(action: Digest): void {
    this.#results.delete(formatDigest(action));
  }
}
