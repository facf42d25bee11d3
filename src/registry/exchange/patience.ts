import { isPassing, type RegistryFailure } from '../failure.ts';
import type { ClientContext } from '../world.ts';

/** A registry that asks for a longer pause is not waited for. */
const LONGEST_ASKED_MS = 120_000;
/** Tries of one transfer in all, also when each brings a little. */
const MOST_ATTEMPTS = 100;

/** Decides whether and when something that failed is tried again: exponential pauses with jitter (or as the registry asks). */
export class Patience {
  readonly #context: ClientContext;
  #inRow = 0;
  #inAll = 0;

  constructor(context: ClientContext) {
    this.#context = context;
  }

  /** Something came of the last try. */
  progress(): void {
    this.#inRow = 0;
  }

  /** Waits, and gives `true`, when another try is worth it. */
  async again(failure: RegistryFailure): Promise<boolean> {
    const { limits, world, onEvent, signal } = this.#context;
    this.#inRow++;
    this.#inAll++;
    if (!isPassing(failure) || this.#inRow >= limits.attempts || this.#inAll >= MOST_ATTEMPTS) return false;
    const asked = failure.kind === 'rate-limited' ? (failure.waitMs ?? 0) : 0;
    if (asked > LONGEST_ASKED_MS) return false;
    const pause = Math.min(limits.longestPauseMs, limits.firstPauseMs * 2 ** (this.#inRow - 1));
    const waitMs = Math.max(asked, Math.round(pause * (0.5 + world.env.random() / 2)));
    onEvent({ type: 'retry', registry: failure.registry, because: failure.kind, waitMs });
    try {
      await world.clock.sleep(waitMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return !signal.aborted;
  }
}

/** `Retry-After` in milliseconds: seconds, or a date (RFC 9110, 10.2.3). */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
