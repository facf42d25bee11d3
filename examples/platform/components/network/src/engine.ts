import { fetchWithRetry } from './retry.js';
import type { Sample, Signal } from './sample.js';

export interface Judgement {
  readonly state: string;
  readonly probabilities: Readonly<Record<string, number>>;
}

/** What judges a window of samples. */
export interface Engine {
  /** Undefined when there are too few samples or the engine does not answer. */
  judge(samples: readonly Sample[]): Promise<Judgement | undefined>;
}

/** `mobileops-infer serve`, reached by HTTP. */
export function engineAt(address: string, signals: readonly Signal[]): Engine {
  return {
    async judge(samples) {
      const lines = samples.map((sample) => signals.map(({ name }) => sample[name]).join(','));
      try {
        const request = { method: 'POST', body: `${lines.join('\n')}\n` };
        const answer = await fetchWithRetry(`${address}/predict`, request, { attempts: 2, timeoutMs: 1000 });
        return answer.ok ? ((await answer.json()) as Judgement) : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
