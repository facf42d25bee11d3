import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BuildRecord } from '../../metrics/index.ts';
import { anAction, aRecord } from '../../metrics/testing.ts';
import { startTestServer, type TestServer } from '../testing.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/builds');
const DOCUMENT = {
  build_id: 'b-1',
  start_time: '2024-01-15T10:30:00.123456',
  components: {
    'ai-core': { start_time: 1705314601.5, status: 'success', end_time: 1705314611.5, duration: 10 },
  },
  resources: {},
  artifacts: {},
  end_time: '2024-01-15T10:30:20.123456',
  total_duration: 20,
  status: 'success',
};

function send({ fetch }: TestServer, path: string, body: unknown, as: 'write' | 'read' = 'write') {
  const headers = { 'content-type': 'application/json' };
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(body), as });
}

async function ask<T>({ fetch }: TestServer, path: string): Promise<T> {
  const answer = await fetch(path, { as: 'read' });
  assert.equal(answer.status, 200, await answer.clone().text());
  return (await answer.json()) as T;
}

test('records come in at METRICS_URL, also the document’s, and are told again', async (t) => {
  const server = await startTestServer(t);
  const record = aRecord({
    actions: [anAction(), anAction({ id: 'app:b#dex', status: 'failed', log: '<script>' })],
  });
  const sent = await send(server, '/builds', { ...DOCUMENT, record });
  assert.deepEqual([sent.status, await sent.json()], [201, { id: record.id, page: `/builds/${record.id}` }]);
  assert.equal((await send(server, '/builds', DOCUMENT)).status, 201);
  assert.deepEqual(await ask(server, `/api/v1/builds/${record.id}`), record);
  const { builds } = await ask<{ builds: BuildRecord[] }>(server, '/api/v1/builds?limit=1');
  assert.deepEqual(
    builds.map(({ buildId }) => buildId),
    ['b-1'],
  );
  const filtered = await ask<{ builds: object[] }>(server, '/api/v1/builds?workspace=platform&text=ABCDEF');
  assert.equal(filtered.builds.length, 1);
  const { failures } = await ask<{ failures: { log: string }[] }>(server, '/api/v1/metrics/failures');
  assert.deepEqual(
    failures.map(({ log }) => log),
    ['<script>'],
  );
  const { actions } = await ask<{ actions: object[] }>(server, '/api/v1/metrics/slowest');
  assert.equal(actions.length, 2);
  const { parts } = await ask<{ parts: object[] }>(
    server,
    '/api/v1/metrics/over-time?since=0&part=86400000&parts=3',
  );
  assert.equal(parts.length, 3);
  assert.deepEqual(await ask(server, '/api/v1/metrics/choices'), {
    workspaces: ['platform', 'unknown'],
    branches: ['main', 'unknown'],
    verbs: ['build'],
  });
});

test('what is no record is refused with its places, and by whom may not write', async (t) => {
  const server = await startTestServer(t);
  assert.equal((await send(server, '/builds', DOCUMENT, 'read')).status, 403);
  const wrong = await send(server, '/builds', { ...DOCUMENT, start_time: 'x', status: 'fine' });
  assert.equal(wrong.status, 400);
  assert.match(await wrong.text(), /body\.start_time.*body\.status/s);
  const many = { ...DOCUMENT, record: { ...aRecord(), requested: Array(6000).fill('all') } };
  assert.equal((await send(server, '/builds', many)).status, 400);
  assert.equal((await server.fetch('/api/v1/builds/build-9999')).status, 404);
  assert.equal((await server.fetch('/api/v1/builds/..%2f..%2fetc')).status, 400);
});

test('a large build is one request', async (t) => {
  const server = await startTestServer(t);
  const actions = Array.from({ length: 20_000 }, (_, at) => anAction({ id: `component:a#step-${at}` }));
  assert.equal((await send(server, '/builds', { ...DOCUMENT, record: aRecord({ actions }) })).status, 201);
  assert.equal((await ask<BuildRecord>(server, '/api/v1/builds/build-0001')).actions.length, 20_000);
});

test('a build that runs tells of itself, and who listens hears of it', async (t) => {
  const server = await startTestServer(t);
  const lines = readFileSync(join(FIXTURES, 'full.jsonl'), 'utf8').trim().split('\n');
  const tell = (from: number, to: number) =>
    server.fetch('/api/v1/builds/build-0007/events', {
      ...{ method: 'POST', as: 'write', body: `${lines.slice(from, to).join('\n')}\n` },
      headers: { 'content-type': 'application/x-ndjson' },
    });
  const head = await server.fetch('/api/v1/live', { as: 'read', method: 'HEAD' });
  assert.deepEqual([head.status, head.headers.get('content-type')], [200, 'text/event-stream']);
  const listening = await server.fetch('/api/v1/live', { as: 'read' });
  assert.equal(listening.headers.get('content-type'), 'text/event-stream');
  const heard = listening.body!.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await tell(0, 60)).status, 202);
  let text = '';
  while (!text.includes('changed')) text += (await heard.read()).value ?? '';
  assert.match(text, /event: changed\ndata: {"id":"build-0007","status":"running"}/);
  const running = await ask<BuildRecord>(server, '/api/v1/builds/build-0007');
  assert.equal(running.status, 'running');
  assert.ok(running.actions.some(({ status }) => status === 'running'));
  assert.equal((await tell(60, lines.length)).status, 202);
  const done = await ask<BuildRecord>(server, '/api/v1/builds/build-0007');
  assert.deepEqual([done.status, done.counts.ran, done.artifacts.length], ['success', 100, 28]);
  const bad = await server.fetch('/api/v1/builds/build-0007/events', {
    method: 'POST',
    as: 'write',
    body: 'no',
  });
  assert.deepEqual([bad.status, (await bad.text()).includes('line 1: is not JSON')], [400, true]);
  // A listener does not keep the server from ending.
  assert.equal(await server.server.close(), true);
});

test('figures count builds, and go on counting after a start', async (t) => {
  const server = await startTestServer(t);
  await send(server, '/builds', { ...DOCUMENT, record: aRecord() });
  await send(server, '/builds', { ...DOCUMENT, record: aRecord({ id: 'build-0002', status: 'failed' }) });
  const figures = async (of: TestServer): Promise<string> => (await of.fetch('/metrics')).text();
  const counted = async (of: TestServer): Promise<void> => {
    const end = performance.now() + 60_000;
    while (!(await figures(of)).includes('status="failed"} 1'))
      assert.ok(performance.now() < end, 'the failed build is not counted');
  };
  await counted(server);
  assert.match(await figures(server), /^mobileops_builds_total\{status="success"\} 1$/m);
  assert.match(await figures(server), /^mobileops_build_actions_total\{result="ran"\} 2$/m);
  assert.match(await figures(server), /^mobileops_build_seconds_total 8$/m);
  await server.server.close();
  const again = await startTestServer(t, { folder: server.folder });
  await counted(again);
  assert.match(await figures(again), /^mobileops_builds_total\{status="failed"\} 1$/m);
});
