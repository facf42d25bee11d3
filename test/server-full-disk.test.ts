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

function form(name: string, bytes: number): RequestInit {
  const body = new FormData();
  body.set('file', new File([Buffer.alloc(bytes, name)], name));
  return { method: 'POST', body };
}

const json = (body: object): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

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
    assert.ok(error?.code === 'disk-full' || errors?.length === 1, `${what}: ${text}`);
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
  await disk('fill');
  await disk('end');
});
