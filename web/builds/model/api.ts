import type {
  BuildList,
  Choices,
  FailedAction,
  SlowAction,
  TimePart,
  Trend,
} from '../../../src/metrics/records/build-records.ts';
import type { Filter } from './address.ts';

/** What is asked of the server, by the address that answers it. */
export interface Answers {
  readonly '/api/v1/builds': BuildList;
  readonly '/api/v1/metrics/over-time': { readonly parts: readonly TimePart[] };
  readonly '/api/v1/metrics/slowest': { readonly actions: readonly SlowAction[] };
  readonly '/api/v1/metrics/failures': { readonly failures: readonly FailedAction[] };
  readonly '/api/v1/metrics/trend': Trend;
  readonly '/api/v1/metrics/choices': Choices;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

export function addressOf(path: keyof Answers, query: Query = {}): string {
  const parameters = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

export function buildAddress(id: string): string {
  return `/api/v1/builds/${encodeURIComponent(id)}`;
}

/** Of a filter what the server filters by; the time is the caller's. */
export function queryOf({ workspace, branch, verb, status, text }: Filter): Query {
  return { workspace, branch, verb, status, text };
}

/** The answer as JSON; throws a sentence for people. */
export async function ask<T>(address: string, signal: AbortSignal): Promise<T> {
  const answer = await fetch(address, { signal, headers: { accept: 'application/json' } });
  if (answer.ok) return (await answer.json()) as T;
  if (answer.status === 404) throw new Error('The server knows no such build.');
  if (answer.status === 401 || answer.status === 403) throw new Error('This asks for a token that may read.');
  if (answer.status === 429) throw new Error('Too many requests; try again in a moment.');
  throw new Error(`The server answered ${answer.status}.`);
}
