import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiagnostic } from '../../base/index.ts';
import { MemoryFileSystem } from '../../host/testing.ts';
import { readPlist } from '../apple/plist.ts';
import { plistJson } from '../apple/plist-value.ts';
import {
  certificateOf,
  machOOf,
  signedDataOf,
  type WrittenBinary,
  type WrittenPlist,
  xmlPlistOf,
} from '../apple/testing.ts';
import { appDiagnostic } from '../fault.ts';
import { type WrittenEntry, zipOf } from '../testing.ts';
import { appReport } from './app-report.ts';
import { changeFindings, compareApps } from './changes.ts';
import type { AppReport } from './model.ts';
import { otaFindings, otaManifest } from './ota-manifest.ts';
import { reportPage } from './report-page.ts';
import { reportText } from './report-text.ts';

type Dict = Readonly<Record<string, WrittenPlist>>;

interface WrittenIpa {
  readonly info?: Dict;
  readonly binary?: WrittenBinary;
  readonly profile?: Dict | null;
  readonly privacy?: Dict | null;
  readonly entries?: readonly WrittenEntry[];
}

const APP = 'Payload/Shop.app';
const TEAM = 'TEAM123456';
const certificate = certificateOf('Apple Distribution: Tom');
const IDENTIFIER = { 'application-identifier': `${TEAM}.com.example.shop` };
const INFO: Dict = {
  CFBundleIdentifier: 'com.example.shop',
  CFBundleName: 'Shop',
  CFBundleShortVersionString: '1.2.3',
  CFBundleVersion: '7',
  CFBundleExecutable: 'Shop',
  MinimumOSVersion: '15.0',
  UIDeviceFamily: [1, 2],
  UILaunchScreen: {},
  CFBundleIcons: {
    CFBundlePrimaryIcon: { CFBundleIconName: 'AppIcon', CFBundleIconFiles: ['AppIcon60x60'] },
  },
};

function ipaOf({ info, binary, profile, privacy, entries = [] }: WrittenIpa): Buffer {
  const provision = {
    ...{ Name: 'Shop store', UUID: 'u', TeamName: 'Team', TeamIdentifier: [TEAM] },
    ExpirationDate: new Date('2030-01-01T00:00:00Z'),
    DeveloperCertificates: [certificate],
    Entitlements: IDENTIFIER,
    ...profile,
  };
  const all: WrittenEntry[] = [
    { name: `${APP}/Info.plist`, content: xmlPlistOf(without({ ...INFO, ...info })) },
    { name: `${APP}/Shop`, content: machOOf({ certificate, entitlements: IDENTIFIER, ...binary }) },
    ...entries,
  ];
  if (profile !== null)
    all.push({
      name: `${APP}/embedded.mobileprovision`,
      content: signedDataOf(xmlPlistOf(provision), [certificate]),
    });
  if (privacy !== null)
    all.push({
      name: `${APP}/PrivacyInfo.xcprivacy`,
      content: xmlPlistOf({ NSPrivacyTracking: false, ...privacy }),
    });
  return zipOf(all);
}

/** A text of nothing takes a key away. */
function without(dict: Dict): Dict {
  return Object.fromEntries(Object.entries(dict).filter(([, value]) => value !== ''));
}

async function report(bytes: Buffer): Promise<AppReport | string> {
  const fs = new MemoryFileSystem();
  fs.writeFile('/app.ipa', bytes);
  const world = { fs, nowMs: Date.parse('2026-01-01'), signal: new AbortController().signal };
  const done = await appReport(world, { path: '/app.ipa', name: 'app.ipa' });
  return done.ok ? done.value : renderDiagnostic(appDiagnostic(done.failure));
}

async function read(ipa: WrittenIpa): Promise<AppReport> {
  const done = await report(ipaOf(ipa));
  assert.ok(typeof done !== 'string', String(done));
  return done;
}

function finds(name: string, ipa: WrittenIpa, expected: readonly string[]): void {
  test(name, async () => {
    const { findings } = await read(ipa);
    assert.deepEqual(
      findings.map(({ severity, code, path, message }) =>
        `${severity} ${code} ${path?.replace(`app.ipa: ${APP}`, '')}: ${message}`.replace(
          /^(.*?) {2}/,
          '$1 ',
        ),
      ),
      expected,
    );
  });
}

const extension = (id: string, version: string): WrittenEntry[] => [
  {
    name: `${APP}/PlugIns/Share.appex/Info.plist`,
    content: xmlPlistOf({
      ...INFO,
      CFBundleIdentifier: id,
      CFBundleShortVersionString: version,
      CFBundleExecutable: 'Share',
    }),
  },
  { name: `${APP}/PlugIns/Share.appex/Share`, content: machOOf({ certificate, identifier: id }) },
];

finds('an app with nothing wrong', {}, []);
finds('an extension that goes with it', { entries: extension('com.example.shop.share', '1.2.3') }, []);
finds('an extension that does not', { entries: extension('com.other.share', '1.0') }, [
  'error app/nested-bundle /PlugIns/Share.appex/Info.plist: its identifier com.other.share does not begin with that of the app and a dot',
  'warning app/nested-bundle /PlugIns/Share.appex/Info.plist: its version 1.0 (7) is not that of the app, 1.2.3 (7)',
]);
finds('a profile that is over', { profile: { ExpirationDate: new Date('2025-06-01T00:00:00Z') } }, [
  'error app/profile-expired /embedded.mobileprovision: the profile Shop store expired on 2025-06-01; no device starts the app any more',
]);
finds('no profile', { profile: null }, [
  'warning app/no-profile : it has no embedded.mobileprovision: only what the store gives out is installed so',
]);
finds(
  'a profile for something else',
  {
    profile: {
      TeamIdentifier: ['OTHER'],
      DeveloperCertificates: [certificateOf('Somebody', '2025-01-01')],
      Entitlements: { 'application-identifier': `${TEAM}.com.example.other` },
    },
  },
  [
    `error app/profile-mismatch /Shop: it asks for application-identifier = "${TEAM}.com.example.shop", which the profile Shop store does not grant`,
    `error app/profile-mismatch /Shop: it is signed by the team ${TEAM}, and the profile is of OTHER`,
    'error app/profile-mismatch /Shop: the profile Shop store does not name the certificate that signed it',
    `error app/profile-mismatch /Shop: the profile Shop store is for ${TEAM}.com.example.other, and the bundle is com.example.shop`,
    'warning app/certificate-expired /embedded.mobileprovision: the certificate of CN=Somebody in the profile expired on 2025-01-01',
  ],
);
finds(
  'a development build',
  {
    binary: { entitlements: { ...IDENTIFIER, 'get-task-allow': true } },
    profile: { Entitlements: { ...IDENTIFIER, 'get-task-allow': true } },
  },
  ['warning app/debuggable /Shop: get-task-allow is true: it can be debugged, and the store refuses it'],
);
finds('no signature', { binary: { isSigned: false } }, [
  'error app/unsigned /Shop: the binary is not signed; no device runs it',
]);
finds('a signature of no key', { binary: { certificate: null } }, [
  'error app/unsigned /Shop: it is signed with no key (ad hoc), which no device takes',
]);
finds('a build for the simulator', { binary: { platform: 7, cpu: 0x01000007 } }, [
  'error app/simulator-code /Shop: it is built for ios-simulator, x86_64',
]);
finds('a binary that needs more than the bundle says', { binary: { minimumOs: 0x00100400 } }, [
  `error app/minimum-os /Shop: the binary needs iOS 16.4, and MinimumOSVersion of ${APP} is 15.0: it ends at start on what lies between`,
]);
finds(
  'bitcode, and the encryption of the store',
  { binary: { segments: ['__TEXT', '__LLVM'], isEncrypted: true } },
  [
    'warning app/bitcode /Shop: it holds bitcode, which the store refuses since Xcode 14',
    'note app/encrypted /Shop: it is encrypted, as the store gives it out: what is inside cannot be told',
  ],
);
finds(
  'keys that are missing',
  { info: { CFBundleVersion: '', MinimumOSVersion: '', CFBundleExecutable: 'Gone' } },
  [
    'error app/no-executable /Gone: the bundle names this binary, and it is not there or is no Mach-O',
    'error app/plist-key /Info.plist: it has no text for CFBundleVersion',
    'error app/plist-key /Info.plist: it has no text for MinimumOSVersion',
  ],
);
finds(
  'what the store wants, and what is a risk',
  {
    info: { CFBundleIcons: {}, UILaunchScreen: '', NSAppTransportSecurity: { NSAllowsArbitraryLoads: true } },
    privacy: null,
  },
  [
    'warning app/privacy-manifest : it has no PrivacyInfo.xcprivacy of its own',
    'warning app/cleartext-traffic /Info.plist: NSAllowsArbitraryLoads is true: HTTP is allowed to every place',
    'warning app/no-icon /Info.plist: it names no icon',
    'warning app/no-launch-screen /Info.plist: it names no launch screen',
  ],
);
finds(
  'a place without https',
  {
    info: {
      NSAppTransportSecurity: {
        NSExceptionDomains: { 'a.example': { NSExceptionAllowsInsecureHTTPLoads: true } },
      },
    },
  },
  ['warning app/cleartext-traffic /Info.plist: HTTP is allowed to a.example'],
);
const READS_TIMES: WrittenBinary = { symbols: ['_stat', '_OBJC_CLASS_$_NSUserDefaults'] };
const DECLARED: Dict = {
  NSPrivacyAccessedAPITypes: [
    {
      NSPrivacyAccessedAPIType: 'NSPrivacyAccessedAPICategoryUserDefaults',
      NSPrivacyAccessedAPITypeReasons: ['CA92.1'],
    },
    { NSPrivacyAccessedAPIType: 'NSPrivacyAccessedAPICategoryDiskSpace' },
  ],
  NSPrivacyTracking: true,
};
finds('APIs that want a reason, and a manifest that lacks some', { binary: READS_TIMES, privacy: DECLARED }, [
  'warning app/privacy-manifest /PrivacyInfo.xcprivacy: NSPrivacyTracking is true, and no domain is named',
  'warning app/privacy-manifest /PrivacyInfo.xcprivacy: it gives no reason for NSPrivacyAccessedAPICategoryDiskSpace',
  'warning app/undeclared-reason /Shop: it has the symbol _stat, and no privacy manifest gives a reason of NSPrivacyAccessedAPICategoryFileTimestamp',
]);
finds(
  'questions to people',
  {
    info: { NSCameraUsageDescription: ' ' },
    binary: { libraries: ['/System/Library/Frameworks/Contacts.framework/Contacts'] },
  },
  [
    'error app/usage-description /Info.plist: NSCameraUsageDescription says nothing; the app ends when it asks',
    'warning app/usage-description /Info.plist: a binary is linked with Contacts, and none of NSContactsUsageDescription is there; the app ends when it asks',
  ],
);

test('what is told of it, as text and as a page', async () => {
  const done = await read({ entries: extension('com.example.shop.share', '1.2.3') });
  const { app, ios, size } = done;
  assert.deepEqual(app, { id: 'com.example.shop', label: 'Shop', version: '1.2.3', build: '7' });
  assert.deepEqual(ios?.devices, ['iphone', 'ipad']);
  assert.deepEqual(ios?.entitlements, IDENTIFIER);
  assert.deepEqual(ios?.icons, ['AppIcon', 'AppIcon60x60']);
  assert.equal(ios?.profile?.kind, 'app-store');
  assert.deepEqual(
    size.parts.filter(({ files }) => files > 0).map(({ part, files }) => `${part} ${files}`),
    ['code 2', 'resources 1', 'other 3'],
  );
  const text = reportText(done);
  assert.match(text, /\nprofile {2}Shop store \(app-store\), until 2030-01-01\n/);
  assert.match(
    text,
    /ios, from 15\.0, SDK 17\.0; signed as com\.example\.shop by CN=Apple Distribution: Tom\n/,
  );
  assert.match(reportPage(done), /com\.example\.shop\.share/);
});

test('what is another since the last release', async () => {
  const before = await read({});
  const after = await read({
    info: { CFBundleVersion: '8', MinimumOSVersion: '16.0', NSCameraUsageDescription: 'To scan.' },
    entries: extension('com.example.shop.share', '1.2.3'),
  });
  const { facts, lists } = compareApps(before, after);
  assert.deepEqual(
    facts.map((each) => `${each.name}: ${each.before} -> ${each.after}`),
    ['build: 7 -> 8', 'minimum iOS: 15.0 -> 16.0'],
  );
  assert.deepEqual(
    lists.map(({ name, added }) => `${name}: ${added.join()}`),
    ['bundles: com.example.shop.share', 'asks people: NSCameraUsageDescription'],
  );
  assert.deepEqual(changeFindings(before, after), []);
  const codes = changeFindings(after, before).map(({ code, message }) => `${code} ${message}`);
  assert.match(
    codes.join(),
    /^app\/version-not-higher its version 1\.2\.3 \(7\) is not above the 1\.2\.3 \(8\)/,
  );
});

test('the manifest to install it from a page', async () => {
  const shop = await read({ info: { CFBundleName: 'Shop & <Co>' } });
  const manifest = readPlist(Buffer.from(otaManifest(shop, 'https://a.example/app.ipa?a=1&b=2')));
  assert.deepEqual(plistJson(manifest), {
    items: [
      {
        assets: [{ kind: 'software-package', url: 'https://a.example/app.ipa?a=1&b=2' }],
        metadata: {
          'bundle-identifier': 'com.example.shop',
          'bundle-version': '1.2.3',
          kind: 'software',
          title: 'Shop & <Co>',
        },
      },
    ],
  });
  const codes = async (ipa: WrittenIpa): Promise<string[]> =>
    otaFindings(await read(ipa)).map(({ code }) => code);
  assert.deepEqual(await codes({}), ['app/not-for-devices']);
  assert.deepEqual(await codes({ profile: null }), ['app/not-for-devices']);
  assert.deepEqual(await codes({ profile: { ProvisionedDevices: ['a'] } }), []);
});

const REFUSED: readonly (readonly [string, Buffer, RegExp])[] = [
  [
    'a plist that is none',
    ipaOf({ entries: [{ name: `${APP}/Frameworks/A.framework/Info.plist`, content: 'no' }] }),
    /^app\.ipa: Payload\/Shop\.app\/Frameworks\/A\.framework\/Info\.plist: error\[app\/damaged\] .*\n {2}help: /,
  ],
  [
    'a binary that was cut',
    ipaOf({ entries: [{ name: `${APP}/lib.dylib`, content: machOOf().subarray(0, 150) }] }),
    /^app\.ipa: Payload\/Shop\.app\/lib\.dylib: error\[app\/damaged\] .*it was cut\n {2}help: /,
  ],
  [
    'a name that leaves the folder',
    ipaOf({ entries: [{ name: `${APP}/../../../etc/passwd`, content: '' }] }),
    /^app\.ipa: error\[app\/bad-archive\] the name .* leads out of the folder/,
  ],
  [
    'a bomb',
    ipaOf({ entries: [{ name: `${APP}/a`, content: Buffer.alloc(1e6), sizeBytes: 1000 }] }),
    /^app\.ipa: error\[app\/bad-archive\] Payload\/Shop\.app\/a cannot be unpacked to the 1000 bytes/,
  ],
  [
    'two apps',
    ipaOf({ entries: [{ name: 'Payload/Other.app/Info.plist', content: xmlPlistOf({}) }] }),
    /^app\.ipa: error\[app\/no-app\] it holds 2 apps/,
  ],
  ['no list of what it is', zipOf([{ name: `${APP}/Shop`, content: 'x' }]), /the app has no Info\.plist/],
];
for (const [name, bytes, message] of REFUSED)
  test(`refused: ${name}`, async () => assert.match(String(await report(bytes)), message));
