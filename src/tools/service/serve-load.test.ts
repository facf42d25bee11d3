import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { LOAD_GENERATOR, realHost, realHttpLoad } from '../../host/index.ts';
import { serveLoad } from './serve-load.ts';

/** In one process, so that ending it ends the service. */
const SERVICE = `
const { createServer } = require('node:http');
const [, , mode] = process.argv;
if (mode === 'ends') { console.error('no database'); process.exit(4); }
if (mode === 'stays') process.on('SIGTERM', () => {});
if (mode !== 'silent') createServer((request, response) => {
  if (mode === 'sick') response.statusCode = 503;
  if (request.url === '/bad') response.statusCode = 500;
  const answer = () => response.end('x');
  if (request.url === '/slow') setTimeout(answer, 60); else answer();
}).listen(process.env.PORT, '127.0.0.1');
setInterval(() => {}, 1000);
`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function run(t: TestContext, mode: string, settings: object = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'serve-load-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  writeFileSync(join(folder, 'service.cjs'), SERVICE);
  const command = `echo $$ >pid; exec '${process.execPath}' service.cjs ${mode}`;
  const given = {
    command,
    port,
    health: '/health',
    paths: ['/'],
    startTimeoutMs: 60_000,
    durationMs: 300,
    connections: 4,
  };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ ...given, ...settings }));
  const host = realHost();
  const context = {
    fs: host.fs,
    workingDirectory: folder,
    temporaryDirectory: folder,
    host,
    load: realHttpLoad,
  };
  const result = await serveLoad(['settings.json', 'out.json'], context);
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  assert.throws(() => process.kill(pid, 0), /ESRCH/, 'the service runs on');
  if (!result.ok) return { failure: result.failure.message };
  return { report: JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')) };
}

describe('a service is loaded', { concurrency: true }, () => {
  test('path by path, and ended', async (t) => {
    const { report } = await run(t, 'works', { paths: ['/slow', '/bad'], durationMs: 1000 });
    assert.equal(report.generator, LOAD_GENERATOR.version);
    const [slow, bad] = report.paths;
    assert.deepEqual([slow.path, bad.path], ['/slow', '/bad']);
    assert.ok(slow.requests > 0 && slow.failed === 0 && slow.p50Ms >= 55);
    assert.ok(slow.p50Ms <= slow.p95Ms && slow.p95Ms <= slow.p99Ms && slow.p99Ms <= slow.maxMs);
    assert.equal(bad.failed, bad.requests);
  });
  test('unless it ends', async (t) => {
    const { failure } = await run(t, 'ends');
    assert.equal(failure, 'the service ended before it was healthy; it wrote:\nno database');
  });
  test('unless it never answers', async (t) => {
    const { failure } = await run(t, 'silent', { startTimeoutMs: 2000 });
    assert.match(failure ?? '', /not healthy within 2000 ms: .*nothing answered/);
  });
  test('unless it says that it is not healthy', async (t) => {
    const { failure } = await run(t, 'sick', { startTimeoutMs: 6000 });
    assert.match(failure ?? '', /it answered with 503/);
  });
});

test('the generator is the one that is installed', () => {
  const { dependencies } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'),
  );
  assert.equal(dependencies[LOAD_GENERATOR.name], LOAD_GENERATOR.version);
});
