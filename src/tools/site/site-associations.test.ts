import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Associations, siteAssociations } from './site-associations.ts';
import { type Files, onSite, page } from './testing.ts';

/** SHA-256 of `cert`. */
const OF_CERT =
  '06:29:84:32:E8:06:6B:29:E2:22:3B:CC:23:AA:95:04:B5:6A:E5:08:FA:BF:34:35:50:88:69:B9:C3:19:0E:22';

async function associated(
  apps: Associations,
  read: string[],
  files: Files = {},
): Promise<string | unknown[]> {
  const all = {
    'site/index.html': page,
    'apps.json': JSON.stringify(apps),
    'c/0/certificate.der': 'cert',
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
    certificates: ['ff:00', OF_CERT.toLowerCase()],
    files: ['c/0/certificate.der'],
  };
  assert.deepEqual(await associated({ android: [app], ios: [] }, ['site/.well-known/assetlinks.json']), [
    [
      {
        relation: ['delegate_permission/common.handle_all_urls'],
        target: {
          namespace: 'android_app',
          package_name: 'com.example',
          sha256_cert_fingerprints: [OF_CERT, 'FF:00'],
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
