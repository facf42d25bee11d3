/** Real clients against `mobileops serve`: what they push they pull back the same, with a login and as nobody. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { findProgram } from '../bench/images/tool-environment.ts';
import { layoutOf, tarOf } from '../src/inspection/testing.ts';
import { startTestServer, temporaryFolder } from '../src/server/testing.ts';

const run = promisify(execFile);
const TIME = 315_532_800;

/** An OCI layout of one small image. */
function layout(t: TestContext): string {
  const folder = temporaryFolder(t);
  const layer = tarOf([{ name: 'hello', content: 'world', mtime: TIME }]);
  for (const [path, bytes] of layoutOf([{ layers: [layer], config: { config: { Cmd: ['/hello'] } } }])) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return `oci:${folder}`;
}

const skopeo = findProgram('skopeo', []);

test('skopeo pushes, lists, pulls, converts and deletes', async (t) => {
  if (skopeo === undefined) return t.skip('skopeo is missing');
  const { url, tokens, fetch } = await startTestServer(t);
  const host = url.slice('http://'.length);
  const image = `docker://${host}/team/app`;
  const from = layout(t);
  const folder = temporaryFolder(t);
  const writer = ['--dest-tls-verify=false', '--dest-creds', `ci:${tokens.write}`];
  const reader = ['--src-tls-verify=false', '--src-creds', `ci:${tokens.read}`];
  await run(skopeo, ['copy', ...writer, from, `${image}:v1`]);
  await run(skopeo, ['copy', '--format', 'v2s2', ...writer, from, `${image}:docker`]);
  await run(skopeo, ['copy', '--preserve-digests', ...reader, `${image}:v1`, `oci:${folder}/back:v1`]);
  const index = JSON.parse(readFileSync(`${folder}/back/index.json`, 'utf8'));
  const pushed = await fetch('/v2/team/app/manifests/v1');
  assert.equal(index.manifests[0].digest, pushed.headers.get('docker-content-digest'));
  const docker = await fetch('/v2/team/app/manifests/docker');
  assert.equal(docker.headers.get('content-type'), 'application/vnd.docker.distribution.manifest.v2+json');
  const creds = ['--tls-verify=false', '--creds', `ci:${tokens.admin}`];
  const listed = JSON.parse((await run(skopeo, ['list-tags', ...creds, image])).stdout);
  assert.deepEqual(listed.Tags, ['docker', 'v1']);
  await run(skopeo, ['copy', ...reader, ...writer, `${image}:v1`, `docker://${host}/other/app:v1`]);
  await run(skopeo, ['delete', ...creds, `${image}:docker`]);
  assert.deepEqual(JSON.parse((await run(skopeo, ['list-tags', ...creds, image])).stdout).Tags, ['v1']);
  await assert.rejects(run(skopeo, ['copy', ...writer.with(2, `ci:${tokens.read}`), from, `${image}:v2`]));
});

test('skopeo reads as nobody where that is allowed, and cannot write', async (t) => {
  if (skopeo === undefined) return t.skip('skopeo is missing');
  const { url, tokens } = await startTestServer(t, { settings: { anonymous: 'read' } });
  const image = `docker://${url.slice('http://'.length)}/team/app:v1`;
  const from = layout(t);
  await assert.rejects(run(skopeo, ['copy', '--dest-tls-verify=false', from, image]));
  await run(skopeo, ['copy', '--dest-tls-verify=false', '--dest-creds', `ci:${tokens.write}`, from, image]);
  const { stdout } = await run(skopeo, ['inspect', '--raw', '--tls-verify=false', image]);
  assert.equal(JSON.parse(stdout).layers.length, 1);
});
