import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  constantTimeEqual,
  redactSecrets,
  resolveInside,
  signToken,
  verifyToken,
} from '../../dist/security/index.js';

const key = new Uint8Array(32).fill(7);
const claims = { subject: 'probe', scopes: ['telemetry:write'], expiresAt: 2000 };
const wanted = { now: 1000, scope: 'telemetry:write' };

describe('tokens', () => {
  const token = signToken(claims, key);
  const [, body = '', mac = ''] = token.split('.');

  test('what was signed is verified', () => {
    assert.deepEqual(verifyToken(token, key, wanted), { ok: true, claims });
  });

  const refused: [string, string, string, typeof wanted, Uint8Array?][] = [
    ['empty', '', 'malformed', wanted],
    ['too many parts', `${token}.x`, 'malformed', wanted],
    ['another version', token.replace('v1', 'v2'), 'malformed', wanted],
    ['changed claims', `v1.${Buffer.from('{}').toString('base64url')}.${mac}`, 'forged', wanted],
    ['changed signature', `v1.${body}.${mac.slice(1)}A`, 'forged', wanted],
    ['another key', token, 'forged', wanted, new Uint8Array(32).fill(8)],
    ['too late', token, 'expired', { ...wanted, now: 2000 }],
    ['for something else', token, 'scope', { ...wanted, scope: 'plugins:load' }],
  ];
  for (const [title, text, reason, when, other] of refused)
    test(`refused: ${title}`, () =>
      assert.deepEqual(verifyToken(text, other ?? key, when), { ok: false, reason }));

  test('a signature over nonsense is still nonsense', () => {
    const nonsense = signToken({ subject: 1 } as never, key);
    assert.deepEqual(verifyToken(nonsense, key, wanted), { ok: false, reason: 'malformed' });
  });

  test('a short key is refused', () => {
    assert.throws(() => signToken(claims, new Uint8Array(16)), RangeError);
  });
});

test('comparison', () => {
  assert.equal(constantTimeEqual('abc', 'abc'), true);
  assert.equal(constantTimeEqual('abc', 'abd'), false);
  assert.equal(constantTimeEqual('abc', 'ab'), false);
});

describe('redaction', () => {
  const cases: [string, string][] = [
    ['password=hunter2 user=ann', 'password=[redacted] user=ann'],
    ['{"apiKey": "a b c", "port": 1}', '{"apiKey": [redacted], "port": 1}'],
    ['KEYSTORE_PASSWORD: x', 'KEYSTORE_PASSWORD: [redacted]'],
    ['Authorization: Bearer abcdefghij', 'Authorization: Bearer [redacted]'],
    ['https://ann:pw@host/x', 'https://ann:[redacted]@host/x'],
    [`got ${signToken(claims, key)}!`, 'got [redacted]!'],
    ['a -----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- b', 'a [redacted] b'],
    ['cut off: -----BEGIN PRIVATE KEY-----\nMII', 'cut off: [redacted]'],
    ['nothing to hide: 200 OK', 'nothing to hide: 200 OK'],
  ];
  for (const [text, shown] of cases) test(shown, () => assert.equal(redactSecrets(text), shown));
});

describe('paths', () => {
  const cases: [string, string | undefined][] = [
    ['a/b.txt', '/srv/a/b.txt'],
    ['a/../b', '/srv/b'],
    ['', '/srv'],
    ['..', undefined],
    ['../x', undefined],
    ['a/../../x', undefined],
    ['/etc/passwd', undefined],
    ['a\\..\\b', undefined],
    ['a\0b', undefined],
    ['..hidden', '/srv/..hidden'],
  ];
  for (const [path, expected] of cases)
    test(JSON.stringify(path), () => assert.equal(resolveInside('/srv', path), expected));
});
