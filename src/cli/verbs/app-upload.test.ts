/**
 * Uploads of iOS apps. `fastlane` is a stand-in that this test writes: it records its arguments, its environment and the key's
 * file. Nothing is uploaded, and no Mac is needed: the host says that it is one.
 */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { sourceProgram } from '../../build/testing.ts';
import { realHost } from '../../host/index.ts';
import { runCli } from '../run-cli.ts';

const root = mkdtempSync(join(tmpdir(), 'mobileops-upload-'));
after(() => rmSync(root, { recursive: true, force: true }));

const LINE = 'MIGTAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBHkwdwIBAQQg';
const KEY = `-----BEGIN PRIVATE KEY-----\n${LINE}\n-----END PRIVATE KEY-----\n`;
const FASTLANE = `#!/bin/sh
{ for each in "$@"; do echo "[$each]"; done; env | sort; } > "${root}/record"
for each in "$@"; do case "$each" in api_key_path:*)
  file="\${each#api_key_path:}"; cp "$file" "${root}/key.json"; ls -l "$file" | cut -c1-10 > "${root}/mode"; cat "$file" ;;
esac; done
exit \${FASTLANE_EXIT:-0}
`;

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text, { mode: 0o755 });
};
write('bin/fastlane', FASTLANE);
write('failing/fastlane', FASTLANE.replace('FASTLANE_EXIT:-0', 'FASTLANE_EXIT:-1'));
write(
  'ws/build-config.yaml',
  'apiVersion: build.mobileops.io/v1\nkind: BuildConfiguration\nmetadata: {name: w}\nspec: {version: 1.0.0}\n',
);
write('ws/dist/mobile/ios/MobileOps.ipa', 'ipa');
write('ws/AuthKey.p8', KEY);
mkdirSync(join(root, 'tmp'));

const NAMES = { APP_STORE_CONNECT_KEY_ID: 'KEY1', APP_STORE_CONNECT_ISSUER_ID: 'issuer' };

async function run(
  words: string,
  {
    platform = 'darwin' as 'darwin' | 'linux',
    bin = 'bin',
    variables = NAMES as Record<string, string>,
  } = {},
) {
  rmSync(join(root, 'record'), { force: true });
  const host = realHost();
  const workingDirectory = join(root, 'ws');
  const own = { PATH: `${join(root, bin)}:/usr/bin:/bin`, KEYSTORE_PASSWORD: 'secret', ...variables };
  const env = {
    ...host.env,
    platform,
    workingDirectory,
    temporaryDirectory: join(root, 'tmp'),
    variables: own,
  };
  const texts: string[] = [];
  const sink = { isTerminal: false, columns: 80, rows: 24, write: (text: string) => void texts.push(text) };
  const code = await runCli({
    words: words.split(' '),
    loadHost: async () => ({ ...host, env }),
    variables: {},
    program: sourceProgram,
    stdout: sink as never,
    stderr: sink as never,
    signal: new AbortController().signal,
  });
  const output = texts.join('');
  const record = join(root, 'record');
  const recorded = existsSync(record) ? readFileSync(record, 'utf8').split('\n') : [];
  return { code, output, args: recorded.filter((line) => line.startsWith('[')), recorded };
}

test('TestFlight gets the IPA that was built, and fastlane the key by a file that is gone afterwards', async () => {
  const { code, output, args, recorded } = await run('app upload app:ios --to testflight --key AuthKey.p8');
  assert.equal(code, 0, output);
  assert.deepEqual(args.slice(0, 4), [
    '[run]',
    '[upload_to_testflight]',
    '[skip_waiting_for_build_processing:true]',
    `[ipa:${root}/ws/dist/mobile/ios/MobileOps.ipa]`,
  ]);
  assert.match(args[4]!, /^\[api_key_path:.*\/tmp\/mobileops-upload-.*\/key\.json\]$/);
  assert.deepEqual(JSON.parse(readFileSync(join(root, 'key.json'), 'utf8')), {
    ...{ key_id: 'KEY1', issuer_id: 'issuer', in_house: false },
    key: KEY,
  });
  assert.equal(readFileSync(join(root, 'mode'), 'utf8'), '-rw-------\n');
  assert.deepEqual(readdirSync(join(root, 'tmp')), []);
  assert.ok(!recorded.join('\n').includes(LINE) && !recorded.join('\n').includes('secret'));
  assert.ok(!output.includes(LINE), 'what fastlane printed of the key was passed on');
  assert.match(output, /uploaded .*MobileOps\.ipa to testflight/);
});

test('the App Store is not asked to review or release unless told', async () => {
  const plain = await run('app upload dist/mobile/ios/MobileOps.ipa --to app-store --key AuthKey.p8');
  assert.deepEqual(plain.args.slice(1, 4), [
    '[upload_to_app_store]',
    '[submit_for_review:false]',
    '[automatic_release:false]',
  ]);
  const told = await run('app upload app:ios --to app-store --submit --release --key AuthKey.p8');
  assert.deepEqual(told.args.slice(2, 4), ['[submit_for_review:true]', '[automatic_release:true]']);
});

test('an upload that failed is a failure, and leaves no key', async () => {
  const { code, output } = await run('app upload app:ios --to testflight --key AuthKey.p8', {
    bin: 'failing',
  });
  assert.equal(code, 1, output);
  assert.match(output, /release\/upload-failed/);
  assert.deepEqual(readdirSync(join(root, 'tmp')), []);
});

const REFUSED: readonly (readonly [
  words: string,
  code: number,
  output: RegExp,
  more?: Parameters<typeof run>[1],
])[] = [
  ['app upload absent.ipa', 3, /release\/needs-mac/, { platform: 'linux' }],
  ['app upload app:ios --to testflight --key AuthKey.p8', 3, /release\/no-fastlane/, { bin: 'none' }],
  ['app upload app:ios --to testflight', 2, /release\/connect-key\].*--key FILE/],
  ['app upload app:ios --to testflight --key AuthKey.p8', 2, /APP_STORE_CONNECT_KEY_ID/, { variables: {} }],
  ['app upload app:ios --to testflight --key build-config.yaml', 2, /is no App Store Connect key/],
  ['app upload app:other --to testflight --key AuthKey.p8', 2, /app\/not-built/],
  ['app upload app:ios --key AuthKey.p8', 2, /--to testflight or --to app-store/],
  [
    'app upload app:ios --to testflight --submit --key AuthKey.p8',
    2,
    /--submit has no meaning for testflight/,
  ],
];

for (const [words, code, output, more] of REFUSED) {
  test(`refused: ${words} ${JSON.stringify(more ?? {})}`, async () => {
    const ran = await run(words, more);
    assert.equal(ran.code, code, ran.output);
    assert.match(ran.output, output);
    assert.deepEqual(ran.recorded, []);
  });
}
