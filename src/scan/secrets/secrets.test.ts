/** Secrets are made while the test runs: none that looks like a real one is in this repository. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { base62, entropy } from './checks.ts';
import { secretFindings } from './secret-findings.ts';

/** As random as a token is, and the same in each run. */
function letters(
  count: number,
  alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
): string {
  let state = 7;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return alphabet[Math.floor((state / 2 ** 31) * alphabet.length)];
  }).join('');
}

const join = (...parts: readonly string[]): string => parts.join('');
const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const body = letters(30);
const github = join('gh', 'p_', body, base62(crc32(body)));
const jwt = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ sub: '1234567890', name: 'x' })}.${letters(43)}`;
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
const locked = key
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
  .toString();
const pair = Buffer.from('builder:s3cr3t!').toString('base64');

type Case = readonly [path: string, text: string, id: string];

const FOUND: Readonly<Record<string, Case>> = {
  'AWS: identifier': [
    'a.env',
    join('AK', 'IA', letters(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')),
    'aws-access-key',
  ],
  'AWS: key': ['a.env', join('aws_secret_access_key = ', letters(40)), 'aws-secret-key'],
  GitHub: ['a.sh', `curl -H "Authorization: token ${github}"`, 'github-token'],
  'GitHub: fine-grained': [
    'a',
    join('github', '_pat_', letters(22), '_', letters(59)),
    'github-fine-grained-token',
  ],
  GitLab: ['a', join('glp', 'at-', letters(20)), 'gitlab-token'],
  Slack: ['a', join('xox', 'b-', '482913570264-', '918273645019-', letters(24)), 'slack-token'],
  'Slack: webhook': [
    'a',
    join('https://hooks.', 'slack.com/services/T', 'A1B2C3D4E', '/B', 'Z9Y8X7W6V', '/', letters(24)),
    'slack-webhook',
  ],
  Google: ['a.xml', `<string>${join('AI', 'za', letters(35))}</string>`, 'google-api-key'],
  Stripe: ['a.ts', join('sk_', 'live_', letters(24)), 'stripe-key'],
  npm: ['a', join('np', 'm_', letters(36)), 'npm-token'],
  '.npmrc': ['web/.npmrc', join('//host/:_auth', 'Token=', letters(20)), 'npmrc-token'],
  Python: ['.pypirc', join('py', 'pi-AgEIcHlwaS5vcmc', letters(60)), 'pypi-token'],
  Docker: ['.docker/config.json', `{"auths":{"host":{"auth":"${pair}"}}}`, 'docker-credentials'],
  'private key': ['a.pem', pem, 'private-key'],
  'private key in JSON': ['a.json', JSON.stringify({ private_key: pem }), 'private-key'],
  'private key with a passphrase': ['a.pem', locked, 'encrypted-private-key'],
  JWT: ['a.txt', `Bearer ${jwt}`, 'jwt'],
  'keystore in Gradle': ['app/build.gradle', `    storePassword "q7w8"`, 'keystore-password'],
  'keystore in Kotlin': ['app/build.gradle.kts', `keyPassword = "q7w8e9"`, 'keystore-password'],
  'keystore in properties': ['keystore.properties', 'storePassword=q7w8', 'keystore-password'],
  'address with a password': [
    'a.yml',
    join('postgres://app:', 'v3ry-l0ng', '@db:5432/x'),
    'password-in-address',
  ],
};

for (const [name, [path, text, id]] of Object.entries(FOUND)) {
  test(`found: ${name}`, () => {
    const findings = secretFindings(path, `first\n${text}\nlast`);
    assert.deepEqual(
      findings.map((each) => each.id),
      [`secret/${id}`],
    );
    assert.equal(findings[0]?.place?.line, 2);
    const secret = /[A-Za-z0-9+/_-]{12,}/.exec(text)?.[0] ?? text;
    assert.ok(!JSON.stringify(findings).includes(secret));
  });
}

const NOT_FOUND: Readonly<Record<string, readonly [path: string, text: string]>> = {
  'a GitHub token with a wrong checksum': ['a', `${github.slice(0, -1)}${github.endsWith('0') ? '1' : '0'}`],
  "AWS's example": ['a', join('AKIA', 'IOSFODNN7', 'EXAMPLE')],
  'a token of repetitions': ['a', join('glp', 'at-', 'aaaaaaaaaaaaaaaaaaaa')],
  'a key that is three dots': ['a.md', '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----'],
  'a public key': [
    'a.pem',
    '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----',
  ],
  'an unsigned token': [
    'a',
    `${base64url({ alg: 'none' })}.${base64url({ sub: '1234567890' })}.${letters(43)}`,
  ],
  'a password from outside': ['app/build.gradle', 'storePassword System.getenv("STORE_PASSWORD")'],
  'a password of a variable': ['app/build.gradle', 'storePassword "$' + '{storePassword}"'],
  'the password of the debug key': ['app/build.gradle', 'storePassword "android"'],
  'a password in another file': ['README.md', 'storePassword "q7w8"'],
  'an address of an example': ['a', 'https://user:password@host/'],
  'an address with a variable': ['a', 'https://user:$' + '{TOKEN}@host/'],
  'a version in an address': ['a', 'https://host/a@1.2.3'],
  'an empty text': ['a', ''],
};

for (const [name, [path, text]] of Object.entries(NOT_FOUND)) {
  test(`not found: ${name}`, () => assert.deepEqual(secretFindings(path, text), []));
}

test('a secret is told once in a file, by its first place', () => {
  const findings = secretFindings('a', `x ${github}\n${github}`);
  assert.deepEqual(
    findings.map(({ place }) => place),
    [{ path: 'a', line: 1, column: 3 }],
  );
});

test('any text gives an answer, soon', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 2000 }),
      fc.constantFrom('a.gradle', '.npmrc', 'a.properties'),
      (text, path) => {
        secretFindings(path, text);
        secretFindings(path, `aws key private key encrypted eyJ ${text}`);
      },
    ),
  );
  const long = `${'-----BEGIN PRIVATE KEY-----'.repeat(2000)}${'aws key '.repeat(20_000)}${'a://b:'.repeat(20_000)}`;
  const started = performance.now();
  secretFindings('a', long);
  assert.ok(performance.now() - started < 5000);
});

test('entropy is that of Shannon', () => {
  assert.deepEqual([entropy(''), entropy('aaaa'), entropy('abcd')], [0, 0, 2]);
});
