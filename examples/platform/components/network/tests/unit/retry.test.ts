import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fetchWithRetry, retryDelayMs } from '../../dist/network/index.js';

/** Runs against scripted outcomes; gives the final status or error, how many tries were made, and the pauses. */
async function run(outcomes: (number | Error)[], attempts?: number) {
  const pauses: number[] = [];
  let tries = 0;
  const result = await fetchWithRetry(
    'http://x/',
    {},
    {
      ...(attempts === undefined ? {} : { attempts }),
      random: () => 0.5,
      sleep: async (ms) => void pauses.push(ms),
      fetch: async () => {
        const outcome = outcomes[tries++] ?? 599;
        if (outcome instanceof Error) throw outcome;
        return new Response('', { status: outcome, headers: outcome === 429 ? { 'retry-after': '3' } : {} });
      },
    },
  ).then(
    (response) => response.status,
    (error: Error) => error.message,
  );
  return { result, tries, pauses };
}

describe('fetchWithRetry', () => {
  const cases: [string, (number | Error)[], number | undefined, Awaited<ReturnType<typeof run>>][] = [
    ['a good answer', [200], undefined, { result: 200, tries: 1, pauses: [] }],
    ['an answer that stays', [404, 200], undefined, { result: 404, tries: 1, pauses: [] }],
    ['overload that passes', [503, 502, 200], undefined, { result: 200, tries: 3, pauses: [100, 200] }],
    ['a network error', [new Error('reset'), 200], undefined, { result: 200, tries: 2, pauses: [100] }],
    ['what the server asks for', [429, 200], undefined, { result: 200, tries: 2, pauses: [3000] }],
    ['overload that stays', [503, 503], 2, { result: 503, tries: 2, pauses: [100] }],
    ['errors that stay', [new Error('a'), new Error('b')], 2, { result: 'b', tries: 2, pauses: [100] }],
  ];
  for (const [title, outcomes, attempts, expected] of cases)
    test(title, async () => assert.deepEqual(await run(outcomes, attempts), expected));

  test('an abort ends it before the next try', async () => {
    const stop = new AbortController();
    let tries = 0;
    const work = fetchWithRetry(
      'http://x/',
      {},
      {
        signal: stop.signal,
        fetch: async () => {
          tries++;
          stop.abort(new Error('enough'));
          return new Response('', { status: 503 });
        },
      },
    );
    await assert.rejects(work, /enough/);
    assert.equal(tries, 1);
  });
});

test('pauses double up to the longest', () => {
  const how = { firstDelayMs: 100, longestDelayMs: 1000, random: () => 0.999 };
  assert.deepEqual(
    [1, 2, 3, 4, 5, 50].map((n) => retryDelayMs(n, undefined, how)),
    [99, 199, 399, 799, 999, 999],
  );
  assert.equal(retryDelayMs(1, '99', how), 1000);
  assert.equal(retryDelayMs(1, 'Tue, 24 Nov 2026 02:22:28 GMT', how), 99);
});
