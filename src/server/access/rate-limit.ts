/** A bucket that fills at a rate: who takes faster than that finds it empty. */
export interface RateLimitOptions {
  readonly perSecond: number;
  /** What may be taken at once after a pause. */
  readonly burst: number;
  readonly nowMs: () => number;
}

interface Bucket {
  filled: number;
  atMs: number;
}

/** Callers that are remembered; the longest silent are forgotten first, and have full buckets by then or soon. */
const MOST_CALLERS = 50_000;

/** Limits callers by name, in memory: a restart forgives. */
export class RateLimit {
  readonly #options: RateLimitOptions;
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: RateLimitOptions) {
    this.#options = options;
  }

  /** Takes one; gives 0, or after how many seconds there is one again. */
  take(caller: string): number {
    const bucket = this.#bucket(caller);
    if (bucket.filled < 1) return this.#waitSeconds(bucket);
    bucket.filled -= 1;
    return 0;
  }

  /** The same without taking. */
  wait(caller: string): number {
    const bucket = this.#bucket(caller);
    return bucket.filled < 1 ? this.#waitSeconds(bucket) : 0;
  }

  #waitSeconds({ filled }: Bucket): number {
    return Math.max(1, Math.ceil((1 - filled) / this.#options.perSecond));
  }

  #bucket(caller: string): Bucket {
    const { perSecond, burst, nowMs } = this.#options;
    const now = nowMs();
    const old = this.#buckets.get(caller) ?? { filled: burst, atMs: now };
    const filled = Math.min(burst, old.filled + (Math.max(0, now - old.atMs) / 1000) * perSecond);
    const bucket = { filled, atMs: now };
    this.#buckets.delete(caller);
    this.#buckets.set(caller, bucket);
    if (this.#buckets.size > MOST_CALLERS) this.#buckets.delete(this.#buckets.keys().next().value!);
    return bucket;
  }
}
