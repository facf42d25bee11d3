import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeProcesses, fakeEnv, MemoryFileSystem } from '../../host/testing.ts';
import { type Credential, findCredential } from './credentials.ts';

const AUTH = Buffer.from('me:pass:word').toString('base64');
const ME: Credential = { kind: 'password', username: 'me', password: 'pass:word' };
const HUB = 'https://index.docker.io/v1/';

interface Case {
  readonly configuration: object;
  readonly host?: string;
  /** What helpers know, by program and what they are asked. */
  readonly helpers?: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

function check(
  what: string,
  expected: Credential | undefined,
  { configuration, host = 'r.example:5000', helpers = {} }: Case,
): void {
  test(`credentials: ${what}`, async () => {
    const fs = new MemoryFileSystem();
    fs.makeDirectory('/home/tester/.docker');
    fs.writeFile('/home/tester/.docker/config.json', JSON.stringify(configuration));
    const processes = new FakeProcesses({
      programs: Object.fromEntries(Object.keys(helpers).map((each) => [each, `/bin/${each}`])),
      run: ({ argv, options }) => {
        assert.equal(argv[1], 'get');
        const answer = helpers[argv[0]!.replace('/bin/', '')]?.[String(options.stdin)];
        return answer
          ? { stdout: JSON.stringify(answer) }
          : { code: 1, stdout: 'credentials not found in native keychain\n' };
      },
    });
    const { credential } = await findCredential({ fs, processes, env: fakeEnv() }, host);
    assert.deepEqual(credential, expected);
  });
}

check('none', undefined, { configuration: {} });
check('in the file', ME, { configuration: { auths: { 'r.example:5000': { auth: AUTH } } } });
check('of another port', undefined, { configuration: { auths: { 'r.example': { auth: AUTH } } } });
check('of another host that ends alike', undefined, {
  configuration: { auths: { 'evil-r.example:5000': { auth: AUTH }, 'r.example:5000.evil': { auth: AUTH } } },
});
check('under an old address', ME, {
  configuration: { auths: { 'https://r.example:5000/v2/': { auth: AUTH } } },
});
check("Docker Hub's, under its own key", ME, {
  configuration: { auths: { [HUB]: { auth: AUTH } } },
  host: 'docker.io',
});
check('padded with zeros, as old clients wrote them', ME, {
  configuration: {
    auths: { 'r.example:5000': { auth: Buffer.from('me:pass:word\0\0').toString('base64') } },
  },
});
check('an empty entry, as a store leaves it', undefined, {
  configuration: { auths: { 'r.example:5000': {} } },
});
check(
  'a refresh token before a password',
  { kind: 'identity', token: 'refresh' },
  {
    configuration: { auths: { 'r.example:5000': { auth: AUTH, identitytoken: 'refresh' } } },
  },
);
check('what is no text', undefined, {
  configuration: { auths: { 'r.example:5000': { auth: 7, identitytoken: [] } } },
});
check('auths that are no object', undefined, { configuration: { auths: 'no', credHelpers: 3 } });
check('of the helper of the host before the store', ME, {
  configuration: { credHelpers: { 'r.example:5000': 'one' }, credsStore: 'two' },
  helpers: {
    'docker-credential-one': { 'r.example:5000': { Username: 'me', Secret: 'pass:word' } },
    'docker-credential-two': { 'r.example:5000': { Username: 'not', Secret: 'me' } },
  },
});
check('of the store', ME, {
  configuration: { credsStore: 'two' },
  host: 'docker.io',
  helpers: { 'docker-credential-two': { [HUB]: { Username: 'me', Secret: 'pass:word' } } },
});
check(
  'a token of a helper',
  { kind: 'identity', token: 'refresh' },
  {
    configuration: { credsStore: 'two' },
    helpers: { 'docker-credential-two': { 'r.example:5000': { Username: '<token>', Secret: 'refresh' } } },
  },
);
check('of the file where the store has none', ME, {
  configuration: { credsStore: 'two', auths: { 'r.example:5000': { auth: AUTH } } },
  helpers: { 'docker-credential-two': {} },
});
check('of the store before the file', ME, {
  configuration: {
    credsStore: 'two',
    auths: { 'r.example:5000': { username: 'old', password: 'old' } },
  },
  helpers: { 'docker-credential-two': { 'r.example:5000': { Username: 'me', Secret: 'pass:word' } } },
});
