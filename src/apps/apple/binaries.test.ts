import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readsOrRefuses } from '../archive/testing.ts';
import { readMachO } from './mach-o.ts';
import { readProfile, ungranted } from './profile.ts';
import { certificateOf, fatOf, machOOf, signedDataOf, xmlPlistOf } from './testing.ts';

const certificate = certificateOf('Apple Distribution: Tom');
const SIGNED = machOOf({
  libraries: ['/System/Library/Frameworks/UIKit.framework/UIKit'],
  symbols: ['_main', '_stat'],
  entitlements: { 'get-task-allow': true },
  certificate,
});

test('a signed binary', () => {
  const [slice] = readMachO(SIGNED);
  assert.ok(slice);
  const { signature, hasSymbol, ...facts } = slice;
  assert.deepEqual(facts, {
    architecture: 'arm64',
    platform: 'ios',
    minimumOs: '15.0',
    sdk: '17.0',
    isEncrypted: false,
    hasBitcode: false,
    textBytes: 4096,
    libraries: ['/System/Library/Frameworks/UIKit.framework/UIKit'],
  });
  assert.deepEqual([hasSymbol('_stat'), hasSymbol('_sta'), hasSymbol('stat')], [true, false, false]);
  assert.ok(signature);
  const { certificates, ...signed } = signature;
  assert.deepEqual(signed, {
    identifier: 'com.example.shop',
    team: 'TEAM123456',
    isAdHoc: false,
    isIntact: true,
    entitlements: new Map([['get-task-allow', true]]),
  });
  assert.deepEqual(
    certificates.map(({ subject, notAfter, key }) => [subject, notAfter, key]),
    [['CN=Apple Distribution: Tom', '2040-01-01T00:00:00.000Z', 'RSA 2048']],
  );
});

test('one byte that was changed after signing is seen, wherever it is in the code', () => {
  const end = SIGNED.indexOf(Buffer.from([0xfa, 0xde, 0x0c, 0xc0]));
  const text = SIGNED.indexOf('_stat');
  assert.ok(end > text);
  const changed = Buffer.from(SIGNED);
  changed[text + 1]! ^= 1;
  assert.equal(readMachO(changed)[0]?.signature?.isIntact, false);
});

test('architectures in one file, and what else a binary can be', () => {
  const old = machOOf({
    cpu: 0x01000007,
    platform: 7,
    minimumOs: 0x000e0102,
    isSigned: false,
    isEncrypted: true,
    segments: ['__TEXT', '__LLVM'],
  });
  const slices = readMachO(fatOf([SIGNED, old]));
  assert.deepEqual(
    slices.map(({ architecture, platform, minimumOs, isEncrypted, hasBitcode, signature }) =>
      [architecture, platform, minimumOs, isEncrypted, hasBitcode, signature !== undefined].join(' '),
    ),
    ['arm64 ios 15.0 false false true', 'x86_64 ios-simulator 14.1.2 true true false'],
  );
  assert.throws(() => readMachO(fatOf([SIGNED]).subarray(0, 900)), /it was cut/);
  assert.throws(() => readMachO(SIGNED.subarray(0, 200)), /it was cut/);
});

const profile = (
  more: Readonly<Record<string, string | boolean | readonly string[]>> = {},
  isOpen = false,
): Buffer =>
  signedDataOf(
    xmlPlistOf({
      Name: 'Shop',
      UUID: 'u',
      TeamName: 'Team',
      TeamIdentifier: ['TEAM123456'],
      ExpirationDate: new Date('2030-01-01T00:00:00Z'),
      DeveloperCertificates: [certificate],
      Entitlements: { 'application-identifier': 'TEAM123456.com.example.*' },
      ...more,
    }),
    [certificate],
    isOpen,
  );

test('profiles of each kind, in both encodings', () => {
  const kind = (bytes: Buffer): string => readProfile(bytes).kind;
  assert.equal(kind(profile()), 'app-store');
  assert.equal(kind(profile({ ProvisionedDevices: ['a', 'b'] }, true)), 'ad-hoc');
  assert.equal(kind(profile({ ProvisionsAllDevices: true })), 'enterprise');
  const { expires, certificates, applicationIdentifier } = readProfile(profile({}, true));
  assert.deepEqual(
    [expires, certificates.length, applicationIdentifier],
    ['2030-01-01T00:00:00.000Z', 1, 'TEAM123456.com.example.*'],
  );
  assert.throws(() => readProfile(signedDataOf(Buffer.from('no'), [])), /middle of an element/);
  assert.throws(() => readProfile(Buffer.from('<plist/>')), /.*/);
});

test('what a profile does not grant', () => {
  const granted = new Map<string, string | boolean | string[]>([
    ['application-identifier', 'T.com.example.*'],
    ['keychain-access-groups', ['T.*']],
    ['domains', '*'],
    ['push', 'production'],
  ]);
  const asked = new Map<string, string | boolean | string[]>([
    ['application-identifier', 'T.com.example.shop'],
    ['keychain-access-groups', ['T.a', 'U.b']],
    ['domains', ['applinks:a', 'applinks:b']],
    ['push', 'development'],
    ['health', true],
    ['get-task-allow', false],
  ]);
  assert.deepEqual(ungranted(asked, granted), ['keychain-access-groups', 'push', 'health']);
});

for (const [name, whole, read] of [
  ['a binary', SIGNED, readMachO],
  ['a fat binary', fatOf([SIGNED, SIGNED]), readMachO],
  ['a profile', profile(), readProfile],
  ['a profile with open values', profile({}, true), readProfile],
] as const)
  readsOrRefuses(name, whole, read);
