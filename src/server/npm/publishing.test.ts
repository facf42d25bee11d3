import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadServerWorld } from '../../host/index.ts';
import { diskFull, faultyFiles, startTestServer, type TestServer } from '../testing.ts';
import { publication, tarballOf } from './testing.ts';

const VERSION = '1.0.0';
const bodyOf = (name: string): string =>
  publication(name, VERSION, tarballOf({ name, version: VERSION }, Buffer.alloc(5000, name)));

interface Watched extends TestServer {
  /** Settles once a body begins to come to the disk. */
  readonly begun: Promise<void>;
  readonly incoming: () => string[];
  readonly publish: (name: string, body?: string) => Promise<number>;
  readonly slowly: (name: string, half: string, sizeBytes: number) => ClientRequest;
}

async function watched(t: TestContext, isFull: (path: string) => boolean = () => false): Promise<Watched> {
  const world = await loadServerWorld();
  const begun = Promise.withResolvers<void>();
  const faulty = faultyFiles(world.files, (operation, path) =>
    operation === 'append' && isFull(path) ? diskFull() : undefined,
  );
  const append = (path: string) => {
    if (path.includes('/incoming/')) begun.resolve();
    return faulty.append(path);
  };
  const server = await startTestServer(t, { world: { files: { ...faulty, append } } });
  const authorization = `Bearer ${server.tokens.write}`;
  return {
    ...server,
    begun: begun.promise,
    incoming: () => readdirSync(join(server.folder, 'incoming')),
    publish: async (name, body = bodyOf(name)) =>
      (await server.fetch(`/npm/${name}`, { method: 'PUT', body, as: 'write' })).status,
    slowly: (name, half, sizeBytes) => {
      const headers = { authorization, 'content-length': sizeBytes };
      const sent = request(`${server.url}/npm/${name}`, { method: 'PUT', headers });
      sent.write(half);
      return sent;
    },
  };
}

test('who sends half of a publication and waits holds up no other one', async (t) => {
  const { begun, publish, slowly, incoming, fetch } = await watched(t);
  const body = bodyOf('slow');
  const slow = slowly('slow', body.slice(0, body.length / 2), body.length);
  await begun;
  assert.equal(await publish('quick'), 201);
  assert.equal((await fetch('/npm/slow')).status, 404);
  assert.equal(incoming().length, 1);
  slow.end(body.slice(body.length / 2));
  const [answer] = (await once(slow, 'response')) as [IncomingMessage];
  assert.equal(answer.statusCode, 201);
  assert.equal((await fetch('/npm/slow')).status, 200);
  assert.deepEqual(incoming(), []);
});

const MOST_BYTES = 2 ** 26;

/** How a publication may end that is none, and the answer. */
const ENDS: Readonly<Record<string, (server: Watched) => Promise<unknown>>> = {
  'no JSON: 400': ({ publish }) => publish('bad', 'x'.repeat(3000)),
  'another name: 400': ({ publish }) => publish('bad', bodyOf('other')),
  'a full disk: 507': ({ publish }) => publish('full'),
  'too much: 413': ({ slowly }) => {
    const sent = slowly('bad', 'x', MOST_BYTES + 1);
    sent.end(Buffer.alloc(MOST_BYTES));
    return once(sent, 'response').then(([answer]) => (answer as IncomingMessage).statusCode);
  },
  'cut off: gone': async ({ slowly, begun }) => {
    const sent = slowly('bad', 'half', 5000);
    await begun;
    sent.destroy();
    return once(sent, 'error').then(() => 'gone');
  },
};

for (const [end, act] of Object.entries(ENDS)) {
  test(`nothing of a publication stays on the disk: ${end}`, async (t) => {
    const server = await watched(t, (path) => end.startsWith('a full disk') && path.includes('/incoming/'));
    assert.equal(`${end.split(':')[0]}: ${await act(server)}`, end);
    // The answer may be there a moment before.
    while (server.incoming().length > 0) assert.equal((await server.fetch('/health')).status, 200);
    assert.equal((await server.fetch('/npm/bad')).status, 404);
  });
}
