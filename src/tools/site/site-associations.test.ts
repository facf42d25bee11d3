import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Associations, siteAssociations } from './site-associations.ts';
import { type Files, onSite, page } from './testing.ts';

const KEYSTORE = join(import.meta.dirname, '../../../examples/platform/mobile/hybrid/keystore/debug.p12');
/** As `keytool -list -v` shows it. */
const OF_KEY =
  '09:CA:2D:9A:55:F1:B0:55:E3:14:E1:A8:B9:99:F5:B7:1F:F4:3B:55:C6:D0:DB:51:C6:D6:5B:26:6C:D1:F9:65';
const KEY = { storeFile: 'keys/0/debug.p12', keyAlias: 'androiddebugkey', shownAs: 'mobile/app/debug.p12' };

async function associated(
  apps: Associations,
  read: string[],
  files: Files = {},
): Promise<string | unknown[]> {
  const all = {
    'site/index.html': page,
    'apps.json': JSON.stringify(apps),
    'keys/0/debug.p12': readFileSync(KEYSTORE),
    ...files,
  };
  const made = await onSite(siteAssociations, all, { args: ['--apps', 'apps.json'], read });
  return typeof made === 'string'
    ? made
    : made.map((text) => (text.startsWith('#') ? text : JSON.parse(text)));
}

test('Android is told each app with its fingerprints, once and in order', async () => {
  const app = {
    applicationId: 'com.example',
    certificates: ['ff:00', OF_KEY.toLowerCase()],
    keys: [KEY],
  };
  assert.deepEqual(await associated({ android: [app], ios: [] }, ['site/.well-known/assetlinks.json']), [
    [
      {
        relation: ['delegate_permission/common.handle_all_urls'],
        target: {
          namespace: 'android_app',
          package_name: 'com.example',
          sha256_cert_fingerprints: [OF_KEY, 'FF:00'],
        },
      },
    ],
  ]);
});

test('iOS is told the apps, and the server the type of the file', async () => {
  const appIDs = ['ABCDE12345.com.example'];
  const read = ['site/.well-known/apple-app-site-association', 'site/_headers'];
  assert.deepEqual(await associated({ android: [], ios: appIDs }, read), [
    { applinks: { details: [{ appIDs, components: [{ '/': '*' }] }] }, webcredentials: { apps: appIDs } },
    '# Made by mobileops.\n/.well-known/apple-app-site-association\n  Content-Type: application/json\n',
  ]);
});

test('what nobody would find, or would come twice, is refused', async () => {
  const apps = { android: [], ios: ['ABCDE12345.com.example'] };
  assert.equal(
    await associated(apps, [], { 'site/.well-known/apple-app-site-association': '' }),
    'the site has a .well-known/apple-app-site-association of its own; take it out, or leave `web.apps` out',
  );
  assert.match(
    String(await associated(apps, [], { 'site/index.html': '<script src="/app/a.js">', 'site/a.js': '' })),
    /^the site is built for \/app\/, but Android and iOS look for \.well-known at the top of its host/,
  );
});

test('a key that is not there is told as signing tells it', async () => {
  const keys = [{ ...KEY, keyAlias: 'other' }];
  const told = await associated({ android: [{ applicationId: 'a.b', certificates: [], keys }], ios: [] }, []);
  assert.equal(
    told,
    'mobile/app/debug.p12: error[release/key-alias-missing] the key store has no key other\n  help: it has: androiddebugkey',
  );
});
