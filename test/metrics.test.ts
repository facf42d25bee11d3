/** What builds and scripts send of themselves, with the real program and a receiver on loopback. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { recordOf, SENT_SCHEMA } from '../src/metrics/record-reader.ts';
import { until } from './e2e/rig.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
/** Many short runs of the same program. */
const COMPILED = join(import.meta.dirname, '..', 'build-cache', 'compile-cache');

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Takes all that is posted; `arrived` waits until so much has come. */
async function receiver(t: TestContext, status = 200) {
  const received: Received[] = [];
  let next = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url!, headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      next.resolve();
      next = Promise.withResolvers();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const arrived = async (count: number): Promise<void> => {
    while (received.length < count) await next.promise;
  };
  return { url: `http://127.0.0.1:${port}`, received, arrived };
}

/** A workspace of one component, and a machine of nobody else. */
function workspace(t: TestContext, command = 'cp input.txt out') {
  const base = mkdtempSync(join(tmpdir(), 'mobileops-metrics-'));
  t.after(() => rmSync(base, { recursive: true, force: true, maxRetries: 20 }));
  const root = join(base, 'work');
  mkdirSync(join(root, 'components/a'), { recursive: true });
  const head = 'apiVersion: build.mobileops.io/v1\nkind:';
  const name = 'metadata:\n  name:';
  writeFileSync(
    join(root, 'build-config.yaml'),
    `${head} BuildConfiguration\n${name} small\nspec:\n  version: 1.2.3\n`,
  );
  const steps = `  buildSteps:\n    - name: make\n      command: ${JSON.stringify(command)}\n`;
  const artifacts = '  artifacts:\n    - name: a\n      path: out\n      type: data\n';
  writeFileSync(
    join(root, 'components/a/build.yaml'),
    `${head} ComponentBuild\n${name} a\nspec:\n${steps}${artifacts}`,
  );
  writeFileSync(join(root, 'components/a/input.txt'), 'a\n');
  const cache = join(base, 'cache');
  const run = (line: string, more: Readonly<Record<string, string>> = {}) =>
    new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      const env = {
        PATH: process.env.PATH!,
        HOME: base,
        MOBILEOPS_CACHE: cache,
        NODE_COMPILE_CACHE: COMPILED,
        ...more,
      };
      const child = spawn(process.execPath, [MAIN, ...line.split(' ')], { cwd: root, env });
      let out = '';
      let err = '';
      child.stdout.on('data', (text: Buffer) => (out += text));
      child.stderr.on('data', (text: Buffer) => (err += text));
      child.on('close', (code) => resolve({ code, out, err }));
    });
  const change = (text: string): void => writeFileSync(join(root, 'components/a/input.txt'), text);
  const waiting = (): string[] =>
    readdirSync(join(cache, 'metrics'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      /\d-[0-9a-f-]+\.json$/.test(path),
    );
  return { root, run, change, waiting };
}

const recordIn = ({ body }: Received) => recordOf(SENT_SCHEMA.parse(JSON.parse(body)));

test('the record of a build goes to METRICS_URL beside the document’s fields, and to nobody who is not asked for', async (t) => {
  const { url, received, arrived } = await receiver(t, 201);
  const { root, run, waiting } = workspace(t);
  const built = await run('build', { METRICS_URL: `${url}/builds`, METRICS_TOKEN: 'mobileops_token' });
  assert.equal(built.code, 0, built.err);
  assert.doesNotMatch(built.err, /metrics/);
  await arrived(1);
  const [first] = received as [Received];
  assert.deepEqual([first.path, first.headers.authorization], ['/builds', 'Bearer mobileops_token']);
  const document = JSON.parse(first.body);
  const file = JSON.parse(readFileSync(join(root, 'dist/build-metrics.json'), 'utf8'));
  assert.deepEqual(Object.keys(document), [...Object.keys(file), 'record']);
  assert.deepEqual(document.components, file.components);
  const record = recordIn(first);
  assert.deepEqual(
    [record.status, record.workspace, record.release, record.verb, record.counts.ran, record.targets],
    [
      'success',
      'small',
      '1.2.3',
      'build',
      1,
      [{ ...record.targets[0], label: 'component:a', status: 'built' }],
    ],
  );
  // Beside the build it is taken out of what waits only after the answer.
  await until('it no longer waits', () => waiting().length === 0);
  const again = await run('build', { METRICS_URL: `${url}/builds`, CI: 'true' });
  assert.equal(again.code, 0);
  assert.deepEqual([received.length, recordIn(received[1]!).counts.upToDate], [2, 1]);
  await run('build');
  assert.equal(received.length, 2);
  assert.deepEqual(waiting(), []);
});

test('a server that is away neither fails nor slows a build; it is said once, and all is sent later', async (t) => {
  const { url, received } = await receiver(t);
  const { run, change, waiting } = workspace(t, 'grep -q good input.txt && cp input.txt out');
  // Nothing listens on the first port; CI waits for the answer, so that what is said can be told.
  const away = { METRICS_URL: 'http://127.0.0.1:1/builds', CI: 'true' };
  const failed = await run('build', away);
  assert.equal(failed.code, 1);
  assert.match(
    failed.err,
    /metrics\/not-sent\] 1 build record waits for http:\/\/127.0.0.1:1\/builds: no connection/,
  );
  change('good\n');
  const second = await run('build', away);
  assert.deepEqual([second.code, second.err.includes('metrics/')], [0, false]);
  assert.equal(waiting().length, 2);
  const sent = await run('metrics send', away);
  assert.deepEqual([sent.code, sent.err.includes('2 build records wait')], [3, true]);
  const other = await run('metrics send', { METRICS_URL: `${url}/builds` });
  assert.deepEqual([other.code, received.length], [0, 0]);
  // What waits belongs to its address, so the one that comes back is the same.
  const refused = await run('metrics send');
  assert.deepEqual([refused.code, refused.err.includes('metrics/bad-address')], [2, true]);
});

test('what waited arrives once the server is there, the failure with its log', async (t) => {
  const closed = await receiver(t, 503);
  const { run, change, waiting } = workspace(
    t,
    'grep -q good input.txt && cp input.txt out || { echo no good; exit 9; }',
  );
  const variables = { METRICS_URL: `${closed.url}/builds`, CI: 'true' };
  assert.equal((await run('build', variables)).code, 1);
  change('good\n');
  assert.equal((await run('build', variables)).code, 0);
  assert.equal(waiting().length, 2);
  assert.ok(closed.received.length >= 2);
  const [first] = closed.received as [Received];
  const [action] = recordIn(first).actions;
  assert.deepEqual(
    [action?.status, action?.failure, action?.log],
    ['failed', 'ended with exit code 9', 'no good'],
  );
});

test('spans of a build go to OTEL_EXPORTER_OTLP_ENDPOINT as OTLP’s JSON', async (t) => {
  const { url, received } = await receiver(t);
  const { run } = workspace(t);
  const variables = {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-team=mobile',
    CI: '1',
  };
  assert.equal((await run('build', variables)).code, 0);
  const [first] = received as [Received];
  assert.deepEqual([first.path, first.headers['x-team']], ['/v1/traces', 'mobile']);
  const [{ scopeSpans }] = JSON.parse(first.body).resourceSpans;
  assert.deepEqual(
    scopeSpans[0].spans.map(({ name }: { name: string }) => name),
    ['build all', 'component:a make'],
  );
});

test('a build is a release only once its release was made', async (t) => {
  const { url, received } = await receiver(t, 201);
  const { root, run } = workspace(t);
  writeFileSync(join(root, '.gitignore'), 'dist/\nbuild-cache/\n');
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false'];
  for (const words of [
    ['init', '-q'],
    ['add', '-A'],
    [...who, 'commit', '-qm', 'feat: begin'],
  ]) {
    assert.equal(spawnSync('git', words, { cwd: root }).status, 0);
  }
  const variables = { METRICS_URL: url, CI: 'true' };
  const released = await run('release v1.0.0 --unchecked not-here', variables);
  assert.equal(released.code, 0, released.err);
  const told = received.map((each) => recordIn(each));
  assert.deepEqual(
    told.map(({ verb, release }) => `${verb} ${release}`),
    ['build 1.0.0', 'release 1.0.0'],
  );
  assert.equal(new Set(told.map(({ id }) => id)).size, 1);
});

test('scripts collect figures in the document’s file, many at a time', async (t) => {
  const { url, received } = await receiver(t);
  const { root, run } = workspace(t);
  const names = Array.from({ length: 4 }, (_, at) => `part-${at}`);
  await Promise.all(names.map((name) => run(`metrics start ${name}`, { BUILD_ID: 'b-1' })));
  await Promise.all(
    names.slice(0, 2).map((name, at) => run(`metrics complete ${name} ${at === 0 ? 'False' : 'true'}`)),
  );
  const wrong = await run('metrics complete another');
  assert.deepEqual([wrong.code, wrong.err.includes('metrics/no-start')], [2, true]);
  // At rest a machine may have no share of its processors to tell of.
  const busy = spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' });
  const measured = await run('metrics resource');
  busy.kill('SIGKILL');
  assert.equal(measured.code, 0, measured.err);
  assert.equal((await run('metrics artifact app.apk 12 sha256:ff')).code, 0);
  const bad = await run('metrics artifact app.apk many sha256:ff');
  assert.deepEqual([bad.code, bad.err.includes('metrics/bad-value')], [2, true]);
  assert.equal((await run('metrics finalize false', { METRICS_URL: url })).code, 0);
  const file = JSON.parse(readFileSync(join(root, 'build-metrics.json'), 'utf8'));
  assert.deepEqual(Object.keys(file.components).sort(), names);
  assert.deepEqual(
    [file.build_id, file.status, file.components['part-0'].status],
    ['b-1', 'failed', 'failed'],
  );
  assert.deepEqual(file.artifacts['app.apk'].size, 12);
  const { cpu_percent, memory_percent, disk_usage } = file.resources;
  for (const percent of [cpu_percent, memory_percent, disk_usage]) assert.ok(percent > 0 && percent <= 100);
  assert.deepEqual(JSON.parse(received[0]!.body), file);
  writeFileSync(join(root, 'build-metrics.json'), '{"mine": 1}');
  const refused = await run('metrics resource');
  assert.deepEqual([refused.code, refused.err.includes('metrics/bad-file')], [2, true]);
  assert.equal(readFileSync(join(root, 'build-metrics.json'), 'utf8'), '{"mine": 1}');
});
