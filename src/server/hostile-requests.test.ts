/** What nobody's client sends, byte for byte over a socket: no path leads out, no header ends early, nothing is a fault of ours. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { operationName } from './http/operation.ts';
import { startTestServer, type TestServer } from './testing.ts';

/** The whole answer to bytes that stand for one request. */
function answerTo({ url }: Pick<TestServer, 'url'>, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.end(bytes, 'latin1'));
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}

const FACES = ['/artifacts', '/releases', '/v2/a', '/npm', '/pypi/files', '/docs', '/assets', '/install', ''];
const STEPS = ['..', '%2e%2e', '.%2e', '%252e%252e', '..%2f..', '..%5c..', '..;', '%00', '..%00', '\\..\\..'];
const ENDS = ['server.sqlite', 'format', 'secret', 'etc/passwd'];

test('no path leads out of what a face gives', async (t) => {
  const server = await startTestServer(t);
  const secret = 'not for anybody';
  writeFileSync(join(server.folder, 'secret'), secret);
  const head = `Host: x\r\nAuthorization: Bearer ${server.tokens.admin}\r\nConnection: close\r\n`;
  const known = [
    secret,
    'SQLite format',
    readFileSync(join(server.folder, 'format'), 'utf8').trim(),
    'root:',
  ];
  for (const face of FACES)
    for (const step of STEPS)
      for (const end of ENDS) {
        const path = `${face}/${`${step}/`.repeat(4)}${end}`;
        const answer = await answerTo(server, `GET ${path} HTTP/1.1\r\n${head}\r\n`);
        assert.match(answer, /^HTTP\/1\.1 (?:30[1278]|4\d\d) /, path);
        for (const text of known) assert.ok(!answer.includes(text), path);
      }
});

const SPLIT = [
  '%0d%0aSet-Cookie:%20x=1',
  '%0aSet-Cookie:x=1',
  '%E5%98%8D%E5%98%8ASet-Cookie:x',
  '%0d%0a%0d%0a<b>',
];

test('nothing of a request begins a header or a body of its own in the answer', async (t) => {
  const server = await startTestServer(t);
  const auth = `Host: x\r\nAuthorization: Bearer ${server.tokens.admin}\r\nConnection: close\r\n`;
  const paths = FACES.flatMap((face) => SPLIT.map((text) => `${face}/${text}`));
  const queries = [
    '/v2/_catalog?n=1&last=',
    '/v2/a/tags/list?last=',
    '/artifacts?q=',
    '/npm/-/v1/search?text=',
  ];
  const all = [
    ...paths.map((path) => `GET ${path} HTTP/1.1\r\n${auth}\r\n`),
    ...queries.flatMap((path) => SPLIT.map((text) => `GET ${path}${text} HTTP/1.1\r\n${auth}\r\n`)),
    `POST /v2/${SPLIT[0]}/blobs/uploads/ HTTP/1.1\r\n${auth}Content-Length: 0\r\n\r\n`,
    `GET /health HTTP/1.1\r\n${auth}X-Request-Id: a%0d%0aSet-Cookie: x=1\r\n\r\n`,
    `GET /v2/ HTTP/1.1\r\nHost: x"%0d%0aSet-Cookie: x=1\r\nConnection: close\r\n\r\n`,
  ];
  for (const bytes of all) {
    const answer = await answerTo(server, bytes);
    const [head = ''] = answer.split('\r\n\r\n');
    assert.match(head, /^HTTP\/1\.1 [2-4]\d\d /, bytes);
    assert.doesNotMatch(head, /^\s*set-cookie/im, bytes);
    assert.doesNotMatch(answer, /<b>/, bytes);
  }
});

test('one request is not read as two', async (t) => {
  const server = await startTestServer(t);
  const both = 'Host: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n';
  const inner = '0\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n';
  for (const head of [
    both,
    'Host: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n',
    'Host: x\r\nTransfer-Encoding: chunked, identity\r\n',
    'Host: x\r\nTransfer-Encoding : chunked\r\n',
    'Host: x\r\nHost: y\r\nX: a\nb: c\r\n',
  ]) {
    const answer = await answerTo(server, `POST /upload HTTP/1.1\r\n${head}\r\n${inner}`);
    assert.doesNotMatch(answer, /HTTP\/1\.1 200/, head);
  }
});

/** What stands for a value of any kind in a path or a query. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '..',
    '.',
    '',
    '0',
    '-1',
    '9'.repeat(30),
    'null',
    '[]',
    "'; DROP TABLE audit; --",
    'é',
    '\u0000',
  ),
);
const body = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary', maxLength: 200 }),
);
const type = fc.constantFrom(
  ...['application/json', 'text/plain', 'multipart/form-data', 'multipart/form-data; boundary=x', 'x', ''],
);

test('no request that the document of the operations allows, or forbids, is a fault of ours', async (t) => {
  const faults: object[] = [];
  const server = await startTestServer(t, {
    events: (kind, payload) => kind === 'server.fault' && faults.push(payload),
  });
  // Events of builds stay open, and a revoked token would end the test.
  const operations = server.server.operations.filter(
    ({ path }) => path !== '/api/v1/live' && path !== '/api/tokens/{id}',
  );
  const runs = Math.min(3000, Number(process.env.MOBILEOPS_FUZZ_RUNS ?? 300));
  const request = fc.record({
    operation: fc.constantFrom(...operations),
    value: text,
    query: text,
    body,
    type,
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ operation, value, query, body: sent, type: contentType }) => {
      const path = operation.path.replace(
        /\{[^}]+\}/g,
        () => encodeURIComponent(value.toWellFormed()) || 'a',
      );
      const names = ['n', 'limit', 'text', 'digest', 'last', 'since'];
      const search = new URLSearchParams(names.map((name): [string, string] => [name, query.toWellFormed()]));
      const { method } = operation;
      const withBody = method === 'GET' ? {} : { body: sent, headers: { 'content-type': contentType } };
      const answer = await server.fetch(`${path}?${search}`, { method, ...withBody });
      await answer.arrayBuffer();
      assert.ok(answer.status < 500, `${operationName(operation)} ${path}?${search}: ${answer.status}`);
    }),
    { numRuns: runs, endOnFailure: true },
  );
  assert.deepEqual(faults, []);
});
