/** Pushes to registries that break, forget and refuse. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { MEDIA_TYPES } from '../src/oci/index.ts';
import { type RegistryFailure, registryDiagnostic } from '../src/registry/index.ts';
import { answer, error, FakeRegistry, type Seen, sha256 } from './fake-registry.ts';
import { addImage, Bench, QUICK } from './registry-bench.ts';

const MIB = 2 ** 20;
const LAYER = Buffer.alloc(10 * MIB, 'a layer that is sent in chunks of one MiB ');
/** Small chunks, so that an upload has many. */
const CHUNKED = { ...QUICK, singleBytes: MIB, chunkBytes: MIB };

/** A pulled image whose big layer is `LAYER`, and an empty registry to push it to. */
async function pushing(t: TestContext) {
  const from = await FakeRegistry.start(t);
  addImage(from, 'team/app', { layers: [LAYER, Buffer.from('small')] });
  const bench = new Bench(t, CHUNKED);
  await bench.pullOk(`${from.host}/team/app:1`);
  const registry = await FakeRegistry.start(t);
  return { bench, registry, name: `${registry.host}/team/app:1` };
}

/** What is stored for the layer, and that it is right. */
function assertPushed(registry: FakeRegistry): void {
  assert.deepEqual(registry.blobs.get(`team/app@${sha256(LAYER)}`), LAYER);
  assert.ok(registry.manifests.has('team/app:1'));
}

/** Requests of a method to an upload. */
function uploads(registry: FakeRegistry, method: string): Seen[] {
  return registry.seen.filter((seen) => seen.method === method && seen.url.includes('/blobs/uploads/'));
}

const isLast = (seen: Seen): boolean =>
  seen.method === 'PUT' && seen.url.includes(encodeURIComponent(sha256(LAYER)));

test('a big layer goes in chunks that follow each other, small ones in one request', async (t) => {
  const { bench, registry, name } = await pushing(t);
  const { sentBytes } = await bench.pushOk(name);
  assertPushed(registry);
  const ranges = uploads(registry, 'PATCH').map(({ headers }) => headers['content-range']);
  assert.deepEqual(
    ranges,
    Array.from({ length: 10 }, (_, at) => `${at * MIB}-${(at + 1) * MIB - 1}`),
  );
  assert.equal(uploads(registry, 'PUT').length, 3);
  assert.equal(registry.receivedBytes, sentBytes + registry.manifests.get('team/app:1')!.bytes.byteLength);
});

test('a connection that breaks in a chunk: only what did not arrive is sent again', async (t) => {
  const { bench, registry, name } = await pushing(t);
  registry.fault = () => {
    if (uploads(registry, 'PATCH').length === 4) registry.breakUploadAfter ??= MIB / 2;
    return false;
  };
  await bench.pushOk(name);
  assertPushed(registry);
  assert.ok(uploads(registry, 'GET').length > 0, 'it was asked how far it came');
  assert.ok(registry.receivedBytes < LAYER.byteLength + MIB, `${registry.receivedBytes}`);
});

test('a push that was killed goes on where it stopped', async (t) => {
  const { bench, registry, name } = await pushing(t);
  registry.fault = () => {
    if (uploads(registry, 'PATCH').length === 7) bench.stop.abort();
    return false;
  };
  assert.equal((await bench.pushFails(name)).kind, 'interrupted');
  await registry.settled();
  registry.fault = () => false;
  const before = registry.receivedBytes;
  const next = new Bench(t, CHUNKED);
  Object.defineProperty(next, 'root', { value: bench.root });
  await next.pushOk(name);
  assertPushed(registry);
  assert.ok(before >= 5 * MIB, `${before}`);
  assert.ok(registry.receivedBytes < LAYER.byteLength + 2 * MIB, `${registry.receivedBytes}`);
  registry.seen.length = 0;
  await next.pushOk(name);
  assert.equal(uploads(registry, 'POST').length, 0);
});

test('a process that is killed leaves what the next one needs, and only the rest is sent', async (t) => {
  const { bench, registry, name } = await pushing(t);
  const pusher = join(import.meta.dirname, 'registry-pusher.ts');
  const child = spawn(process.execPath, [pusher, registry.host, bench.layout, join(bench.root, 'uploads')]);
  const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  registry.fault = () => {
    if (uploads(registry, 'PATCH').length === 6) child.kill('SIGKILL');
    return false;
  };
  assert.equal(await ended, 'SIGKILL');
  await registry.settled();
  registry.fault = () => false;
  assert.ok(registry.receivedBytes >= 4 * MIB, `${registry.receivedBytes}`);
  await bench.pushOk(name);
  assertPushed(registry);
  assert.ok(registry.receivedBytes < LAYER.byteLength + 2 * MIB, `${registry.receivedBytes}`);
});

test('an upload that the registry forgot is begun anew', async (t) => {
  const { bench, registry, name } = await pushing(t);
  registry.fault = ({ response }) => {
    if (uploads(registry, 'PATCH').length !== 5) return false;
    registry.fault = () => false;
    registry.uploads.clear();
    response.destroy();
    return true;
  };
  await bench.pushOk(name);
  assertPushed(registry);
});

test('an upload of an earlier run is not forgotten when the registry cannot be asked for it', async (t) => {
  const { bench, registry, name } = await pushing(t);
  registry.fault = () => {
    if (uploads(registry, 'PATCH').length === 7) bench.stop.abort();
    return false;
  };
  await bench.pushFails(name);
  const later = (fault: FakeRegistry['fault']): Bench => {
    registry.fault = fault;
    const next = new Bench(t, CHUNKED);
    Object.defineProperty(next, 'root', { value: bench.root });
    return next;
  };
  const isQuestion = ({ method, url }: Seen): boolean => method === 'GET' && url.includes('/uploads/');
  const failure = await later((seen) => {
    if (isQuestion(seen)) seen.response.destroy();
    return isQuestion(seen);
  }).pushFails(name);
  assert.equal(failure.kind, 'unreachable');
  await later(() => false).pushOk(name);
  assertPushed(registry);
  assert.ok(registry.receivedBytes < LAYER.byteLength + 2 * MIB, `${registry.receivedBytes}`);
});

test('an upload of an earlier run that holds other bytes is thrown away', async (t) => {
  const { bench, registry, name } = await pushing(t);
  registry.fault = () => {
    if (uploads(registry, 'PATCH').length === 7) bench.stop.abort();
    return false;
  };
  await bench.pushFails(name);
  await registry.settled();
  assert.ok([...registry.uploads.values()].some((bytes) => bytes.byteLength >= 5 * MIB));
  for (const [id, bytes] of registry.uploads) registry.uploads.set(id, Buffer.alloc(bytes.byteLength, 'x'));
  registry.fault = () => false;
  const next = new Bench(t, CHUNKED);
  Object.defineProperty(next, 'root', { value: bench.root });
  await next.pushOk(name);
  assertPushed(registry);
});

test('a chunk that is not where the registry is: it is asked, and followed', async (t) => {
  const { bench, registry, name } = await pushing(t);
  registry.fault = () => {
    const { url } = uploads(registry, 'PATCH')[3] ?? {};
    const id = /uploads\/([^?]+)/.exec(url ?? '')?.[1];
    const bytes = id === undefined ? undefined : registry.uploads.get(id);
    if (!bytes || bytes.byteLength !== 3 * MIB) return false;
    registry.uploads.set(id!, bytes.subarray(0, 2 * MIB + 7));
    return false;
  };
  await bench.pushOk(name);
  assertPushed(registry);
});

/** What stands in the way of a registry that takes no chunks. */
for (const status of [400, 405, 413, 501]) {
  test(`chunks are refused with ${status}: the layer goes in one request`, async (t) => {
    const { bench, registry, name } = await pushing(t);
    registry.fault = ({ method, response }) => {
      if (method === 'PATCH') error(response, status, 'UNSUPPORTED');
      return method === 'PATCH';
    };
    await bench.pushOk(name);
    assertPushed(registry);
  });
}

test('the least chunk that a registry names is kept to', async (t) => {
  const { bench, registry, name } = await pushing(t);
  registry.fault = ({ method, response }) => {
    if (method === 'POST') response.setHeader('oci-chunk-min-length', String(4 * MIB));
    return false;
  };
  await bench.pushOk(name);
  const ends = uploads(registry, 'PATCH').map(({ headers }) => headers['content-range']?.split('-')[1]);
  assert.deepEqual(ends, [4 * MIB - 1, 8 * MIB - 1, 10 * MIB - 1].map(String));
});

test('the answer to the last request is lost: the blob is there', async (t) => {
  const { bench, registry, name } = await pushing(t);
  registry.fault = (seen) => {
    if (!isLast(seen)) return false;
    registry.addBlob('team/app', LAYER);
    seen.response.destroy();
    return true;
  };
  await bench.pushOk(name);
  assertPushed(registry);
});

test('errors of the registry pass: everything is tried again', async (t) => {
  const { bench, registry, name } = await pushing(t);
  const refused = new Set<string>();
  registry.fault = ({ method, url, response }) => {
    const key = `${method} ${url.replace(/\?.*/, '')}`;
    if (refused.has(key) || url === '/v2/') return false;
    refused.add(key);
    if (refused.size % 2 === 0) error(response, 503, 'UNAVAILABLE');
    else answer(response, 429, { 'retry-after': '0' });
    return true;
  };
  await bench.pushOk(name);
  assertPushed(registry);
  assert.ok(bench.events.filter(({ type }) => type === 'retry').length >= 8);
});

/** What makes a push fail, and of what kind. */
const FAILURES: Record<
  string,
  {
    kind: RegistryFailure['kind'];
    says?: RegExp;
    act: (given: { bench: Bench; registry: FakeRegistry }) => void;
  }
> = {
  'a layer that is gone': {
    kind: 'bad-image',
    says: /is not there/,
    act: ({ bench }) => rmSync(join(bench.layout, 'blobs/sha256', sha256(LAYER).slice(7))),
  },
  'a layer with other bytes': {
    kind: 'bad-image',
    says: /has other bytes than its name says/,
    act: ({ bench }) =>
      writeFileSync(join(bench.layout, 'blobs/sha256', sha256(LAYER).slice(7)), Buffer.alloc(10 * MIB, 'x')),
  },
  'a manifest with other bytes': {
    kind: 'bad-image',
    act: ({ bench }) => {
      const manifest = bench.blobs().find((each) => isManifest(bench, each))!;
      const path = join(bench.layout, 'blobs/sha256', manifest);
      writeFileSync(path, 'x'.repeat(sizeOf(bench, manifest)));
    },
  },
  'a registry that finds all bytes wrong': {
    kind: 'rejected',
    says: /DIGEST_INVALID/,
    act: ({ registry }) => {
      registry.fault = (seen) => {
        if (isLast(seen)) error(seen.response, 400, 'DIGEST_INVALID');
        return isLast(seen);
      };
    },
  },
  'a registry that sends uploads elsewhere': {
    kind: 'rejected',
    act: ({ registry }) => {
      registry.fault = ({ method, response }) => {
        if (method === 'POST') answer(response, 307, { location: 'http://127.0.0.1:1/' });
        return method === 'POST';
      };
    },
  },
  'an upload without an address': {
    kind: 'bad-answer',
    act: ({ registry }) => {
      registry.fault = ({ method, response }) => {
        if (method === 'POST') answer(response, 202, {});
        return method === 'POST';
      };
    },
  },
  'an upload that does not get on': {
    kind: 'bad-answer',
    act: ({ registry }) => {
      registry.fault = ({ method, request, response, url }) => {
        if (method !== 'PATCH') return false;
        request.resume();
        request.once('end', () => answer(response, 202, { location: url, range: '0-0' }));
        return true;
      };
    },
  },
  'a registry that stores another manifest': {
    kind: 'digest-mismatch',
    act: ({ registry }) => {
      registry.fault = ({ method, url, response }) => {
        const isManifestPut = method === 'PUT' && url.includes('/manifests/');
        if (isManifestPut) answer(response, 201, { 'docker-content-digest': sha256('other') });
        return isManifestPut;
      };
    },
  },
  'a registry that denies it': {
    kind: 'denied',
    says: /docker login 127\.0\.0\.1/,
    act: ({ registry }) => {
      registry.fault = ({ method, response }) => {
        if (method === 'POST') error(response, 403, 'DENIED', 'requested access to the resource is denied');
        return method === 'POST';
      };
    },
  },
};

for (const [what, { kind, says, act }] of Object.entries(FAILURES)) {
  test(`a push fails of ${what}: ${kind}`, async (t) => {
    const { bench, registry, name } = await pushing(t);
    act({ bench, registry });
    const failure = await bench.pushFails(name);
    assert.equal(failure.kind, kind, JSON.stringify(failure));
    const { message, hint } = registryDiagnostic(failure);
    if (says) assert.match(`${message} ${hint}`, says);
    assert.ok(!registry.manifests.has('team/app:1'), 'no tag is left behind');
  });
}

function sizeOf(bench: Bench, hash: string): number {
  return bench.read(hash).byteLength;
}

function isManifest(bench: Bench, hash: string): boolean {
  return sizeOf(bench, hash) < 4096 && bench.read(hash).includes(MEDIA_TYPES.manifest);
}

test('a layer that is not here but in the registry is no hindrance', async (t) => {
  const { bench, registry, name } = await pushing(t);
  registry.addBlob('team/app', LAYER);
  rmSync(join(bench.layout, 'blobs/sha256', sha256(LAYER).slice(7)));
  assert.equal((await bench.pushOk(name)).blobs.present, 1);
  assertPushed(registry);
});
