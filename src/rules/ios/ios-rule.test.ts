/**
 * Plans for iOS apps, and what their scripts do. `xcodebuild` and `fastlane` are stand-ins that this test writes: shell scripts
 * that record their arguments and leave files as the real ones would. No Xcode is run.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
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
import type { PlannedAction } from '../../action/index.ts';
import type { IosSettings } from '../../config/index.ts';
import { type FakeFiles, fakeContext, mobileSpec, pathsOf, renderedDiagnostics } from '../testing.ts';
import { DEFAULT_IOS, iosRule } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'mobileops-ios-'));
after(() => rmSync(root, { recursive: true, force: true }));

const XCODEBUILD = `#!/bin/sh
printf 'xcodebuild' >> "$RECORD"; for each in "$@"; do printf ' [%s]' "$each" >> "$RECORD"; done; echo >> "$RECORD"
[ -z "$LEAVES_NOTHING" ] || exit 0
while [ $# -gt 0 ]; do
  case "$1" in
    -archivePath) mkdir -p "$2/dSYMs"; echo d > "$2/dSYMs/App.dSYM" ;;
    -exportPath) mkdir -p "$2"; echo ipa > "$2/App.ipa" ;;
    -exportOptionsPlist) cat "$2" >> "$RECORD" ;;
    -resultBundlePath) mkdir -p "$2" ;;
  esac
  shift
done
`;
const FASTLANE = `#!/bin/sh
printf 'fastlane' >> "$RECORD"; for each in "$@"; do printf ' [%s]' "$each" >> "$RECORD"; done; echo >> "$RECORD"
[ -z "$LEAVES_NOTHING" ] || exit 0
echo "numbers $BUILD_NUMBER $BUILD_VERSION, keys $(find . -name '*.p8')" >> "$RECORD"
case "$*" in
  *build_release*) echo ipa > MobileOps.ipa; echo d > MobileOps.app.dSYM.zip ;;
  *) echo '<testsuites/>' > "$SCAN_OUTPUT_DIRECTORY/report.junit" ;;
esac
`;

/** The lanes that the document has. */
const FASTFILE = `default_platform(:ios)
platform :ios do
  desc "Build and test the app"
  lane :test do
    scan(project: "MobileOps.xcodeproj", scheme: "MobileOps", device: "iPhone 14", clean: true)
  end
  lane :build_release do
    build_app(project: "MobileOps.xcodeproj", scheme: "MobileOps", export_method: "app-store")
  end
end
platform :android do
  lane :other do
  end
end
`;
const PROJECT: FakeFiles = { 'MobileOps.xcodeproj/project.pbxproj': '', 'fastlane/AuthKey.p8': 'key' };
const XCODE: Partial<IosSettings> = { project: 'MobileOps.xcodeproj', scheme: 'MobileOps' };

function plan(files: FakeFiles, ios?: Partial<IosSettings>) {
  const spec = mobileSpec({ rule: 'ios', ...(ios ? { ios: { ...DEFAULT_IOS, ...ios } } : {}) });
  const stamp = { buildNumber: 42, version: '1.2.0' };
  return { files, ...iosRule(fakeContext({ spec, files, stamp, label: 'app:ios' })) };
}

let count = 0;

/** Runs a planned action's own words with the stand-ins; what they recorded, and what lies in the output. */
function run(planned: PlannedAction, files: FakeFiles, variables: Readonly<Record<string, string>> = {}) {
  const folder = join(root, String(++count));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode: 0o755 });
  };
  write('tools/xcodebuild', XCODEBUILD);
  write('tools/fastlane', FASTLANE);
  const literals = planned.work.kind === 'merge' ? planned.work.of : [];
  const made = literals.flatMap((each) => (each.kind === 'literal' ? each.files : []));
  const texts = { ...files, ...Object.fromEntries(made.map(({ path, content }) => [path, content])) };
  for (const path of pathsOf(planned.work)) write(`w/${path}`, texts[path] ?? '');
  const [program, ...words] = planned.argv;
  const record = join(folder, 'record');
  const { status, stderr } = spawnSync(program!, words, {
    cwd: join(folder, 'w'),
    env: { ...planned.env, ...variables, PATH: `${join(folder, 'tools')}:/usr/bin:/bin`, RECORD: record },
    encoding: 'utf8',
  });
  const output = join(folder, 'w', planned.outputs[0]!);
  return {
    ...{ code: status, stderr },
    recorded: existsSync(record) ? readFileSync(record, 'utf8') : '',
    left: existsSync(output) ? readdirSync(output).sort() : [],
  };
}

test('lanes of the Fastfile build and test, with numbers and without keys', () => {
  const files = { ...PROJECT, 'fastlane/Fastfile': FASTFILE };
  const { actions, tests } = plan(files);
  const built = run(actions[0]!, files);
  assert.equal(built.code, 0, built.stderr);
  assert.equal(built.recorded, 'fastlane [ios] [build_release]\nnumbers 42 1.2.0, keys \n');
  assert.deepEqual(built.left, ['MobileOps.app.dSYM.zip', 'MobileOps.ipa']);
  const tested = run(tests[0]!.action, files);
  assert.match(tested.recorded, /^fastlane \[ios\] \[test\]\n/);
  assert.deepEqual(tested.left, ['report.junit']);
  assert.equal(tests[0]!.junit, 'build/mobileops-test/report.junit');
});

test('without lanes, xcodebuild archives with numbers and exports with options', () => {
  const { actions, tests } = plan(PROJECT, { ...XCODE, teamId: 'ABCDE12345', exportMethod: 'ad-hoc' });
  const built = run(actions[0]!, PROJECT);
  assert.equal(built.code, 0, built.stderr);
  const [archive, exported, ...options] = built.recorded.split('\n');
  assert.equal(
    archive,
    'xcodebuild [archive] [-project] [MobileOps.xcodeproj] [-configuration] [Release] [-scheme] [MobileOps] [-destination] [generic/platform=iOS] [-archivePath] [build/mobileops/app.xcarchive] [CURRENT_PROJECT_VERSION=42] [MARKETING_VERSION=1.2.0]',
  );
  assert.match(
    exported!,
    /^xcodebuild \[-exportArchive\].*\[-exportOptionsPlist\] \[build\/mobileops\/ExportOptions\.plist\]$/,
  );
  const text = options.join('\n');
  assert.match(text, /<key>method<\/key>\s*<string>ad-hoc<\/string>/);
  assert.match(text, /<key>teamID<\/key>\s*<string>ABCDE12345<\/string>/);
  assert.ok(built.left.includes('App.ipa') && built.left.includes('dSYMs'));
  const tested = run(tests[0]!.action, PROJECT);
  assert.equal(
    tested.recorded,
    'xcodebuild [test] [-project] [MobileOps.xcodeproj] [-scheme] [MobileOps] [-destination] [platform=iOS Simulator,name=iPhone 14] [-resultBundlePath] [build/mobileops-test/result.xcresult]\n',
  );
});

test('with fastlane and without a lane, scan runs on the device', () => {
  const files = { ...PROJECT, 'fastlane/Fastfile': '' };
  const { tests } = plan(files, { ...XCODE, device: 'iPad Air' });
  const { recorded } = run(tests[0]!.action, files);
  assert.match(
    recorded,
    /^fastlane \[run\] \[scan\] \[project:MobileOps\.xcodeproj\] \[scheme:MobileOps\] \[device:iPad Air\] \[clean:true\]\n/,
  );
});

test('what ends well and leaves nothing has failed', () => {
  const files = { ...PROJECT, 'fastlane/Fastfile': FASTFILE };
  const lanes = plan(files);
  const nothing = { LEAVES_NOTHING: '1' };
  assert.match(run(lanes.actions[0]!, files, nothing).stderr, /left no \.ipa/);
  assert.equal(run(lanes.actions[0]!, { ...files, 'Old.ipa': 'old' }, nothing).code, 1);
  assert.match(run(lanes.tests[0]!.action, files, nothing).stderr, /no report of tests/);
  assert.match(run(plan(PROJECT, XCODE).actions[0]!, PROJECT, nothing).stderr, /exported no \.ipa/);
});

test('keys of an account are no inputs', () => {
  const { actions } = plan({ ...PROJECT, 'AuthKey_1.p8': 'key' }, XCODE);
  assert.deepEqual(pathsOf(actions[0]!.work).sort(), [
    'MobileOps.xcodeproj/project.pbxproj',
    'build/mobileops/ExportOptions.plist',
  ]);
});

test('what is not there is told', () => {
  assert.match(renderedDiagnostics(plan({})), /rules\/ios-incomplete/);
  assert.match(
    renderedDiagnostics(plan({}, { ...XCODE, exportOptions: 'Export.plist' })),
    /MobileOps\.xcodeproj is not among[\s\S]*Export\.plist is not among/,
  );
});
