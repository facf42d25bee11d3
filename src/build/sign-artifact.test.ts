import assert from 'node:assert/strict';
import { test } from 'node:test';
import { treeFromFiles } from '../action/index.ts';
import { renderDiagnostic } from '../base/index.ts';
import { MemoryActionCache, MemoryCas } from '../cas/index.ts';
import { FakeClock, fakeEnv, MemoryFileSystem } from '../host/testing.ts';
import type { SigningRequest } from '../rules/index.ts';
import { type SignOptions, signArtifact } from './sign-artifact.ts';

const TEXT = 'spec:\n  android:\n    signing:\n      storeFile: key.p12\n';
const START = TEXT.indexOf('key.p12');
const REQUEST: SigningRequest = {
  kind: 'apk',
  span: { file: { path: 'mobile/a/build.yaml', text: TEXT }, start: START, end: START + 7 },
  storeFile: 'mobile/a/key.p12',
  keyAlias: 'upload',
  keyKind: 'release',
  minSdk: 24,
};

/** What is said before a tool is asked. */
async function refusal(variables: Record<string, string>, files: Record<string, string>): Promise<string> {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/ws/mobile/a');
  fs.makeDirectory('/out');
  for (const [path, text] of Object.entries(files)) fs.writeFile(path, text);
  const cas = new MemoryCas({ fs, root: '/store' });
  const env = fakeEnv({ variables: { MOBILEOPS_CACHE: '/cache', ...variables } });
  const missing = { version: '', mounts: [], path: [], env: {}, files: {} };
  const options = {
    host: { fs, env, clock: new FakeClock(), processes: { which: () => undefined } },
    cas,
    actions: new MemoryActionCache(),
    root: '/ws',
    signal: new AbortController().signal,
    toolchain: (name: string) => ({ name, ...missing }),
  } as unknown as SignOptions;
  const tree = treeFromFiles(new Map([['app.apk', { digest: cas.put('apk'), isExecutable: false }]]));
  const result = await signArtifact(options, REQUEST, { path: 'dist/mobile/a.apk', tree });
  assert.ok(!result.ok);
  assert.equal(result.failure.cause, result.failure.code === 'release/signer-failed' ? undefined : 'input');
  assert.deepEqual(fs.readDirectory('/cache/tmp'), [], 'nothing is left');
  return renderDiagnostic(result.failure);
}

test('what stands against signing is said where the key is named', async () => {
  assert.equal(
    await refusal({}, {}),
    `mobile/a/build.yaml:4:18: error[release/key-store-missing] dist/mobile/a.apk was not signed: the key store mobile/a/key.p12 is missing
  4 |       storeFile: key.p12
    |                  ^~~~~~~
  help: \`storeFile\` is relative to the folder of build.yaml; put the key there, or take \`signing\` out to build unsigned`,
  );
  const noPassword = await refusal({}, { '/ws/mobile/a/key.p12': 'key' });
  assert.match(noPassword, /:4:18: error\[release\/key-password-missing\] .*KEYSTORE_PASSWORD/);
  const noTool = await refusal({ KEYSTORE_PASSWORD: 'secret-word' }, { '/ws/mobile/a/key.p12': 'key' });
  assert.match(noTool, /:4:18: error\[release\/signer-failed\] .*the signing library is not in the store/);
  assert.doesNotMatch(noTool, /secret-word/);
});

test('what is wrong with a key is said once, of all that it signs', async () => {
  const { signingDiagnostic } = await import('../release/index.ts');
  const about = { subject: 'a.apk', others: ['a.aab', 'b.apk'], place: {} };
  const { message } = signingDiagnostic({ kind: 'wrong-key-password', keyAlias: 'upload' }, about);
  assert.equal(message, 'a.apk, a.aab and b.apk were not signed: the password does not open the key upload');
  const own = signingDiagnostic({ kind: 'not-signable', detail: 'it is empty' }, about);
  assert.match(own.message, /^a\.apk was not signed/);
});
