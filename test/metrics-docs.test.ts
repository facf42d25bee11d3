/** What docs/metrics.md says is what the product does. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasDestination } from '../src/metrics/index.ts';
import { DOCUMENT_SCHEMA } from '../src/metrics/record-reader.ts';
import { startTestServer } from '../src/server/testing.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGE = readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8');
const MAIN = join(ROOT, 'src/main.ts');

function block(language: string): string {
  const text = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(PAGE)?.[1];
  assert.ok(text, language);
  return text;
}

test('the commands leave a file with the fields that the page shows', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-metrics-page-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    NODE_COMPILE_CACHE: join(ROOT, 'build-cache/compile-cache'),
  };
  const lines = block('text').trim().split('\n');
  assert.equal(lines.length, 5);
  for (const line of lines) {
    const [program, ...words] = line.replace(/^\$ /, '').split(' ');
    assert.equal(program, 'mobileops');
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
  }
  const made = JSON.parse(readFileSync(join(folder, 'build-metrics.json'), 'utf8'));
  const shown = JSON.parse(block('json'));
  DOCUMENT_SCHEMA.parse(shown);
  assert.deepEqual(keysOf(made), keysOf(shown));
  assert.deepEqual(made.artifacts['ai-core.tar.gz'].size, shown.artifacts['ai-core.tar.gz'].size);
});

/** The names in a value, at all depths, in order. */
function keysOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.entries(value).map(([key, each]) => [key, keysOf(each)]);
}

test('every operation of builds and every figure stands on the page, and no other', async (t) => {
  const { server, fetch } = await startTestServer(t);
  const real = server.operations
    .filter(({ face, path }) => face === 'builds' && !(path.startsWith('/builds/') || path === '/builds'))
    .map(({ method, path }) => `${method} ${path}`);
  const told = [...PAGE.matchAll(/`((?:GET|POST) \/api\/v1\/[^`]*)`/g)].map(([, operation]) => operation!);
  assert.deepEqual(told.sort(), real.sort());
  const text = await (await fetch('/metrics')).text();
  const figures = [...PAGE.matchAll(/`(mobileops_builds?_[a-z_]+)`/g)].map(([, name]) => name!);
  assert.equal(figures.length, 4);
  for (const name of figures) assert.ok(text.includes(`# TYPE ${name} `), name);
});

test('a build of which only the events were kept is told of later, as the page says', async (t) => {
  const { fetch } = await startTestServer(t);
  const body = readFileSync(join(ROOT, 'test/fixtures/builds/broken.jsonl'));
  // What curl says of data that it was not told about.
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const path = /api\/v1\/builds\/night[^\s]*/.exec(PAGE)![0];
  const sent = await fetch(`/${path}`, { method: 'POST', as: 'write', headers, body });
  assert.equal(sent.status, 202);
  const told = (await (await fetch(`/${path.replace(/\/events$/, '')}`)).json()) as { status: string };
  assert.equal(told.status, 'failed');
});

test('the variables and the pictures are there', () => {
  for (const name of ['METRICS_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']) {
    assert.ok(PAGE.includes(`\`${name}\``));
    assert.ok(hasDestination({ [name]: 'http://a' }));
  }
  const pictures = [...PAGE.matchAll(/\]\((screenshots\/[^)]*)\)/g)].map(([, path]) => path!);
  for (const path of pictures) assert.ok(existsSync(join(ROOT, 'docs', path)), path);
});
