/** The registry client against a registry that fails in every way that real ones do, and some that only hostile ones do. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderDiagnostic } from '../src/base/index.ts';
import { openDiskStore } from '../src/cas/index.ts';
import { realHost } from '../src/host/index.ts';
import { completeReference, type Descriptor, MEDIA_TYPES, parseReference } from '../src/oci/index.ts';
import {
  layoutTop,
  RegistryClient,
  type RegistryFailure,
  type RegistrySettings,
  registryDiagnostic,
  storeSink,
  storeSource,
} from '../src/registry/index.ts';
import { answer, error, FakeRegistry, type Seen, sha256 } from './fake-registry.ts';
import { AMD64, addImage, Bench, CONFIG, fixture, QUICK } from './registry-bench.ts';

const isBlob = (url: string): boolean => /\/blobs\/sha256:/.test(url);

test('an image comes into a layout, and again without a byte', async (t) => {
  const { registry, digest, bench, name } = await fixture(t);
  const pulled = await bench.pullOk(name);
  assert.equal(pulled.top.digest, digest);
  assert.equal(bench.blobs().length, 4);
  assert.ok(bench.blobs().every((each) => bench.isRight(each)));
  assert.equal(layoutTop(realHost().fs, bench.layout, 'pulled')?.digest, digest);
  registry.seen.length = 0;
  await bench.pullOk(name);
  assert.deepEqual(registry.log.filter((each) => isBlob(each)).length, 1, 'the config is looked at again');
});

test('a digest is pulled as it is, whatever the tag says', async (t) => {
  const { registry, digest, bench } = await fixture(t);
  addImage(registry, 'team/app', { layers: [Buffer.from('other')] });
  assert.equal((await bench.pullOk(`${registry.host}/team/app:1@${digest}`)).top.digest, digest);
});

test('a damaged blob in the layout is fetched again', async (t) => {
  const { bench, name } = await fixture(t);
  const { images } = await bench.pullOk(name);
  const path = join(bench.layout, 'blobs/sha256', images[0]!.layers[1]!.digest.slice(7));
  writeFileSync(path, Buffer.alloc(3 * 2 ** 20, 'x'));
  await bench.pullOk(name);
  assert.ok(bench.blobs().every((each) => bench.isRight(each)));
});

test('an image goes out and comes back the same; the second time nothing is sent', async (t) => {
  const { registry, digest, bench, name } = await fixture(t);
  await bench.pullOk(name);
  const other = await FakeRegistry.start(t);
  const pushed = await bench.pushOk(`${other.host}/copy/app:1`, { tags: ['1', 'latest'] });
  assert.deepEqual(pushed.blobs, { transferred: 3, present: 0, mounted: 0 });
  assert.equal(sha256(other.manifests.get('copy/app:latest')!.bytes), digest);
  assert.equal(other.manifests.get('copy/app:1')!.type, MEDIA_TYPES.manifest);
  assert.ok(other.log.at(-1)!.startsWith('PUT /v2/copy/app/manifests/'));
  const again = await bench.pushOk(`${other.host}/copy/app:1`);
  assert.deepEqual(again.blobs, { transferred: 0, present: 3, mounted: 0 });
  assert.equal(registry.log.filter((each) => each.startsWith('P')).length, 0);
});

test('blobs of another repository are mounted', async (t) => {
  const { registry, bench, name } = await fixture(t);
  await bench.pullOk(name);
  const pushed = await bench.pushOk(`${registry.host}/other/app:2`, { mountFrom: ['no/such', 'team/app'] });
  assert.deepEqual(pushed.blobs, { transferred: 0, present: 0, mounted: 3 });
});

/** An index of Docker's kind for three platforms, with an attestation. */
function addIndex(registry: FakeRegistry): Record<string, string> {
  const entries = [
    ['arm', 'v7'],
    ['arm', 'v6'],
    ['amd64', undefined],
    ['arm64', 'v8'],
  ].map(([architecture, variant]) => {
    const layers = [Buffer.from(`layer of ${architecture}${variant}`)];
    const digest = addImage(registry, 'team/many', {
      tag: 'x',
      layers,
      config: { ...CONFIG, architecture, variant },
    });
    const { bytes } = registry.manifests.get(`team/many:${digest}`)!;
    const platform = { os: 'linux', architecture, ...(variant ? { variant } : {}) };
    return { mediaType: MEDIA_TYPES.manifest, digest, size: bytes.byteLength, platform };
  });
  const attestation = {
    ...entries[0]!,
    platform: { os: 'linux', architecture: 'amd64' },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
  };
  registry.manifests.delete('team/many:x');
  const type = 'application/vnd.docker.distribution.manifest.list.v2+json';
  registry.addManifest('team/many', '1', type, {
    schemaVersion: 2,
    mediaType: type,
    manifests: [attestation, ...entries],
  });
  return Object.fromEntries(
    entries.map(({ digest, platform }) => [
      `${platform.architecture}/${'variant' in platform ? platform.variant : ''}`,
      digest,
    ]),
  );
}

for (const [wanted, expected] of [
  ['amd64', 'amd64/'],
  ['x86_64', 'amd64/'],
  ['amd64/v3', 'amd64/'],
  ['arm64', 'arm64/v8'],
  ['aarch64', 'arm64/v8'],
  ['arm', 'arm/v7'],
  ['arm/v8', 'arm/v7'],
  ['arm/v6', 'arm/v6'],
  ['arm/v5', undefined],
  ['riscv64', undefined],
] as const) {
  test(`of an index, linux/${wanted} is ${expected ?? 'refused'}`, async (t) => {
    const registry = await FakeRegistry.start(t);
    const digests = addIndex(registry);
    const bench = new Bench(t);
    const [architecture, variant] = wanted.split('/') as [string, string?];
    const platform = { os: 'linux', architecture, ...(variant ? { variant } : {}) };
    if (expected) {
      const pulled = await bench.pullOk(`${registry.host}/team/many:1`, platform);
      assert.equal(pulled.top.digest, digests[expected]);
    } else {
      const failure = await bench.pullFails(`${registry.host}/team/many:1`, platform);
      assert.equal(failure.kind, 'no-platform');
      assert.match(registryDiagnostic(failure).hint!, /linux\/arm\/v7.*linux\/amd64/);
    }
  });
}

test('an index goes whole from registry to registry, with the bytes and kinds that it has', async (t) => {
  const registry = await FakeRegistry.start(t);
  addIndex(registry);
  const bench = new Bench(t);
  const { top, images } = await bench.pullOk(`${registry.host}/team/many:1`, 'all');
  assert.equal(images.length, 4);
  const other = await FakeRegistry.start(t);
  await bench.pushOk(`${other.host}/team/many:1`);
  assert.deepEqual(other.manifests.get('team/many:1'), registry.manifests.get('team/many:1'));
  assert.equal(top.digest, sha256(other.manifests.get('team/many:1')!.bytes));
  const last = other.log.filter((each) => each.includes('/manifests/')).at(-1);
  assert.equal(last, 'PUT /v2/team/many/manifests/1', 'the tag comes last');
});

test('of an index in an index, the image goes first and the tag last', async (t) => {
  const { registry, bench, name, digest } = await fixture(t);
  let inner: Descriptor = { mediaType: MEDIA_TYPES.manifest, digest, size: sizeOf(registry, digest) };
  for (let depth = 0; depth < 3; depth++) {
    // The image stands beside the next index too, so that it is met more than once.
    const image = { mediaType: MEDIA_TYPES.manifest, digest, size: sizeOf(registry, digest) };
    const manifests = depth === 0 ? [inner] : [image, inner];
    const text = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests });
    const outer = registry.addManifest('team/app', '1', MEDIA_TYPES.index, text);
    inner = { mediaType: MEDIA_TYPES.index, digest: outer, size: Buffer.byteLength(text) };
  }
  await bench.pullOk(name, 'all');
  const other = await FakeRegistry.start(t);
  await bench.pushOk(`${other.host}/team/app:1`);
  const puts = other.log.filter((each) => each.startsWith('PUT /v2/team/app/manifests/'));
  assert.equal(puts.length, 4);
  assert.ok(puts[0]!.endsWith(digest) && puts[3]!.endsWith('/1'), `${puts}`);
});

function sizeOf(registry: FakeRegistry, digest: string): number {
  return registry.manifests.get(`team/app:${digest}`)!.bytes.byteLength;
}

test('an image without an index is refused for another platform', async (t) => {
  const { bench, name } = await fixture(t);
  const failure = await bench.pullFails(name, { os: 'linux', architecture: 'arm64' });
  assert.equal(failure.kind, 'no-platform');
});

/** Connections that break, and what the client asks for then. */
test('a layer whose connection breaks again and again comes in pieces', async (t) => {
  const { registry, bench, name } = await fixture(t, { layers: [Buffer.alloc(9 * 2 ** 20, 'abc')] });
  const ranges: string[] = [];
  registry.fault = ({ url, headers, response }) => {
    const bytes = [...registry.blobs].find(([key]) => url.endsWith(key.split('@')[1]!))?.[1];
    if (!bytes || bytes.byteLength < 2 ** 20) return false;
    const start = Number(/bytes=(\d+)/.exec(headers.range ?? '')?.[1] ?? 0);
    ranges.push(headers.range ?? '');
    const range = { 'content-range': `bytes ${start}-${bytes.byteLength - 1}/${bytes.byteLength}` };
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': String(bytes.byteLength - start),
      ...(start > 0 ? range : {}),
    });
    response.write(bytes.subarray(start, start + 2 ** 21), () => setTimeout(() => response.destroy(), 20));
    return true;
  };
  await bench.pullOk(name);
  assert.ok(ranges.length >= 4, `${ranges}`);
  assert.equal(ranges[0], '');
  assert.match(ranges[1]!, /^bytes=\d{4,}-9437183$/);
});

test('a pull that was interrupted goes on where it was, also in a new process', async (t) => {
  const { registry, bench, name } = await fixture(t, { layers: [Buffer.alloc(8 * 2 ** 20, 'abc')] });
  registry.fault = ({ url, headers, response }) => {
    const bytes = [...registry.blobs].find(([key]) => url.endsWith(key.split('@')[1]!))?.[1];
    if (!bytes || bytes.byteLength < 2 ** 20 || headers.range) return false;
    response.writeHead(200, { 'content-length': String(bytes.byteLength) });
    response.write(bytes.subarray(0, 2 ** 22));
    return true;
  };
  bench.onEvent = () => {
    if (bench.movedBytes >= 2 ** 22) bench.stop.abort();
  };
  const result = await bench.pull(name);
  assert.equal(!result.ok && result.failure.kind, 'interrupted');
  registry.fault = () => false;
  registry.seen.length = 0;
  const next = new Bench(t);
  Object.defineProperty(next, 'layout', { value: bench.layout });
  await next.pullOk(name);
  assert.ok(registry.seen.some(({ headers }) => headers.range === `bytes=${2 ** 22}-${8 * 2 ** 20 - 1}`));
  assert.deepEqual(readdirSync(join(bench.layout, '.partial')), []);
});

test('a server that ignores ranges is no hindrance', async (t) => {
  const { registry, bench, name } = await fixture(t);
  let isFirst = true;
  registry.fault = ({ url, headers, response }) => {
    const bytes = [...registry.blobs].find(([key]) => url.endsWith(key.split('@')[1]!))?.[1];
    if (!bytes || bytes.byteLength < 2 ** 20) return false;
    assert.equal(headers.range !== undefined, !isFirst);
    response.writeHead(200, { 'content-length': String(bytes.byteLength) });
    if (isFirst) response.write(bytes.subarray(0, 2 ** 20), () => setTimeout(() => response.destroy(), 20));
    else response.end(bytes);
    isFirst = false;
    return true;
  };
  await bench.pullOk(name);
});

test('a beginning that proves wrong is thrown away', async (t) => {
  const { bench, name, registry } = await fixture(t, { layers: [Buffer.alloc(3 * 2 ** 20, 'right')] });
  const hash = [...registry.blobs.keys()]
    .find((each) => registry.blobs.get(each)!.byteLength > 2 ** 20)!
    .slice(-64);
  mkdirSync(join(bench.layout, '.partial'), { recursive: true });
  writeFileSync(join(bench.layout, '.partial', `${hash}.1-x.part`), Buffer.alloc(2 ** 21, 'wrong'));
  await bench.pullOk(name);
  assert.ok(bench.isRight(hash));
});

/** What a registry may do to the layer, and what the failure is. */
const LAYER_FAULTS: Record<string, [RegistryFailure['kind'], (seen: Seen, bytes: Buffer) => unknown]> = {
  'other bytes': [
    'digest-mismatch',
    ({ response }, bytes) => answer(response, 200, {}, Buffer.alloc(bytes.byteLength, 'no')),
  ],
  'a length that is too small': [
    'size-mismatch',
    ({ response }, bytes) => answer(response, 200, {}, bytes.subarray(1)),
  ],
  'more than it has, without a length': [
    'size-mismatch',
    ({ response }, bytes) => {
      response.writeHead(200);
      response.end(Buffer.concat([bytes, Buffer.alloc(2 ** 20)]));
    },
  ],
  'bytes without end': [
    'size-mismatch',
    ({ response }) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(Buffer.alloc(2 ** 18)), 1);
      response.on('close', () => clearInterval(timer));
    },
  ],
  'less than it has, without a length, each time': [
    'size-mismatch',
    ({ response }) => {
      response.writeHead(200);
      response.end('little');
    },
  ],
  'nothing any more': [
    'stalled',
    ({ response }, bytes) => {
      response.writeHead(200, { 'content-length': String(bytes.byteLength) });
      response.write('some');
    },
  ],
  'no answer': ['stalled', () => {}],
  'a closed connection': ['unreachable', ({ response }) => response.destroy()],
  'no HTTP': ['bad-answer', ({ response }) => response.socket!.end('SSH-2.0-OpenSSH\r\n')],
  'a head without end': [
    'bad-answer',
    ({ response }) => response.socket!.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(2 ** 17)}`),
  ],
  'a part that was not asked for': [
    'rejected',
    ({ response }, bytes) =>
      answer(response, 206, { 'content-range': `bytes 5-9/${bytes.byteLength}` }, 'abcde'),
  ],
  'a content encoding': [
    'bad-answer',
    ({ response }, bytes) => answer(response, 200, { 'content-encoding': 'gzip' }, bytes),
  ],
  'a redirect to itself': [
    'too-many-redirects',
    ({ url, response }) => answer(response, 307, { location: url }),
  ],
  'a redirect to a file': [
    'bad-answer',
    ({ response }) => answer(response, 302, { location: 'file:///etc/passwd' }),
  ],
  'an error of its own': ['server-error', ({ response }) => error(response, 500, 'UNKNOWN', 'out of disk')],
  'too many requests': ['rate-limited', ({ response }) => answer(response, 429, { 'retry-after': '0' })],
  'a pause of a day': ['rate-limited', ({ response }) => answer(response, 429, { 'retry-after': '86400' })],
  'that it is denied': ['denied', ({ response }) => error(response, 403, 'DENIED')],
  'that it is not there': ['not-found', ({ response }) => error(response, 404, 'BLOB_UNKNOWN')],
};

for (const [what, [kind, act]] of Object.entries(LAYER_FAULTS)) {
  test(`a layer for which the registry gives ${what}: ${kind}`, async (t) => {
    const layer = Buffer.alloc(2 ** 21, 'layer');
    const limits = kind === 'stalled' ? { ...QUICK, stallMs: 300 } : QUICK;
    const { registry, bench, name } = await fixture(t, { layers: [layer] }, limits);
    registry.fault = (seen) => {
      const isMeant = seen.url.endsWith(sha256(layer));
      if (isMeant) act(seen, layer);
      return isMeant;
    };
    const failure = await bench.pullFails(name);
    assert.equal(failure.kind, kind, JSON.stringify(failure));
    assert.ok(registryDiagnostic(failure).message.includes(registry.host));
  });
}

/** Manifests that are refused. */
const BAD_MANIFESTS: Record<string, { type?: string; body: string }> = {
  'more than 4 MiB': { body: `{"schemaVersion":2,"x":"${'y'.repeat(4 * 2 ** 20)}"}` },
  'no JSON': { body: 'nothing' },
  'a page': { type: 'text/html', body: '<html>Log in to the hotel</html>' },
  'the old schema': {
    type: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
    body: '{"schemaVersion":1}',
  },
  'a list': { body: '[]' },
  'deep nesting': {
    body: `{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"${sha256('')}","size":0},"layers":[],"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
  },
  'another kind than it says': {
    type: MEDIA_TYPES.index,
    body: `{"schemaVersion":2,"mediaType":"${MEDIA_TYPES.manifest}"}`,
  },
  'both kinds at once': {
    type: MEDIA_TYPES.manifest,
    body: `{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"${sha256('')}","size":0},"layers":[],"manifests":[]}`,
  },
  'a digest that leads elsewhere': {
    type: MEDIA_TYPES.manifest,
    body: `{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:../../../etc/passwd","size":0},"layers":[]}`,
  },
  'a negative size': {
    type: MEDIA_TYPES.manifest,
    body: `{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"${sha256('')}","size":-1},"layers":[]}`,
  },
  'an index in an index in an index': { type: 'nested', body: '' },
};

for (const [what, { type = MEDIA_TYPES.manifest, body }] of Object.entries(BAD_MANIFESTS)) {
  test(`a manifest that is ${what} is refused`, async (t) => {
    const registry = await FakeRegistry.start(t);
    if (type === 'nested') nest(registry);
    else registry.addManifest('team/app', '1', type, body);
    const bench = new Bench(t);
    for (const platform of [AMD64, 'all'] as const) {
      const failure = await bench.pullFails(`${registry.host}/team/app:1`, platform);
      assert.equal(failure.kind, 'bad-answer', JSON.stringify(failure));
    }
  });
}

function nest(registry: FakeRegistry): void {
  let manifests: object[] = [];
  for (let depth = 0; depth < 8; depth++) {
    const text = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests });
    const digest = registry.addManifest('team/app', '1', MEDIA_TYPES.index, text);
    manifests = [{ mediaType: MEDIA_TYPES.index, digest, size: Buffer.byteLength(text) }];
  }
}

test('a manifest under another digest than it has is refused', async (t) => {
  const { registry, bench, digest } = await fixture(t);
  const other = addImage(registry, 'team/app', { tag: '2', layers: [Buffer.from('evil')] });
  registry.manifests.set(`team/app:${digest}`, registry.manifests.get(`team/app:${other}`)!);
  const failure = await bench.pullFails(`${registry.host}/team/app@${digest}`);
  assert.equal(failure.kind, 'digest-mismatch');
});

test('an image that is not there is told with its name', async (t) => {
  const { registry, bench } = await fixture(t);
  const failure = await bench.pullFails(`${registry.host}/team/app:none`);
  assert.equal(
    renderDiagnostic(registryDiagnostic(failure)),
    `error[registry/not-found] ${registry.host} has no tag none in ${registry.host}/team/app
  help: look whether the name and the tag are right`,
  );
});

test('nobody listens: the failure says so after some tries', async (t) => {
  const { registry, bench, name } = await fixture(t);
  const closed = new Promise((resolve) => registry.server.close(resolve));
  registry.server.closeAllConnections();
  await closed;
  const failure = await bench.pullFails(name);
  assert.equal(failure.kind === 'unreachable' && failure.code, 'ECONNREFUSED');
  assert.equal(bench.events.filter(({ type }) => type === 'retry').length, 3);
});

test('plain HTTP is for this machine and declared hosts only', async (t) => {
  const { bench } = await fixture(t);
  const requests: string[] = [];
  const { fs, ...host } = realHost();
  const refused = {
    ok: false,
    failure: { kind: 'connection', code: 'ECONNREFUSED', isReused: false },
  } as const;
  const http = {
    exchange: async ({ url }: { url: string }) => {
      requests.push(url);
      return refused;
    },
  };
  const ask = async (settings: RegistrySettings): Promise<string[]> => {
    requests.length = 0;
    const client = new RegistryClient({
      world: { ...host, fs, http },
      settings,
      limits: { ...QUICK, attempts: 1 },
    });
    const reference = completeReference(parseReference('registry.example/a:1')!);
    await client.resolve(reference, { platform: AMD64, signal: bench.stop.signal });
    return requests.map((url) => url.replace(/:\/\/.*/, ''));
  };
  assert.deepEqual(await ask({}), ['https']);
  assert.deepEqual(await ask({ 'registry.example': { insecure: true } }), ['https', 'http']);
});

test('an image comes into the store of the build and goes out of it', async (t) => {
  const { registry, bench, name, digest } = await fixture(t);
  const host = realHost();
  const { cas } = openDiskStore({ ...host, root: join(bench.root, 'store') });
  const sink = storeSink(host.fs, cas, join(bench.root, 'store', 'partial'));
  const reference = completeReference(parseReference(name)!);
  const { signal } = bench.stop;
  const pulled = await bench.client.pull({ reference, platform: AMD64, sink, signal });
  assert.ok(pulled.ok);
  assert.deepEqual(readdirSync(sink.partialFolder), []);
  const layer = pulled.value.images[0]!.layers[1]!;
  const path = cas.fileOf({ hash: layer.digest.slice(7), sizeBytes: layer.size }, false)!;
  writeFileSync(path, 'damaged');
  assert.ok((await bench.client.pull({ reference, platform: AMD64, sink, signal })).ok);
  const place = { registry: registry.host, repository: 'from/store' };
  const { top } = pulled.value;
  const pushed = await bench.client.push({ place, tags: ['1'], top, source: storeSource(cas), signal });
  assert.ok(pushed.ok, JSON.stringify(pushed));
  assert.equal(sha256(registry.manifests.get('from/store:1')!.bytes), digest);
});

test('a registry that does not prove who it is is told apart from one that has no TLS', async (t) => {
  const { bench } = await fixture(t);
  const ask = async (code: string, isPlainHttp: boolean): Promise<string> => {
    const http = {
      exchange: async () => ({ ok: false, failure: { kind: 'tls', code, isPlainHttp } }) as const,
    };
    const client = new RegistryClient({ world: { ...realHost(), http }, limits: QUICK });
    const reference = completeReference(parseReference('registry.example/a:1')!);
    const result = await client.resolve(reference, { platform: AMD64, signal: bench.stop.signal });
    assert.ok(!result.ok);
    return renderDiagnostic(registryDiagnostic(result.failure));
  };
  assert.match(await ask('CERT_HAS_EXPIRED', false), /CERT_HAS_EXPIRED[\s\S]*NODE_EXTRA_CA_CERTS/);
  assert.match(await ask('EPROTO', true), /speaks plain HTTP[\s\S]*declare registry\.example insecure/);
});

test('mirrors come first, in their order, and the registry after them', async (t) => {
  const { registry, bench, name, digest } = await fixture(t);
  const empty = await FakeRegistry.start(t);
  const liar = await FakeRegistry.start(t);
  addImage(liar, 'cache/team/app');
  liar.fault = ({ url, response }) => {
    if (isBlob(url)) answer(response, 200, {}, 'lies');
    return isBlob(url);
  };
  bench.settings[registry.host] = { mirrors: [empty.host, `${liar.host}/cache`] };
  assert.equal((await bench.pullOk(name)).top.digest, digest);
  assert.ok(empty.log.length > 0 && liar.log.some((each) => isBlob(each)));
  assert.ok(!registry.log.some((each) => each.includes('/manifests/')), 'the manifest came from the mirror');
  assert.ok(registry.log.some((each) => isBlob(each)));
  const failed = bench.events.flatMap((event) => (event.type === 'mirror.failed' ? [event.because] : []));
  assert.ok(failed.includes('not-found') && failed.includes('size-mismatch'), `${failed}`);
});
