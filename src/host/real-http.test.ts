import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { HttpBody, HttpRequest } from './http.ts';
import { realHttp } from './real-http.ts';

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function get(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url, headers: {}, stallTimeoutMs: 10_000, ...more };
}

function bodyOf(bytes: Uint8Array): HttpBody {
  let at = 0;
  return {
    sizeBytes: bytes.byteLength,
    read(buffer) {
      const part = bytes.subarray(at, at + Math.min(buffer.byteLength, 100_003));
      buffer.set(part);
      at += part.byteLength;
      return part.byteLength;
    },
  };
}

test('a body goes out and comes back, whatever its size', async (t) => {
  const url = await serve(t, (request, response) => void request.pipe(response));
  const http = realHttp({});
  for (const sizeBytes of [0, 1, 100_003, 2 ** 18, 2 ** 18 + 1, 5_000_000]) {
    const sent = Buffer.from(Array.from({ length: sizeBytes }, (_, at) => (at * 7) % 251));
    const result = await http.exchange(get(url, { method: 'PUT', body: bodyOf(sent) }));
    assert.ok(result.ok);
    const parts: Uint8Array[] = [];
    const read = await result.value.read((chunk) => parts.push(chunk) > 0);
    assert.deepEqual(read, { ok: true, value: sizeBytes });
    assert.ok(Buffer.concat(parts).equals(sent));
  }
});

test('who wants no more ends the connection, and what is thrown comes back', async (t) => {
  let closed = 0;
  const url = await serve(t, (_request, response) => {
    response.on('close', () => closed++);
    const timer = setInterval(() => response.write('x'.repeat(1000)), 1);
    response.on('close', () => clearInterval(timer));
  });
  const http = realHttp({});
  const first = await http.exchange(get(url));
  assert.ok(first.ok);
  assert.ok((await first.value.read(() => false)).ok);
  const second = await http.exchange(get(url));
  assert.ok(second.ok);
  await assert.rejects(
    second.value.read(() => {
      throw new Error('the disk is full');
    }),
    /the disk is full/,
  );
  while (closed < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  const unreadable = { sizeBytes: 5, read: () => assert.fail('no such file') };
  await assert.rejects(http.exchange(get(url, { method: 'PUT', body: unreadable })), /no such file/);
});

test('silence before, in and after the body is told from an abort', async (t) => {
  const url = await serve(t, (request, response) => {
    if (request.url === '/begun') response.write('some');
  });
  const http = realHttp({});
  const silent = await http.exchange(get(`${url}/`, { stallTimeoutMs: 50 }));
  assert.deepEqual(silent, { ok: false, failure: { kind: 'stalled', afterMs: 50 } });
  const begun = await http.exchange(get(`${url}/begun`, { stallTimeoutMs: 1500 }));
  assert.ok(begun.ok);
  assert.deepEqual(await begun.value.read(() => true), {
    ok: false,
    failure: { kind: 'stalled', afterMs: 1500 },
  });
  const body = bodyOf(Buffer.alloc(10));
  const sent = await http.exchange(
    get(url, { method: 'PUT', body, stallTimeoutMs: 10_000, answerTimeoutMs: 50 }),
  );
  assert.deepEqual(sent, { ok: false, failure: { kind: 'stalled', afterMs: 50 } });
  const aborted = http.exchange(get(url, { signal: AbortSignal.timeout(20) }));
  assert.deepEqual(await aborted, { ok: false, failure: { kind: 'interrupted' } });
});

test('a proxy is used for other hosts, and never for this machine', async (t) => {
  const asked: string[] = [];
  const proxy = await serve(t, (request, response) => {
    asked.push(request.url ?? '');
    response.end('by proxy');
  });
  const url = await serve(t, (_request, response) => response.end('direct'));
  const http = realHttp({ HTTP_PROXY: proxy, NO_PROXY: 'inner.example' });
  const text = async (address: string): Promise<string> => {
    const result = await http.exchange(get(address));
    let all = '';
    const take = (chunk: Uint8Array): boolean => {
      all += Buffer.from(chunk).toString();
      return true;
    };
    if (result.ok) await result.value.read(take);
    return result.ok ? all : result.failure.kind;
  };
  assert.equal(await text('http://registry.example/v2/'), 'by proxy');
  assert.equal(await text(url), 'direct');
  assert.deepEqual(asked, ['http://registry.example/v2/']);
});
