import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fail, ok } from '../../base/index.ts';
import type { Http, HttpRequest } from '../../host/index.ts';
import { FakeClock, MemoryFileSystem } from '../../host/testing.ts';
import { deliver } from './deliver.ts';
import { type Destination, destinationsOf } from './destination.ts';
import { Spool } from './spool.ts';

const VARIABLES = { METRICS_URL: 'https://metrics.example/builds?team=a', METRICS_TOKEN: 'secret-token' };
const [destination] = destinationsOf(VARIABLES).destinations as [Destination];

interface Posted {
  readonly url: string;
  readonly headers: HttpRequest['headers'];
  readonly body: string;
}

/** Answers with each status in turn, and the last one from then on; 0 is no answer. */
function receiver(...statuses: readonly number[]) {
  const posted: Posted[] = [];
  const left = [...statuses];
  const http: Http = {
    async exchange({ url, headers, body }) {
      const buffer = Buffer.alloc(body?.sizeBytes ?? 0);
      body?.read(buffer);
      const status = left.length > 1 ? left.shift()! : left[0]!;
      if (status === 0) return fail({ kind: 'connection', code: 'ECONNREFUSED', isReused: false });
      posted.push({ url, headers, body: buffer.toString() });
      const answer = Buffer.from('{"error":"why\u001b[31m"}');
      return ok({
        ...{ status, headers: {}, discard: () => {} },
        read: async (take) => {
          take(answer);
          return ok(answer.byteLength);
        },
      });
    },
  };
  return { http, posted };
}

function world(http: Http, clock = new FakeClock()) {
  return { http, clock, signal: new AbortController().signal };
}

function spoolOf(fs = new MemoryFileSystem()) {
  return { fs, spool: new Spool(fs, '/cache/metrics', destination) };
}

const add = (spool: Spool, ...times: readonly number[]): void => {
  for (const startMs of times) spool.add({ startMs, id: `build-${startMs}` }, `{"at":${startMs}}`);
};

test('what waits is sent in the order of time, with the token, and is gone', async () => {
  const { spool } = spoolOf();
  add(spool, 30, 5, 200);
  const { http, posted } = receiver(201);
  assert.deepEqual(await deliver(world(http), destination, spool), { sent: 3, waiting: 0, refused: [] });
  assert.deepEqual(
    posted.map(({ body }) => body),
    ['{"at":5}', '{"at":30}', '{"at":200}'],
  );
  assert.equal(posted[0]!.url, 'https://metrics.example/builds?team=a');
  assert.equal(posted[0]!.headers.authorization, 'Bearer secret-token');
  assert.deepEqual(spool.waiting(), []);
});

test('no token and no query lies on the disk or is shown', async () => {
  const { fs, spool } = spoolOf();
  add(spool, 1);
  await deliver(world(receiver(0).http), destination, spool);
  const files = fs.readDirectory(`/cache/metrics/${destination.key}`);
  const texts = files.map(
    ({ name }) => `${name} ${fs.readText(`/cache/metrics/${destination.key}/${name}`)}`,
  );
  assert.equal(texts.length, 2);
  assert.doesNotMatch(texts.join('\n'), /secret|team/);
  assert.equal(destination.name, 'https://metrics.example/builds');
});

test('a server that is away keeps all that it has not taken', async () => {
  for (const status of [0, 401, 404, 429, 500, 503, 301]) {
    const { spool } = spoolOf();
    add(spool, 1, 2, 3);
    const { http } = receiver(200, status);
    const { sent, waiting, failure } = await deliver(world(http), destination, spool);
    assert.deepEqual([sent, waiting], [1, 2]);
    assert.deepEqual(
      spool.waiting().map((each) => spool.read(each)),
      ['{"at":2}', '{"at":3}'],
    );
    assert.match(failure!, status === 0 ? /ECONNREFUSED/ : new RegExp(`^status ${status}: {"error":"why"}$`));
    assert.deepEqual([spool.state?.kind, spool.state?.isTold], ['away', false]);
  }
});

test('what is refused for good does not stand in the way of the rest', async () => {
  for (const status of [400, 409, 413, 415, 422]) {
    const { spool } = spoolOf();
    add(spool, 1, 2);
    const { sent, waiting, refused } = await deliver(world(receiver(status, 200).http), destination, spool);
    assert.deepEqual([sent, waiting, refused.length], [1, 0, 1]);
    assert.equal(spool.state?.kind, 'refused');
  }
});

test('a failure is remembered from when it began, until all is sent', async () => {
  const clock = new FakeClock(1000);
  const { spool } = spoolOf();
  add(spool, 1);
  await deliver(world(receiver(0).http, clock), destination, spool);
  spool.state = { ...spool.state!, isTold: true };
  clock.advance(5000);
  await deliver(world(receiver(500).http, clock), destination, spool);
  const { sinceMs, triedMs, isTold } = spool.state!;
  assert.deepEqual([sinceMs, triedMs, isTold], [1000, 6000, true]);
  await deliver(world(receiver(200).http, clock), destination, spool);
  assert.equal(spool.state, undefined);
});

test('the oldest go when too many wait, or too much', () => {
  const { spool } = spoolOf();
  add(spool, ...Array.from({ length: 230 }, (_, at) => at));
  assert.equal(spool.waiting().length, 200);
  assert.match(spool.waiting()[0]!.path, /0030-build-30\.json$/);
  const large = spoolOf().spool;
  for (let at = 0; at < 10; at++) large.add({ startMs: at, id: `build-000${at}` }, ' '.repeat(9 * 2 ** 20));
  assert.equal(large.waiting().length, 7);
});

test('a state that is damaged is none', () => {
  const { fs, spool } = spoolOf();
  add(spool, 1);
  for (const text of ['', '{', 'null', '[]', '{"kind":"away"}', '{"kind":"x","failure":1}']) {
    fs.writeFile(`/cache/metrics/${destination.key}/state.json`, text);
    assert.equal(spool.state, undefined);
  }
});

test('which addresses the environment asks for', () => {
  const of = (variables: Record<string, string>) => {
    const { destinations, problems } = destinationsOf(variables);
    return [...destinations.map(({ kind, url }) => `${kind} ${url}`), ...problems.map(({ code }) => code)];
  };
  const otlp = 'OTEL_EXPORTER_OTLP_ENDPOINT';
  for (const [variables, expected] of [
    [{}, []],
    [{ METRICS_URL: '', [otlp]: '' }, []],
    [{ METRICS_URL: 'http://a:1/b#c' }, ['record http://a:1/b']],
    [{ METRICS_URL: 'builds' }, ['metrics/bad-address']],
    [{ METRICS_URL: 'ftp://a/b' }, ['metrics/bad-address']],
    [{ METRICS_URL: 'http://me:pass@a/b' }, ['metrics/bad-address']],
    [{ [otlp]: 'http://a:4318' }, ['spans http://a:4318/v1/traces']],
    [{ [otlp]: 'http://a:4318/x/' }, ['spans http://a:4318/x/v1/traces']],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://a/t', [otlp]: 'http://b' }, ['spans http://a/t']],
    [{ [otlp]: 'http://a', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, ['metrics/protocol']],
    [{ [otlp]: 'http://a', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, ['spans http://a/v1/traces']],
    [{ [otlp]: 'http://a', OTEL_SDK_DISABLED: 'true' }, []],
    [{ [otlp]: 'http://a', OTEL_TRACES_EXPORTER: 'none' }, []],
  ] as const) {
    assert.deepEqual(of(variables), expected);
  }
  const headers = 'Authorization=Basic%20eA%3D%3D, x-team = a=b ,bad\nname=1,=2,last';
  const [spans] = destinationsOf({ [otlp]: 'http://a', OTEL_EXPORTER_OTLP_HEADERS: headers }).destinations;
  assert.deepEqual(spans?.headers, { authorization: 'Basic eA==', 'x-team': 'a=b' });
});
