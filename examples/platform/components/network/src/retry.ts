export interface Fetching {
  /** Tries in all; 4 by default. */
  readonly attempts?: number;
  /** The first pause is up to this long, each further one up to twice as long as the one before. */
  readonly firstDelayMs?: number;
  readonly longestDelayMs?: number;
  /** One try may take this long. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** The world, for tests. */
  readonly fetch?: typeof fetch;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly random?: () => number;
}

/** Answers that another try may change. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** `fetch` that tries again after failures that pass: network errors, time-outs, overload. Only for
 * requests that may be sent twice. The last answer or error is given back as it is. */
export async function fetchWithRetry(
  url: string | URL,
  init: RequestInit = {},
  how: Fetching = {},
): Promise<Response> {
  const { attempts = 4, timeoutMs = 5000, sleep = pause } = how;
  for (let attempt = 1; ; attempt++) {
    how.signal?.throwIfAborted();
    const limit = AbortSignal.timeout(timeoutMs);
    const signal = how.signal ? AbortSignal.any([how.signal, limit]) : limit;
    const outcome = await (how.fetch ?? fetch)(url, { ...init, signal }).catch((error: unknown) => ({
      error,
    }));
    if (!('error' in outcome)) {
      if (attempt >= attempts || !PASSING.has(outcome.status)) return outcome;
      await outcome.body?.cancel();
    } else if (attempt >= attempts || how.signal?.aborted) throw outcome.error;
    const asked = 'error' in outcome ? undefined : outcome.headers.get('retry-after');
    await sleep(retryDelayMs(attempt, asked, how), how.signal);
  }
}

/** "Full jitter": anything up to a bound that doubles, so that many clients do not come back at once.
 * A server that says `Retry-After: <seconds>` is obeyed up to the longest delay. */
export function retryDelayMs(
  attempt: number,
  retryAfter: string | null | undefined,
  how: Fetching = {},
): number {
  const { firstDelayMs = 200, longestDelayMs = 10_000, random = Math.random } = how;
  if (retryAfter && /^\d+$/.test(retryAfter)) return Math.min(Number(retryAfter) * 1000, longestDelayMs);
  return Math.floor(random() * Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs));
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
