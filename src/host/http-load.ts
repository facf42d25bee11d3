export interface HttpLoadOptions {
  /** Absolute, `http:`. */
  readonly url: string;
  /** Requests at a time. */
  readonly connections: number;
  readonly durationMs: number;
  readonly signal?: AbortSignal;
}

export interface HttpLoadResult {
  /** Of every answer, in the order in which they came, in milliseconds. */
  readonly answeredMs: readonly number[];
  /** How many of them were 400 or above. */
  readonly refused: number;
  /** Requests without an answer. */
  readonly unanswered: number;
}

/** Sends the same GET over and over. */
export type HttpLoad = (options: HttpLoadOptions) => Promise<HttpLoadResult>;

/** What sends them. */
export const LOAD_GENERATOR = { name: 'autocannon', version: '9.0.0' } as const;

/** An answer that takes longer is a failed request. */
const TIMEOUT_SECONDS = 10;

/** By autocannon, which is loaded when it is asked for. */
export const realHttpLoad: HttpLoad = async ({ url, connections, durationMs, signal }) => {
  const { default: autocannon } = await import('autocannon');
  const answeredMs: number[] = [];
  let refused = 0;
  return new Promise((resolve, reject) => {
    const options = { url, connections, duration: durationMs / 1000, timeout: TIMEOUT_SECONDS };
    const instance = autocannon(options, (error, { errors }) => {
      signal?.removeEventListener('abort', stop);
      if (error) reject(error);
      else resolve({ answeredMs, refused, unanswered: errors });
    });
    const stop = (): void => instance.stop();
    signal?.addEventListener('abort', stop);
    instance.on('response', (_client, status, _bytes, ms) => {
      answeredMs.push(ms);
      if (status >= 400) refused++;
    });
  });
};
