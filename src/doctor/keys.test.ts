import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AndroidSigning } from '../config/index.ts';
import type { Target } from '../graph/index.ts';
import { realHost } from '../host/index.ts';
import { FakeClock } from '../host/testing.ts';
import { checkAppKeys } from './checks/app-keys.ts';
import { endOfListing, gpgKeyEnd } from './checks/gpg-key-end.ts';
import { checkSigningKey } from './checks/signing-key.ts';
import type { DoctorReport } from './model.ts';
import { diskWith, examinedOf } from './testing.ts';

/** Its certificate ends on 2051-05-19. */
const STORE = readFileSync(
  join(import.meta.dirname, '../../examples/platform/mobile/hybrid/keystore/debug.p12'),
);
const KEY = '/work/mobile/a/keystore/key.p12';

function said({ findings, notChecked }: DoctorReport): readonly string[] {
  const shown = findings.map(
    ({ severity, seen, remedy }) => `${severity}: ${seen}${remedy ? ` -> ${remedy}` : ''}`,
  );
  return [...shown, ...notChecked.map(({ why }) => `not checked: ${why}`)];
}

interface KeyCase {
  readonly kind?: AndroidSigning['kind'];
  readonly alias?: string;
  readonly day?: string;
  readonly password?: string;
  /** Of the file; 0: it is not there. */
  readonly mode?: number;
}

function appKeyCase(title: string, given: KeyCase, expected: readonly string[]): void {
  test(`key of an app: ${title}`, () => {
    const { kind = 'debug', alias = 'androiddebugkey', day = '2026-11-27', password, mode = 0o600 } = given;
    const clock = new FakeClock(Date.parse(day));
    const fs = diskWith({}, clock);
    fs.makeDirectory('/work/mobile/a/keystore');
    if (mode !== 0) fs.writeFile(KEY, STORE, mode);
    const signing = { storeFile: { value: 'keystore/key.p12' }, keyAlias: alias, kind };
    const spec = { rule: 'android', android: { signing } };
    const target = { label: { kind: 'app', name: 'a' }, directory: 'mobile/a', spec, needs: [] };
    const variables = {
      PATH: '/usr/bin',
      ...(password === undefined ? {} : { KEYSTORE_PASSWORD: password }),
    };
    const declared = { targets: [target as unknown as Target] };
    const report = checkAppKeys(examinedOf({ fs, env: { variables }, declared }, clock));
    assert.deepEqual(said(report), expected);
    assert.ok(!JSON.stringify(report).includes('secret-word'));
  });
}

const renewed = `keytool -genkeypair -keystore ${KEY} -alias androiddebugkey-2 -keyalg RSA -keysize 4096 -validity 10000`;
const name = 'mobile/a/keystore/key.p12';
const until = `app:a: the key androiddebugkey of ${name} holds until 2051-05-19`;
appKeyCase('for debugging', {}, [`fine: ${until}`]);
appKeyCase('for debugging, readable by all, as it is in every repository', { mode: 0o644 }, [
  `fine: ${until}`,
]);
appKeyCase('that ends soon', { day: '2051-04-01' }, [`warning: ${until} -> ${renewed}`]);
appKeyCase('for debugging that ended', { day: '2052-01-01' }, [
  `warning: app:a: the key androiddebugkey of ${name} ended on 2051-05-19 -> ${renewed}`,
]);
appKeyCase('for releases that ended', { day: '2052-01-01', kind: 'release', password: 'android' }, [
  `broken: app:a: the key androiddebugkey of ${name} ended on 2051-05-19 -> ${renewed}`,
]);
appKeyCase('for releases that others may read', { kind: 'release', password: 'android', mode: 0o640 }, [
  `warning: ${KEY} has the mode 0640: others on this machine may read it -> chmod 600 ${KEY}`,
  `fine: ${until}`,
]);
appKeyCase('without its password', { kind: 'release' }, [
  `not checked: app:a: KEYSTORE_PASSWORD is not set, so ${name} was not opened`,
]);
appKeyCase('with a wrong password', { kind: 'release', password: 'secret-word' }, [
  `broken: app:a: ${name}: the password does not open the key store -> set KEYSTORE_PASSWORD to the password of the key store`,
]);
appKeyCase('with an alias that it does not have', { alias: 'other' }, [
  `broken: app:a: ${name}: the key store has no key other -> it has: androiddebugkey`,
]);
appKeyCase('that is not there', { mode: 0 }, [
  `broken: app:a: there is no key store keystore/key.p12 -> put it to ${KEY}, or take \`signing\` out of build.yaml: the app then stays unsigned`,
]);

const PEM = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';
const PGP = '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----\n';

interface SigningCase {
  readonly variable?: string;
  readonly file?: readonly [content: string, mode: number];
  /** What this user is refused. */
  readonly refused?: 'realPath' | 'readFile';
  /** What gpg lists; absent: there is no gpg. */
  readonly listing?: string;
}

function signingCase(
  title: string,
  { variable, file, refused, listing }: SigningCase,
  expected: readonly string[],
): void {
  test(`key of releases: ${title}`, async () => {
    const clock = new FakeClock(Date.parse('2026-11-27'));
    const fs = diskWith(file ? { '/keys/release.key': file } : {}, clock);
    if (refused) fs.addFault({ operation: refused, path: /\.key$/, code: 'EACCES' });
    const variables = { PATH: '/usr/bin', ...(variable === undefined ? {} : { SIGNING_KEY: variable }) };
    const run = () => ({ stdout: listing ?? '', code: 0 });
    const programs = { gpg: listing === undefined ? undefined : '/usr/bin/gpg' } as Record<string, string>;
    const report = await checkSigningKey(
      examinedOf({ fs, env: { variables }, processes: { run, programs } }, clock),
    );
    assert.deepEqual(said(report), expected);
    assert.deepEqual(fs.lstat('/tmp') ? fs.readDirectory('/tmp') : [], [], 'nothing of the key stays');
  });
}

const AT = '/keys/release.key';
const noGpg = 'gpg was not found -> apt-get install gnupg';
const hasGpg = 'fine: gpg is /usr/bin/gpg';
const sec = (end: string, capabilities = 'scSC') =>
  `sec:-:255:22:0123456789ABCDEF:1700000000:${end}::-:::${capabilities}:::+::ed25519:::0:\nfpr:::::::::${'AB'.repeat(20)}:\n`;

signingCase('none', {}, [
  `warning: ${noGpg}`,
  'not checked: SIGNING_KEY is not set and no key can be seen at /etc/ssl/private/mobileops-signing.key: releases are not signed',
]);
signingCase('named and not there', { variable: AT, listing: '' }, [
  `broken: SIGNING_KEY names ${AT}, which is not there -> unset SIGNING_KEY`,
  hasGpg,
]);
signingCase('none that this user may see', { refused: 'realPath' }, [
  `warning: ${noGpg}`,
  'not checked: SIGNING_KEY is not set and no key can be seen at /etc/ssl/private/mobileops-signing.key: releases are not signed',
]);
signingCase(
  'in a folder that is closed to this user',
  { variable: AT, file: [PEM, 0o600], refused: 'realPath', listing: '' },
  [
    `broken: ${AT}: this user may not look into the folder of the key, which SIGNING_KEY asks for -> run as a user who may read it, or name another one by --key FILE`,
    hasGpg,
  ],
);
signingCase('of another user', { variable: AT, file: [PEM, 0o600], refused: 'readFile', listing: '' }, [
  `broken: ${AT}: this user may not read the key -> run as a user who may read it, or name another one by --key FILE`,
  hasGpg,
]);
signingCase(
  'the public half',
  { variable: AT, file: ['-----BEGIN PUBLIC KEY-----\nAAAA\n', 0o644], listing: '' },
  [`broken: ${AT} is a public key, which cannot sign -> name the file with the private key`, hasGpg],
);
signingCase('PEM', { variable: AT, file: [PEM, 0o600], listing: '' }, [
  `fine: ${AT} is a key in PEM, which has no end of its own`,
  hasGpg,
]);
signingCase('PEM that others may read', { variable: AT, file: [PEM, 0o644], listing: '' }, [
  `fine: ${AT} is a key in PEM, which has no end of its own`,
  `warning: ${AT} has the mode 0644: others on this machine may read it -> chmod 600 ${AT}`,
  hasGpg,
]);
signingCase('OpenPGP without gpg', { variable: AT, file: [PGP, 0o600] }, [
  'broken: the signing key is one of OpenPGP, and gpg was not found -> apt-get install gnupg',
  'not checked: gpg is missing, so the end of the key is not known',
]);
signingCase('OpenPGP without an end', { variable: AT, file: [PGP, 0o600], listing: sec('') }, [
  `fine: ${AT} is a key of OpenPGP without an end`,
  hasGpg,
]);
signingCase('OpenPGP that ended', { variable: AT, file: [PGP, 0o600], listing: sec('1750000000') }, [
  `broken: ${AT} ended on 2025-06-15 -> gpg --quick-set-expire ${'AB'.repeat(20)} 1y`,
  hasGpg,
]);
signingCase('OpenPGP that ends soon', { variable: AT, file: [PGP, 0o600], listing: sec('1797000000') }, [
  `warning: ${AT} holds until 2026-12-11 -> gpg --quick-set-expire ${'AB'.repeat(20)} 1y`,
  hasGpg,
]);

test('the end of a key is that of its last part that signs, and no later than the primary one', () => {
  const sub = (end: string) => `ssb:-:255:22:FEDCBA9876543210:1700000000:${end}:::::s::::::23:\n`;
  assert.deepEqual(endOfListing(`${sec('', 'cSC')}${sub('1750000000')}`), {
    ...{ kind: 'at', timeMs: 1_750_000_000_000, fingerprint: 'AB'.repeat(20) },
  });
  assert.deepEqual(endOfListing(`${sec('1740000000', 'cSC')}${sub('1750000000')}`), {
    ...{ kind: 'at', timeMs: 1_740_000_000_000, fingerprint: 'AB'.repeat(20) },
  });
  assert.equal(endOfListing(sec('', 'cC')).kind, 'unknown');
  assert.equal(endOfListing('gpg: nothing\n').kind, 'unknown');
});

test('gpg itself tells the end of a key that it made, and learns of none', async (t) => {
  const host = realHost();
  const program = host.processes.which('gpg', host.env.variables.PATH ?? '');
  if (program === undefined) return t.skip('gpg');
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-doctor-gpg-'));
  const { signal } = new AbortController();
  const gpg = (...words: readonly string[]) =>
    host.processes.run(
      [program, '--homedir', folder, '--batch', '--pinentry-mode', 'loopback', '--passphrase', '', ...words],
      {
        env: { PATH: host.env.variables.PATH ?? '' },
      },
    );
  try {
    assert.equal((await gpg('--quick-gen-key', 'doctor@example.org', 'ed25519', 'sign', '20d')).code, 0);
    const path = join(folder, 'secret.asc');
    writeFileSync(path, (await gpg('--armor', '--export-secret-keys')).stdout);
    const end = await gpgKeyEnd({ host, signal, program, path });
    assert.equal(end.kind, 'at');
    const days = (end.kind === 'at' ? end.timeMs - host.clock.now() : 0) / 86_400_000;
    assert.ok(days > 19 && days < 21, String(days));
    writeFileSync(path, 'no key');
    assert.equal((await gpgKeyEnd({ host, signal, program, path })).kind, 'unknown');
  } finally {
    await host.processes.run(['gpgconf', '--homedir', folder, '--kill', 'all'], {
      env: { PATH: host.env.variables.PATH ?? '' },
    });
    rmSync(folder, { recursive: true, force: true });
  }
});
