import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { apkOf, machOOf, zipOf } from '../../apps/testing.ts';
import { renderDiagnostic } from '../../base/index.ts';
import { MemoryFileSystem } from '../../host/testing.ts';
import { layoutOf, tarOf, type WrittenImage } from '../../inspection/testing.ts';
import { parseSemanticVersion } from '../semantic-version.ts';
import { namesOf } from '../version-names.ts';
import { builtPlaces } from './built-files.ts';
import { mismatches } from './compare-built.ts';
import { readBuilt } from './read-built.ts';

const NAMES = namesOf({ version: parseSemanticVersion('1.2.3-beta.1')!, number: 7 });

type Files = Readonly<Record<string, string | Buffer>>;

/** Lines of what was read, and of what is wrong with it. */
async function seen(files: Files, ...paths: string[]): Promise<readonly string[]> {
  const fs = new MemoryFileSystem();
  for (const [path, content] of Object.entries(files)) {
    fs.makeDirectory(`/w/${path.slice(0, Math.max(0, path.lastIndexOf('/')))}`);
    fs.writeFile(`/w/${path}`, content);
  }
  const read = await readBuilt(fs, '/w', builtPlaces(fs, '/w', paths));
  return [
    ...read.versions.map(({ path, field, found }) => `${path}: ${field} ${found}`),
    ...mismatches(read, NAMES).map((each) => renderDiagnostic(each).split('\n')[0]!),
  ];
}

function check(name: string, files: Files, expected: readonly string[]): void {
  test(name, async () => {
    const tops = new Set(Object.keys(files).map((path) => path.split('/').slice(0, 2).join('/')));
    assert.deepEqual(await seen(files, ...tops), expected);
  });
}

const apk = (versionName: string, versionCode: number): Buffer =>
  apkOf({ manifest: { 'android:versionName': versionName, 'android:versionCode': versionCode } });
check('an APK tells its version in its binary manifest', { 'dist/a.apk': apk('1.2.3-beta.1', 7) }, [
  'dist/a.apk: versionName 1.2.3-beta.1',
  'dist/a.apk: versionCode 7',
]);
check('an APK with a constant', { 'dist/a.apk': apk('1.0', 1) }, [
  'dist/a.apk: versionName 1.0',
  'dist/a.apk: versionCode 1',
  'dist/a.apk: error[version/mismatch] versionName is 1.0, and for 1.2.3-beta.1 it has to be 1.2.3-beta.1',
  'dist/a.apk: error[version/mismatch] versionCode is 1, and for 1.2.3-beta.1 it has to be 7',
]);
check('what is no APK', { 'dist/a.apk': 'text' }, [
  'dist/a.apk: error[version/unreadable] its version cannot be read: it has no end record of a zip: it is none, or it was cut',
]);

const plist = (short: string, build: string): string =>
  `<?xml version="1.0"?><plist version="1.0"><dict>
<key>CFBundleIdentifier</key><string>com.example</string><key>CFBundleExecutable</key><string>A</string>
<key>CFBundleShortVersionString</key><string>${short}</string><key>CFBundleVersion</key><string>${build}</string>
</dict></plist>`;
const ipa = (short: string, build: string): Buffer =>
  zipOf([
    { name: 'Payload/A.app/Info.plist', content: plist(short, build) },
    { name: 'Payload/A.app/A', content: machOOf() },
  ]);
check('an IPA tells its version without the prerelease', { 'dist/a.ipa': ipa('1.2.3', '7') }, [
  'dist/a.ipa: CFBundleShortVersionString 1.2.3',
  'dist/a.ipa: CFBundleVersion 7',
]);
check('an IPA with other numbers', { 'dist/a.ipa': ipa('1.2.3-beta.1', '1') }, [
  'dist/a.ipa: CFBundleShortVersionString 1.2.3-beta.1',
  'dist/a.ipa: CFBundleVersion 1',
  'dist/a.ipa: error[version/mismatch] CFBundleShortVersionString is 1.2.3-beta.1, and for 1.2.3-beta.1 it has to be 1.2.3',
  'dist/a.ipa: error[version/mismatch] CFBundleVersion is 1, and for 1.2.3-beta.1 it has to be 7',
]);

const wheel = (text: string): Buffer => zipOf([{ name: 'x-1.dist-info/METADATA', content: text }]);
check('a wheel has the form of PEP 440', { 'dist/w/x.whl': wheel('Name: x\nVersion: 1.2.3b1\n\ntext') }, [
  'dist/w/x.whl: Version in x-1.dist-info/METADATA 1.2.3b1',
]);
check(
  'a wheel with another version',
  { 'dist/w/x.whl': wheel('Name: x\r\nVersion: 0.1\r\n\r\nVersion: 1.2.3b1') },
  [
    'dist/w/x.whl: Version in x-1.dist-info/METADATA 0.1',
    'dist/w/x.whl: error[version/mismatch] Version in x-1.dist-info/METADATA is 0.1, and for 1.2.3-beta.1 it has to be 1.2.3b1',
  ],
);
check('a wheel without one', { 'dist/w/x.whl': wheel('Name: x\n\nVersion: 1.2.3b1') }, [
  'dist/w/x.whl: error[version/unreadable] its version cannot be read: x-1.dist-info/METADATA has no Version',
]);

const tgz = (manifest: string): Buffer =>
  gzipSync(tarOf([{ name: 'package/package.json', content: manifest }]));
check('an npm package', { 'dist/p.tgz': tgz('{"version":"1.2.3-beta.1"}') }, [
  'dist/p.tgz: version in package/package.json 1.2.3-beta.1',
]);
check('an npm package with another version', { 'dist/p.tgz': tgz('{"version":"0.0.1"}') }, [
  'dist/p.tgz: version in package/package.json 0.0.1',
  'dist/p.tgz: error[version/mismatch] version in package/package.json is 0.0.1, and for 1.2.3-beta.1 it has to be 1.2.3-beta.1',
]);
check('an archive that is none of npm', { 'dist/p.tgz': gzipSync(tarOf([{ name: 'a', content: '' }])) }, []);
check(
  'a package in a folder',
  { 'dist/lib/package.json': '{"version":"3.0.0"}', 'dist/lib/x/package.json': '{"version":"9.9.9"}' },
  [
    'dist/lib: version in package.json 3.0.0',
    'dist/lib: error[version/mismatch] version in package.json is 3.0.0, and for 1.2.3-beta.1 it has to be 1.2.3-beta.1',
  ],
);
check(
  'packages below a folder',
  {
    'dist/all/x/package.json': '{"version":"3.0.0"}',
    'dist/all/node_modules/y/package.json': '{"version":"9.9.9"}',
  },
  [
    'dist/all/x: version in package.json 3.0.0',
    'dist/all/x: error[version/mismatch] version in package.json is 3.0.0, and for 1.2.3-beta.1 it has to be 1.2.3-beta.1',
  ],
);
check('a wheel far down', { 'dist/a/b/c/d/e/f/x.whl': wheel('Version: 1.2.3b1\n') }, [
  'dist/a/b/c/d/e/f/x.whl: Version in x-1.dist-info/METADATA 1.2.3b1',
]);
check('what others packed', { 'dist/a/node_modules/y/x.whl': wheel('Version: 9\n') }, []);
check('what npm never publishes', { 'dist/lib/package.json': '{"version":"3.0.0","private":true}' }, []);
check('a file that has no version', { 'dist/x.bin': 'x' }, []);

const layout = (image: WrittenImage): Files =>
  Object.fromEntries([...layoutOf([image])].map(([path, bytes]) => [`dist/image/${path}`, bytes]));
const layers = [tarOf([{ name: 'f', content: '1' }])];
check('an image with its tag', layout({ layers, tag: '1.2.3-beta.1' }), ['dist/image: tags 1.2.3-beta.1']);
const labelled = (version: string): WrittenImage => ({
  layers,
  tag: '1.2.3-beta.1',
  config: { config: { Labels: { 'org.opencontainers.image.version': version } } },
});
check('an image whose label is another one', layout(labelled('1.2.3')), [
  'dist/image: tags 1.2.3-beta.1',
  'dist/image: label org.opencontainers.image.version 1.2.3',
  'dist/image: error[version/mismatch] label org.opencontainers.image.version is 1.2.3, and for 1.2.3-beta.1 it has to be 1.2.3-beta.1',
]);
check('an image with another tag', layout({ layers, tag: 'latest' }), [
  'dist/image: tags latest',
  'dist/image: error[version/mismatch] tags is latest, and for 1.2.3-beta.1 it has to be 1.2.3-beta.1',
]);

test('a prerelease that PEP 440 lacks makes no wheel', () => {
  const names = namesOf({ version: parseSemanticVersion('1.0.0-nightly.1')!, number: 7 });
  const version = {
    path: 'x.whl',
    format: 'wheel',
    field: 'Version',
    found: '1.0.0',
    kind: 'wheel',
  } as const;
  const [problem] = mismatches({ versions: [version], unreadable: [] }, names);
  assert.match(problem?.message ?? '', /of a form that PEP 440 has: 1\.0\.0-nightly\.1 has none/);
});

test('a variant of an app may have a suffix that is declared, and no other', () => {
  const at = (found: string) =>
    ({ path: 'a.apk', format: 'apk', field: 'versionName', found, kind: 'versionName' }) as const;
  const versions = ['1.2.3-beta.1', '1.2.3-beta.1-dev', '1.2.3-beta.1-x', '-dev'].map(at);
  const problems = mismatches({ versions, unreadable: [] }, NAMES, () => ['-dev']);
  assert.deepEqual(
    problems.map(({ message }) => /is (\S+),/.exec(message)?.[1]),
    ['1.2.3-beta.1-x', '-dev'],
  );
});
