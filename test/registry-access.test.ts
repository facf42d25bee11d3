/** Who the client says it is, to whom, and to whom never. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ok, type Result, renderDiagnostic } from '../src/base/index.ts';
import { type HttpFailure, type HttpRequest, type HttpResponse, realHost } from '../src/host/index.ts';
import { completeReference, parseReference } from '../src/oci/index.ts';
import { layoutSource, layoutTop, RegistryClient, registryDiagnostic } from '../src/registry/index.ts';
import { answer, error, FakeRegistry, type Seen, sha256 } from './fake-registry.ts';
import { AMD64, addImage, type Bench, fixture, PASSWORD, QUICK } from './registry-bench.ts';

const BASIC = `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`;

function refuse({ response }: Seen, challenge: string): boolean {
  response.setHeader('www-authenticate', challenge);
  error(response, 401, 'UNAUTHORIZED', `you sent ${PASSWORD}`);
  return true;
}

/** A registry that wants the name and the password with each request. */
async function withBasic(t: TestContext) {
  const given = await fixture(t);
  given.registry.fault = (seen) =>
    seen.headers.authorization !== BASIC && refuse(seen, 'Basic realm="the registry"');
  return given;
}

/** A registry that wants tokens of a server of its own, which gives one for each scope to who has the password. */
async function withTokens(t: TestContext, options: { isAnonymous?: boolean } = {}) {
  const given = await fixture(t);
  const { registry } = given;
  const server = await FakeRegistry.start(t);
  /** What a token allows. */
  const granted = new Map<string, readonly string[]>();
  server.fault = async (seen) => {
    const query = new URL(seen.url, 'http://host').searchParams;
    const form = seen.method === 'POST' ? new URLSearchParams(await text(seen)) : undefined;
    const isKnown =
      seen.headers.authorization === BASIC || form?.get('refresh_token') === 'the-token-to-refresh';
    if (!isKnown && !options.isAnonymous) return refuse(seen, 'Basic realm="tokens"');
    const token = `the-token-${granted.size}`;
    granted.set(token, form ? (form.get('scope') ?? '').split(' ') : query.getAll('scope'));
    answer(seen.response, 200, {}, JSON.stringify({ token, expires_in: 300 }));
    return true;
  };
  registry.fault = (seen) => {
    const scopes = granted.get(seen.headers.authorization?.replace('Bearer ', '') ?? '');
    const needed = seen.method === 'GET' || seen.method === 'HEAD' ? 'pull' : 'pull,push';
    const isAllowed = scopes?.some((each) => each.startsWith('repository:') && each.includes(needed));
    const challenge = `Bearer realm="http://${server.host}/token",service="the service",scope="repository:team/app:pull"`;
    return !isAllowed && seen.url !== '/v2/' && refuse(seen, challenge);
  };
  return { ...given, server, granted };
}

async function text({ request }: Seen): Promise<string> {
  let all = '';
  for await (const chunk of request) all += chunk;
  return all;
}

test('Basic: the credentials of the configuration are sent', async (t) => {
  const { bench, registry, name } = await withBasic(t);
  bench.login(registry.host);
  await bench.pullOk(name);
  assert.equal(registry.seen.filter(({ response }) => response.statusCode === 401).length, 1);
});

test('without credentials the user is told to log in, and where', async (t) => {
  const { bench, registry, name } = await withBasic(t);
  const failure = await bench.pullFails(name);
  assert.equal(
    renderDiagnostic(registryDiagnostic(failure)),
    `error[registry/unauthorised] ${registry.host} lets nobody unknown at ${registry.host}/team/app, or has no such repository
  help: docker login ${registry.host}`,
  );
});

test('credentials that are refused are not sent again and again', async (t) => {
  const { bench, registry, name } = await withBasic(t);
  bench.login(registry.host, { username: 'me', password: `${PASSWORD}2` });
  const failure = await bench.pullFails(name);
  assert.equal(failure.kind === 'unauthorised' && failure.credentials, 'refused');
  assert.equal(registry.seen.filter(({ headers }) => headers.authorization).length, 1);
});

test('Bearer: one token serves a whole pull; a push gets one of its own', async (t) => {
  const { bench, registry, name, granted, server } = await withTokens(t);
  bench.login(registry.host);
  await bench.pullOk(name);
  assert.deepEqual([...granted.values()], [['repository:team/app:pull']]);
  assert.match(
    server.seen[0]!.url,
    /service=the\+service&scope=repository%3Ateam%2Fapp%3Apull&client_id=mobileops$/,
  );
  registry.blobs.clear();
  await bench.pushOk(name);
  assert.deepEqual([...granted.values()].slice(1), [['repository:team/app:pull,push']]);
});

test('a mount asks for both repositories', async (t) => {
  const { bench, registry, name, granted } = await withTokens(t);
  bench.login(registry.host);
  await bench.pullOk(name);
  await bench.pushOk(`${registry.host}/team/other:1`, { mountFrom: ['team/app'] });
  assert.ok(
    [...granted.values()].some(
      (each) => each.includes('repository:team/other:pull,push') && each.includes('repository:team/app:pull'),
    ),
    JSON.stringify([...granted.values()]),
  );
});

test('a token for nobody is enough for what everybody may see', async (t) => {
  const { bench, name, server } = await withTokens(t, { isAnonymous: true });
  await bench.pullOk(name);
  assert.equal(server.seen[0]!.headers.authorization, undefined);
});

test('a token that the registry no longer takes is replaced', async (t) => {
  const { bench, registry, name, granted } = await withTokens(t);
  bench.login(registry.host);
  const inner = registry.fault;
  registry.fault = (seen) => {
    // Each is good for two requests.
    const used = registry.seen.filter(
      (each) => each.headers.authorization === seen.headers.authorization,
    ).length;
    if (seen.headers.authorization && used > 2)
      granted.set(seen.headers.authorization.replace('Bearer ', ''), []);
    return inner(seen);
  };
  await bench.pullOk(name);
  assert.ok(granted.size > 1);
});

test('a token that ends while a layer is sent is replaced, and the layer sent again', async (t) => {
  const { bench, registry, name, granted } = await withTokens(t);
  bench.login(registry.host);
  const { images } = await bench.pullOk(name);
  registry.blobs.clear();
  const big = encodeURIComponent(images[0]!.layers[1]!.digest);
  const inner = registry.fault;
  registry.fault = (seen) => {
    if (seen.method !== 'PUT' || !seen.url.includes(big)) return inner(seen);
    registry.fault = inner;
    // The answer comes before the body was read, and with it the end of the connection.
    granted.clear();
    seen.response.setHeader('connection', 'close');
    return inner(seen);
  };
  await bench.pushOk(name);
  assert.equal(registry.blobs.size, 3);
});

test('a refresh token goes to the token server by POST, and nowhere else', async (t) => {
  const { bench, registry, name, server } = await withTokens(t);
  bench.login(registry.host, { identitytoken: 'the-token-to-refresh' });
  await bench.pullOk(name);
  assert.equal(server.seen[0]!.method, 'POST');
  assert.ok(registry.seen.every(({ headers }) => !headers.authorization?.includes('refresh')));
});

test('a token server that refuses the password', async (t) => {
  const { bench, registry, name } = await withTokens(t);
  bench.login(registry.host, { username: 'me', password: 'not that' });
  const failure = await bench.pullFails(name);
  assert.equal(failure.kind === 'unauthorised' && failure.credentials, 'refused');
});

/** Answers of a token server that are none. */
for (const [what, body] of Object.entries({
  'no JSON': 'hello',
  'no token': '{}',
  'a token that would be two headers': '{"token":"a\\r\\nx: y"}',
  'a token of a megabyte and more': `{"token":"${'x'.repeat(2 ** 20 + 1)}"}`,
})) {
  test(`a token server that gives ${what} is refused`, async (t) => {
    const { bench, registry, name, server } = await withTokens(t);
    bench.login(registry.host);
    server.fault = ({ response }) => {
      answer(response, 200, {}, body);
      return true;
    };
    assert.equal((await bench.pullFails(name)).kind, 'bad-answer');
  });
}

test('no password goes to a token server over plain HTTP', async (t) => {
  const { bench, registry, name } = await fixture(t);
  bench.login(registry.host);
  registry.fault = (seen) => refuse(seen, 'Bearer realm="http://tokens.example/token"');
  const failure = await bench.pullFails(name);
  assert.equal(failure.kind === 'insecure-realm' && failure.realm, 'http://tokens.example');
});

/** Another host, which keeps what it is sent and has the blobs. */
async function elsewhere(t: TestContext, registry: FakeRegistry): Promise<FakeRegistry> {
  const other = await FakeRegistry.start(t);
  other.fault = ({ url, response }) => {
    const bytes = [...registry.blobs].find(([key]) => url.includes(key.split('@')[1]!))?.[1];
    if (bytes) answer(response, 200, {}, bytes);
    return bytes !== undefined;
  };
  return other;
}

for (const [scheme, make] of Object.entries({ Basic: withBasic, Bearer: withTokens })) {
  test(`a redirect to another host is followed, and what ${scheme} sends is not sent there`, async (t) => {
    const { bench, registry, name } = await make(t);
    bench.login(registry.host);
    const other = await elsewhere(t, registry);
    const inner = registry.fault;
    registry.fault = async (seen) => {
      if (await inner(seen)) return true;
      if (!seen.url.includes('/blobs/')) return false;
      answer(seen.response, 307, { location: `http://${other.host}${seen.url}?X-Signature=abc` });
      return true;
    };
    await bench.pullOk(name);
    assert.ok(other.seen.length >= 3);
    assert.deepEqual(
      other.seen.filter(({ headers }) => headers.authorization !== undefined || headers.cookie !== undefined),
      [],
    );
  });
}

test('a host that we are sent to gets no credentials however it asks', async (t) => {
  const { bench, registry, name } = await withBasic(t);
  bench.login(registry.host);
  const other = await FakeRegistry.start(t);
  bench.configure({ auths: Object.fromEntries([registry, other].map(({ host }) => [host, loginEntry()])) });
  other.fault = (seen) => refuse(seen, `Basic realm="${registry.host}"`);
  const inner = registry.fault;
  registry.fault = async (seen) => {
    if (await inner(seen)) return true;
    if (!seen.url.includes('/blobs/')) return false;
    answer(seen.response, 302, { location: `http://${other.host}${seen.url}` });
    return true;
  };
  assert.equal((await bench.pullFails(name)).kind, 'bad-answer');
  assert.ok(other.seen.length > 0 && other.seen.every(({ headers }) => headers.authorization === undefined));
});

function loginEntry(): object {
  return { auth: Buffer.from(`me:${PASSWORD}`).toString('base64') };
}

test('an upload at another host gets the bytes, and no credentials', async (t) => {
  const { bench, registry, name } = await withBasic(t);
  bench.login(registry.host);
  await bench.pullOk(name);
  registry.blobs.clear();
  const other = await FakeRegistry.start(t);
  const inner = registry.fault;
  registry.fault = async (seen) => {
    if (await inner(seen)) return true;
    for (const [key, bytes] of other.blobs) registry.blobs.set(key, bytes);
    if (seen.method !== 'POST') return false;
    const id = `u${other.uploads.size}`;
    other.uploads.set(id, Buffer.alloc(0));
    answer(seen.response, 202, { location: `http://${other.host}/v2/team/app/blobs/uploads/${id}` });
    return true;
  };
  await bench.pushOk(name);
  assert.equal(other.blobs.size, 3);
  assert.ok(other.seen.every(({ headers }) => headers.authorization === undefined));
});

test('a mirror gets its own credentials and never those of the registry', async (t) => {
  const { bench, registry, name } = await withBasic(t);
  const mirror = await FakeRegistry.start(t);
  addImage(mirror, 'team/app');
  mirror.fault = (seen) => refuse(seen, 'Basic realm="give me"');
  bench.settings[registry.host] = { mirrors: [mirror.host] };
  bench.login(registry.host);
  await bench.pullOk(name);
  assert.ok(
    mirror.seen.length > 0 && mirror.seen.every(({ headers }) => headers.authorization === undefined),
  );
});

test('any certificate is taken from the insecure registry itself, not from where it sends us', async (t) => {
  const { bench } = await fixture(t);
  const asked: [string, boolean][] = [];
  const http = {
    exchange: async ({ url, acceptsAnyCertificate = false, headers }: HttpRequest) => {
      const { host, pathname } = new URL(url);
      if (pathname !== '/v2/') asked.push([host, acceptsAnyCertificate]);
      if (host === 'tokens.example') return respond(200, {}, '{"token":"the-token"}');
      if (host === 'cdn.example') return respond(404, {});
      if (!headers.authorization)
        return respond(401, { 'www-authenticate': 'Bearer realm="https://tokens.example/t"' });
      return respond(307, { location: 'https://cdn.example/x' });
    },
  };
  const settings = { 'registry.example:5000': { insecure: true } };
  const client = new RegistryClient({ world: { ...realHost(), http }, settings, limits: QUICK });
  const reference = completeReference(parseReference('registry.example:5000/a:1')!);
  await client.resolve(reference, { platform: AMD64, signal: bench.stop.signal });
  assert.deepEqual(asked, [
    ['registry.example:5000', true],
    ['tokens.example', false],
    ['registry.example:5000', true],
    ['cdn.example', false],
  ]);
});

test('from HTTPS no redirect leads to plain HTTP, and no upload either', async (t) => {
  const { bench } = await fixture(t);
  await bench.pullOk((await fixture(t)).name);
  const asked: string[] = [];
  const http = {
    exchange: async ({ method, url }: HttpRequest) => {
      asked.push(url);
      if (method === 'HEAD') return respond(404, {});
      return respond(method === 'POST' ? 202 : 307, { location: 'http://cdn.example/x?secret=1' });
    },
  };
  const client = new RegistryClient({ world: { ...realHost(), http }, limits: QUICK });
  const reference = completeReference(parseReference('registry.example/a:1')!);
  const { signal } = bench.stop;
  const pulled = await client.resolve(reference, { platform: AMD64, signal });
  assert.deepEqual(!pulled.ok && pulled.failure, {
    kind: 'refused-redirect',
    registry: 'registry.example',
    repository: 'a',
    to: 'http://cdn.example',
  });
  const { fs } = realHost();
  const image = { top: layoutTop(fs, bench.layout)!, source: layoutSource(fs, bench.layout) };
  const pushed = await client.push({ place: reference, tags: ['1'], ...image, signal });
  assert.equal(!pushed.ok && pushed.failure.kind, 'bad-answer');
  assert.ok(asked.length > 1 && asked.every((url) => url.startsWith('https://registry.example/')));
});

function respond(
  status: number,
  headers: Record<string, string>,
  body = '',
): Result<HttpResponse, HttpFailure> {
  const read = async (take: (chunk: Uint8Array) => boolean) => {
    if (body !== '') take(Buffer.from(body));
    return ok(body.length);
  };
  return ok({ status, headers, read, discard: () => {} });
}

/** A program in the bench's PATH. */
function addHelper(bench: Bench, name: string, script: string): void {
  mkdirSync(join(bench.root, 'bin'), { recursive: true });
  const path = join(bench.root, 'bin', `docker-credential-${name}`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

test('a credential helper is asked for the host, by its standard input', async (t) => {
  const { bench, registry, name } = await withBasic(t);
  bench.configure({ credHelpers: { [registry.host]: 'test' }, credsStore: 'other' });
  const json = JSON.stringify({ ServerURL: registry.host, Username: 'me', Secret: PASSWORD });
  addHelper(bench, 'test', `[ "$1" = get ] && [ "$(cat)" = "${registry.host}" ] && echo '${json}'`);
  await bench.pullOk(name);
});

/** Stores that give nothing, and what the hint says then. */
const STORES: Record<string, { script?: string; store: string; says: RegExp }> = {
  'is not installed': { store: 'absent', says: /docker-credential-absent.* is not in PATH/ },
  'knows nothing': {
    store: 'empty',
    script: 'echo credentials not found in native keychain; exit 1',
    says: /^docker login 127\.0\.0\.1:\d+$/,
  },
  fails: {
    store: 'broken',
    script: `echo ${PASSWORD} >&2; exit 3`,
    says: /docker-credential-broken ended with an error \(3\)/,
  },
  'talks nonsense': { store: 'odd', script: 'echo hello', says: /answered no credentials/ },
  'has a name that is a path': { store: '../../bin/sh', says: /is not in PATH/ },
};

for (const [what, { script, store, says }] of Object.entries(STORES)) {
  test(`a credential store that ${what}`, async (t) => {
    const { bench, name } = await withBasic(t);
    bench.configure({ credsStore: store });
    if (script) addHelper(bench, store, script);
    const failure = await bench.pullFails(name);
    assert.match(registryDiagnostic(failure).hint!, says);
  });
}

test('a store without the host leaves what the file has', async (t) => {
  const { bench, registry, name } = await withBasic(t);
  bench.configure({ credsStore: 'empty', auths: { [`https://${registry.host}/v1/`]: loginEntry() } });
  addHelper(bench, 'empty', 'echo credentials not found in native keychain; exit 1');
  await bench.pullOk(name);
});

test('a configuration that cannot be read is told of only when it matters', async (t) => {
  const open = await fixture(t);
  open.bench.configure({});
  writeFileSync(join(open.bench.root, 'docker', 'config.json'), '{"auths":');
  await open.bench.pullOk(open.name);
  const closed = await withBasic(t);
  closed.bench.configure({});
  writeFileSync(join(closed.bench.root, 'docker', 'config.json'), '{"auths":');
  const failure = await closed.bench.pullFails(closed.name);
  assert.match(registryDiagnostic(failure).hint!, /config\.json is not JSON/);
});

test('what a registry repeats of a secret is not shown', async (t) => {
  const { bench, registry, name } = await withBasic(t);
  bench.login(registry.host);
  await bench.pullOk(name);
  const layer = Buffer.alloc(10, 'x');
  addImage(registry, 'team/app', { layers: [layer] });
  const inner = registry.fault;
  registry.fault = async (seen) => {
    if (await inner(seen)) return true;
    if (!seen.url.endsWith(sha256(layer))) return false;
    error(
      seen.response,
      403,
      'DENIED',
      `no: ${seen.headers.authorization} ${PASSWORD} \u001b[31m see https://x/?token=abc`,
    );
    return true;
  };
  const failure = await bench.pullFails(name);
  assert.equal(
    failure.kind === 'denied' && failure.detail,
    'DENIED: no: Basic *** *** [31m see https://x/?***',
  );
});
