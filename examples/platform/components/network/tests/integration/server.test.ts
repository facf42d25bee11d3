import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { startServer, tokenFor } from '../running-server.ts';

describe('the platform server', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  const get = async (path: string) => {
    const answer = await fetch(server.address + path);
    return { status: answer.status, body: await answer.text(), type: answer.headers.get('content-type') };
  };
  /** Without the cleaning of paths that `fetch` does. */
  const rawStatus = (path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      request(server.address, { path }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });

  test('is healthy', async () => assert.deepEqual(JSON.parse((await get('/health')).body), { status: 'ok' }));
  test('has no judgement at first', async () => assert.equal((await get('/api/state')).status, 503));

  test('takes telemetry and gives it back once', async () => {
    assert.equal((await server.post('{"cpu":1,"memory":2}')).status, 202);
    assert.equal((await server.post('{"cpu":3,"memory":4}')).status, 202);
    assert.deepEqual(JSON.parse((await get('/api/telemetry?after=1')).body), {
      last: 2,
      samples: [{ cpu: 3, memory: 4 }],
    });
    assert.equal(JSON.parse((await get('/api/state')).body).state, 'healthy');
  });

  const refused: [string, string, string | undefined, number][] = [
    ['no token', '{}', '', 401],
    ['an expired token', '{}', tokenFor('telemetry:write', 1000), 401],
    ['another scope', '{}', tokenFor('plugins:load'), 403],
    ['no JSON', 'x', undefined, 400],
    ['a missing signal', '{"cpu":1}', undefined, 400],
    ['a large body', ' '.repeat(20_000), undefined, 413],
  ];
  for (const [title, body, token, status] of refused)
    test(`refuses ${title}`, async () => assert.equal((await server.post(body, token)).status, status));

  test('serves the page', async () => {
    assert.deepEqual(await get('/'), {
      status: 200,
      body: '<title>status</title>',
      type: 'text/html; charset=utf-8',
    });
    assert.equal((await get('/assets/a.js')).type, 'text/javascript; charset=utf-8');
  });
  for (const path of [
    '/absent',
    '/leak',
    '/../secret',
    '/%2e%2e/secret',
    '/%2e%2e%2fsecret',
    '/..%5csecret',
    '/%00',
    '/%zz',
    '//etc/passwd',
    '/assets',
  ])
    test(`does not serve ${path}`, async () => assert.equal(await rawStatus(path), 404));

  test('an address that is none is refused', async () => {
    assert.equal(await rawStatus('*'), 400);
    assert.equal(await rawStatus('//'), 404);
  });

  test('other methods are refused', async () => {
    assert.equal((await fetch(`${server.address}/`, { method: 'DELETE' })).status, 405);
  });
  test('logs who wrote, never the token', () => {
    assert.deepEqual(server.log, ['telemetry from "test"', 'telemetry from "test"']);
  });
});
