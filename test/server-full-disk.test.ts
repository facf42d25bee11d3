/**
 * A real server on a disk that is really full: a small file system of its own, in a mount namespace. Every face says 507 in its words,
 * what was refused is not there, what was there is given out, and with room again all goes on.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { tarOf } from '../src/inspection/testing.ts';
import { temporaryFolder } from '../src/server/testing.ts';

const ROOT = join(import.meta.dirname, '..');
const SIZE = '6m';

/** On its standard input: `fill` takes all that is left, `free` gives it back. */
const SCRIPT = `
set -e
mount -t tmpfs -o size=${SIZE} none "$1"
"$2" "$3" serve --json --data "$1/data" --port 0 --gc-every 0s &
server=$!
trap 'kill -9 $server 2>/dev/null' EXIT
while read -r what; do
  case $what in
    fill) head -c 9000000 /dev/zero > "$1/fill" 2>/dev/null || true ;;
    free) rm -f "$1/fill" ;;
    end) kill -TERM $server; wait $server ;;
  esac
  echo "done $what"
done
`;

async function served(t: TestContext) {
  const folder = join(temporaryFolder(t), 'disk');
  mkdirSync(folder);
  const words = ['-rm', 'bash', '-c', SCRIPT, 'bash', folder, process.execPath, join(ROOT, 'src/main.ts')];
  const child = spawn('unshare', words, { stdio: ['pipe', 'pipe', 'ignore'] });
  t.after(() => child.stdin.end());
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  let text = '';
  while (!text.endsWith('}')) text += (await lines.next()).value ?? assert.fail('the server did not start');
  const { url, firstToken } = JSON.parse(text) as { url: string; firstToken: string };
  const headers = { authorization: `Bearer ${firstToken}` };
  return {
    fetch: (path: string, options: RequestInit = {}) =>
      fetch(`${url}${path}`, { ...options, headers: { ...headers, ...options.headers } }),
    disk: async (what: 'fill' | 'free' | 'end') => {
      child.stdin.write(`${what}\n`);
      assert.equal((await lines.next()).value, `done ${what}`);
    },
  };
}

function form(name: string, bytes: number, field = 'file'): RequestInit {
  const body = new FormData();
  if (field === 'content') body.set(':action', 'file_upload');
  body.set(field, new File([Buffer.alloc(bytes, name)], name));
  return { method: 'POST', body };
}

const json = (body: object, method = 'POST'): RequestInit => ({
  method,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

const TARBALL = gzipSync(
  tarOf([{ name: 'package/package.json', content: JSON.stringify({ name: 'small', version: '1.0.0' }) }]),
);
const PUBLICATION = {
  ...{ name: 'small', 'dist-tags': { latest: '1.0.0' } },
  versions: { '1.0.0': { name: 'small', version: '1.0.0' } },
  _attachments: { 'small-1.0.0.tgz': { data: TARBALL.toString('base64'), length: TARBALL.length } },
};
/** As the scripts of the document send it. */
const RECORD = {
  build_id: 'b',
  start_time: '2026-11-28T00:00:00Z',
  components: {},
  resources: {},
  artifacts: {},
};

/** What asks for more room, of every kind. */
const CHANGES: readonly (readonly [string, string, RequestInit])[] = [
  ['a small artifact', '/upload', form('small-1.txt', 1)],
  ['a large artifact', '/upload', form('large-1.txt', 1_000_000)],
  ['a token', '/api/tokens', json({ name: 'n', role: 'read' })],
  ['a revocation', '/api/tokens/1', { method: 'DELETE' }],
  [
    'a blob',
    `/v2/a/blobs/uploads/?digest=sha256:${'0'.repeat(64)}`,
    { method: 'POST', body: 'a'.repeat(50_000) },
  ],
  ['a package of Python', '/pypi/legacy/', form('small-1.0.tar.gz', 100, 'content')],
  ['a package of npm', '/npm/small', json(PUBLICATION, 'PUT')],
  ['a record of a build', '/builds', json(RECORD)],
  [
    'a web app',
    '/api/install/web-apps/small',
    json({ title: 'Small', url: 'https://small.example/', version: '1' }, 'PUT'),
  ],
];

test('on a full disk everything is refused in words and nothing is lost', async (t) => {
  const { fetch, disk } = await served(t);
  assert.equal((await fetch('/upload', form('kept-1.txt', 2_000_000))).status, 201);
  await disk('fill');
  for (const [what, path, options] of CHANGES) {
    const answer = await fetch(path, options);
    const text = await answer.text();
    assert.equal(answer.status, 507, `${what}: ${text}`);
    const { error, errors } = JSON.parse(text);
    assert.equal(errors?.length ?? 1, 1, text);
    const code = error?.code ?? errors?.[0]?.code ?? error;
    assert.match(String(code), /^(disk-full|DENIED|the disk of the server is full; .*)$/, `${what}: ${text}`);
  }
  const wrong = await fetch('/metrics', { headers: { authorization: 'Bearer wrong' } });
  assert.equal(wrong.status, 401);
  assert.equal(((await wrong.json()) as { error: { code: string } }).error.code, 'unauthorised');
  assert.deepEqual(await (await fetch('/ready')).json(), { status: 'full' });
  const kept = await fetch('/artifacts/kept/1/kept-1.txt');
  assert.equal((await kept.arrayBuffer()).byteLength, 2_000_000);
  for (const name of ['small', 'large']) assert.equal((await fetch(`/artifacts/${name}`)).status, 404);
  await disk('free');
  assert.equal((await fetch('/upload', form('small-1.txt', 1))).status, 201);
  assert.equal((await fetch('/artifacts/small/1/small-1.txt')).status, 200);
  assert.equal((await fetch('/builds', json(RECORD))).status, 201);
  await disk('fill');
  await disk('end');
});
