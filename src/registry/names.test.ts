import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isLoopback } from '../host/index.ts';
import { completeReference, formatReference, parseReference } from '../oci/index.ts';
import { mergeScopes } from './access/authorizer.ts';
import { Secrets } from './access/secrets.ts';
import { retryAfterMs } from './exchange/patience.ts';
import { isShallow, parseDocument } from './manifests/documents.ts';
import { formatPlatform, parsePlatform, platformDistance } from './platform.ts';
import { pullEndpoints } from './settings.ts';

function checkComplete(text: string, expected: string): void {
  test(`${text} means ${expected}`, () => {
    assert.equal(formatReference(completeReference(parseReference(text)!)), expected);
  });
}

const DIGEST = `sha256:${'ab'.repeat(32)}`;
checkComplete('debian', 'docker.io/library/debian:latest');
checkComplete('debian:bookworm', 'docker.io/library/debian:bookworm');
checkComplete(`debian@${DIGEST}`, `docker.io/library/debian@${DIGEST}`);
checkComplete(`debian:12@${DIGEST}`, `docker.io/library/debian:12@${DIGEST}`);
checkComplete('team/app', 'docker.io/team/app:latest');
checkComplete('docker.io/debian:1', 'docker.io/library/debian:1');
checkComplete('index.docker.io/team/app:1', 'docker.io/team/app:1');
checkComplete('localhost/app', 'localhost/app:latest');
checkComplete('localhost:5000/app', 'localhost:5000/app:latest');
checkComplete('registry.example:443/a/b/c:1', 'registry.example:443/a/b/c:1');
checkComplete('[::1]:5000/app:1', '[::1]:5000/app:1');

test('a completed reference stays as it is', () => {
  const part = fc.stringMatching(/^[a-z0-9]{1,5}$/);
  const name = fc
    .tuple(
      fc.constantFrom('', 'host.example/', 'localhost:1/', 'docker.io/'),
      fc.array(part, { minLength: 1, maxLength: 3 }),
    )
    .map(([host, parts]) => `${host}${parts.join('/')}`);
  fc.assert(
    fc.property(name, (text) => {
      const complete = completeReference(parseReference(text)!);
      assert.deepEqual(completeReference(complete), complete);
      assert.deepEqual(completeReference(parseReference(formatReference(complete))!), complete);
    }),
  );
});

function checkPlatform(text: string, expected: string | undefined): void {
  test(`platform ${text}`, () => {
    const platform = parsePlatform(text);
    assert.equal(platform && formatPlatform(platform), expected);
  });
}

checkPlatform('linux/amd64', 'linux/amd64');
checkPlatform('Linux/x86_64', undefined);
checkPlatform('linux/x86_64', 'linux/amd64');
checkPlatform('linux/aarch64', 'linux/arm64');
checkPlatform('linux/arm64/v8', 'linux/arm64');
checkPlatform('linux/arm64/8', 'linux/arm64');
checkPlatform('linux/armhf', 'linux/arm/v7');
checkPlatform('linux/arm/6', 'linux/arm/v6');
checkPlatform('linux/i386', 'linux/386');
checkPlatform('linux', undefined);
checkPlatform('linux/', undefined);
checkPlatform('linux/a/b/c', undefined);

test('what fits a platform runs on it, and its variant alone is at no distance', () => {
  const distance = (from: string, to: string) => platformDistance(parsePlatform(from)!, parsePlatform(to)!);
  assert.equal(distance('linux/arm', 'linux/arm/v7'), 0);
  assert.equal(distance('linux/arm/v6', 'linux/arm'), 1);
  assert.equal(distance('linux/arm/v7', 'linux/arm/v6'), undefined);
  assert.equal(distance('linux/amd64', 'linux/amd64/v3'), 2);
  assert.equal(distance('linux/amd64/v3', 'linux/amd64'), undefined);
  assert.equal(distance('windows/amd64', 'linux/amd64'), undefined);
  assert.equal(distance('linux/riscv64', 'linux/riscv64'), 0);
});

test('this machine is known by its names alone', () => {
  for (const host of [
    'localhost',
    'localhost:5000',
    '127.0.0.1',
    '127.1.2.3:80',
    '[::1]',
    '[::1]:5000',
    'LOCALHOST:1',
  ])
    assert.ok(isLoopback(host), host);
  for (const host of [
    'localhost.example',
    '127.0.0.1.example',
    '1127.0.0.1',
    'example:127',
    '[::2]',
    '0.0.0.0',
    '10.0.0.1',
  ])
    assert.ok(!isLoopback(host), host);
});

test('mirrors come with their prefix, before the registry', () => {
  const settings = {
    'docker.io': { mirrors: ['m.example:5000', 'p.example/hub/'] },
    'p.example': { insecure: true },
  };
  const endpoints = pullEndpoints(settings, 'docker.io', 'library/debian');
  assert.deepEqual(
    endpoints.map(({ authority, repository, isInsecure }) => [authority, repository, isInsecure]),
    [
      ['m.example:5000', 'library/debian', false],
      ['p.example', 'hub/library/debian', true],
      ['registry-1.docker.io', 'library/debian', false],
    ],
  );
});

test('scopes of one resource are one scope', () => {
  assert.deepEqual(
    mergeScopes([
      'repository:a/b:pull,push',
      'repository:c:pull',
      'repository:a/b:pull',
      'registry:catalog:*',
      'x',
    ]),
    ['repository:a/b:pull,push', 'repository:c:pull', 'registry:catalog:*'],
  );
});

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(retryAfterMs('7', now), 7000);
  assert.equal(retryAfterMs('Thu, 01 Jan 2026 00:00:05 GMT', now), 5000);
  assert.equal(retryAfterMs('Wed, 31 Dec 2025 00:00:00 GMT', now), 0);
  assert.equal(retryAfterMs('soon', now), undefined);
  assert.equal(retryAfterMs(undefined, now), undefined);
});

test('secrets are taken out of any text, in every form', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 4, maxLength: 30 }), fc.string(), (secret, around) => {
      const secrets = new Secrets();
      secrets.add(secret);
      const text = `${around}${secret}${around}${encodeURIComponent(secret)}${Buffer.from(secret).toString('base64')}`;
      const shown = secrets.clean(text);
      if (/^[a-z0-9]+$/i.test(secret)) assert.ok(!shown.includes(secret));
      assert.ok(!/\p{Cc}/u.test(shown) && shown.length <= 401);
    }),
  );
});

test('any bytes are a document that was checked, or refused', () => {
  const json = fc.json({ depthSize: 'large' });
  const keys = ['schemaVersion', 'mediaType', 'config', 'layers', 'manifests', 'digest', 'size', 'platform'];
  const value = fc.oneof(
    fc.constantFrom<unknown>(2, DIGEST, 0, 'a/b', 'application/vnd.oci.image.manifest.v1+json', null, [], {}),
    fc.dictionary(fc.constantFrom(...keys), fc.constantFrom<unknown>(2, DIGEST, 0, -1, 1.5, 'a/b', null, [])),
  );
  const object = fc.dictionary(fc.constantFrom(...keys), value).map((each) => JSON.stringify(each));
  fc.assert(
    fc.property(fc.oneof(json, object, fc.string()), (text) => {
      const document = parseDocument(text, undefined);
      if (!document.ok) return assert.match(document.failure, /\S/);
      const all =
        document.value.kind === 'image'
          ? [document.value.config, ...document.value.layers]
          : document.value.manifests;
      for (const each of all) {
        assert.match(each.digest, /^sha256:[0-9a-f]{64}$/);
        assert.ok(Number.isSafeInteger(each.size) && each.size >= 0);
      }
    }),
    { numRuns: 2000 },
  );
});

test('depth is counted outside of strings', () => {
  assert.ok(isShallow(JSON.stringify({ a: '['.repeat(1000), b: ['\\"[['.repeat(100)] })));
  assert.ok(!isShallow('['.repeat(33)));
  assert.ok(isShallow(`"${'\\'.repeat(100)}`));
});
