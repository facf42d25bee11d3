import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '../../base/index.ts';
import type { BuildEvent } from '../../event/index.ts';
import type { Http } from '../../host/index.ts';
import { parseEvents } from '../records/event-schema.ts';
import { destinationsOf } from './destination.ts';
import { LiveEvents } from './live-events.ts';

const [destination] = destinationsOf({ METRICS_URL: 'http://h/builds', METRICS_TOKEN: 't' }).destinations;

/** A second passes when it is told. */
function made(status = 202) {
  const posted: string[] = [];
  let asleep = Promise.withResolvers<() => void>();
  let arrived = Promise.withResolvers<void>();
  const http: Http = {
    async exchange({ url, headers, body }) {
      const buffer = Buffer.alloc(body!.sizeBytes);
      body!.read(buffer);
      posted.push(`${url} ${headers.authorization}\n${buffer}`);
      arrived.resolve();
      arrived = Promise.withResolvers();
      return ok({ status, headers: {}, discard: () => {}, read: async () => ok(0) });
    },
  };
  const clock = {
    sleep: (_: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        asleep.resolve(resolve);
        signal?.addEventListener('abort', () => reject(signal.reason));
      }),
  };
  const live = new LiveEvents({
    ...{ http, clock, destination: destination!, url: 'http://h/e' },
    clean: (text) => text.replaceAll('secret', '***'),
  });
  const second = async (): Promise<void> => {
    const next = arrived.promise;
    const wake = await asleep.promise;
    asleep = Promise.withResolvers();
    wake();
    await next;
  };
  return { live, posted, second };
}

const about = { id: 'a#1', label: 'a', mnemonic: 'Step', description: 'make' };
const started: BuildEvent = { time: 1, type: 'action.started', payload: about };
const failed: BuildEvent = {
  ...{ time: 2, type: 'action.finished' },
  payload: {
    ...{ ...about, exitCode: 1, durationMs: 1, cpuMs: 1, peakMemoryBytes: 1, failure: 'no secret' },
    output: `${'x'.repeat(20_000)}secret`,
  },
};
const planned: BuildEvent = {
  time: 0,
  type: 'build.planned',
  payload: { actions: 1, targets: 1, upToDate: 0 },
};

test('what happened in a second goes in one request, and a server can read it', async () => {
  const { live, posted, second } = made();
  for (const event of [planned, started]) live.handle(event);
  await second();
  live.handle({ time: 1, type: 'log', payload: { level: 'info', message: 'not told' } });
  live.handle(failed);
  await second();
  const [first, next] = posted.map((text) => text.split('\n').slice(1).join('\n')) as [string, string];
  assert.match(posted[0]!, /^http:\/\/h\/e Bearer t\n/);
  const types = (text: string): string[] => {
    const parsed = parseEvents(text);
    assert.ok(parsed.ok);
    return parsed.value.map(({ type }) => type);
  };
  assert.deepEqual([types(first), types(next)], [['build.planned', 'action.started'], ['action.finished']]);
  assert.ok(next.length < 10_000 && !next.includes('secret'));
  live.stop();
});

test('a build that runs nothing tells nothing, and after a refusal nothing is told either', async () => {
  const quiet = made();
  quiet.live.handle(planned);
  assert.deepEqual(quiet.posted, []);
  const { live, posted, second } = made(503);
  live.handle(started);
  await second();
  live.handle(started);
  await Promise.resolve();
  live.handle(failed);
  assert.equal(posted.length, 1);
});
