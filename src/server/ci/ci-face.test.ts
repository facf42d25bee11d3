import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anAction, aRecord } from '../../metrics/testing.ts';
import { startTestServer, type TestServer } from '../testing.ts';

const DOCUMENT = {
  ...{ build_id: 'b-1', start_time: '2026-01-01T00:00:00Z', components: {}, resources: {}, artifacts: {} },
};

async function put(server: TestServer, changes: Parameters<typeof aRecord>[0]): Promise<void> {
  const answer = await server.fetch('/builds', {
    ...{ method: 'POST', as: 'write', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ ...DOCUMENT, record: aRecord(changes) }),
  });
  assert.equal(answer.status, 201);
}

const page = async (server: TestServer, path = '/ci'): Promise<string> => {
  const answer = await server.fetch(path, { as: 'read' });
  assert.equal(answer.status, 200);
  return answer.text();
};

test('runs of pipelines are listed with their steps, and builds are not', async (t) => {
  const server = await startTestServer(t);
  assert.match(await page(server), /No pipeline told of itself yet/);
  await put(server, { id: 'build-0001', buildId: 'an-ordinary-build' });
  const steps = [
    anAction({ id: 'step:build#run', label: 'step:build', description: 'mobileops build all' }),
    anAction({
      ...{ id: 'step:check#run', label: 'step:check', description: 'mobileops check', status: 'failed' },
      ...{ failure: 'exit code 1', log: '<script>alert(1)</script>' },
    }),
    anAction({
      ...{ id: 'step:publish#run', label: 'step:publish', description: 'mobileops publish' },
      ...{ status: 'skipped', failure: 'check failed' },
    }),
  ];
  await put(server, { id: 'run-00001', verb: 'ci', status: 'failed', buildId: 'run&1', actions: steps });
  const text = await page(server);
  assert.match(text, /<a href="\/ci" aria-current="page">CI<\/a>/);
  assert.match(text, /aria-label="Run run&amp;1: failed"/);
  for (const [word, name] of [
    ['passed', 'build'],
    ['failed', 'check'],
    ['not run', 'publish'],
  ])
    assert.match(text, new RegExp(`>${word}</span><span>${name}</span>`));
  assert.match(text, /<p class="small muted">check failed<\/p>/);
  assert.match(text, /href="\/builds\/run-00001"/);
  assert.match(text, /href="\/builds\?text=run%261&amp;days=365"/);
  assert.match(text, /&lt;script&gt;alert/);
  assert.doesNotMatch(text, /<script>alert|an-ordinary-build/);
});

test('older runs are a page further', async (t) => {
  const server = await startTestServer(t);
  for (let at = 10; at < 31; at++)
    await put(server, { id: `run-000${at}`, verb: 'ci', startMs: at * 1000, buildId: `number-${at}` });
  const first = await page(server);
  assert.equal(first.match(/aria-label="Run /g)?.length, 20);
  const next = /href="(\/ci\?after=[^"]+)"/.exec(first)?.[1];
  const second = await page(server, next!);
  assert.equal(second.match(/aria-label="Run /g)?.length, 1);
  assert.match(second, /Run number-10: passed[\s\S]*Latest runs/);
  assert.doesNotMatch(second, /Older runs/);
});
