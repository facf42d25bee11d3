/** Against a stand-in for adb: a program that writes down its words and answers from its folder. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { renderDiagnostic } from '../base/index.ts';
import { realHost } from '../host/index.ts';
import { type DeviceRun, type DeviceWork, runDeviceTests } from './run-device-tests.ts';

const WORK: DeviceWork = {
  ...{ label: 'app:demo', variant: 'debug', app: '/x/demo.apk', apk: '/x/test.apk' },
  ...{
    appId: 'com.example',
    testId: 'com.example.test',
    runner: 'a.Runner',
    arguments: {},
    timeoutMs: 60_000,
  },
};

const told = (code: number, more = ''): string =>
  `INSTRUMENTATION_STATUS: class=a.B\nINSTRUMENTATION_STATUS: test=c\n${more}INSTRUMENTATION_STATUS_CODE: ${code}\n`;
const END = 'INSTRUMENTATION_CODE: -1\n';
const PASSED = `${told(1)}${told(0)}${END}`;

class StandIn {
  readonly folder: string;
  readonly #variables: Readonly<Record<string, string>>;

  constructor(t: TestContext, answers: Readonly<Record<string, string>>, serial?: string) {
    this.folder = mkdtempSync(join(tmpdir(), 'mobileops-adb-'));
    t.after(() => rmSync(this.folder, { recursive: true, force: true }));
    const tools = join(this.folder, 'platform-tools');
    mkdirSync(tools);
    writeFileSync(
      join(tools, 'adb'),
      `#!/bin/sh
cd "${this.folder}"
echo "$*" >>calls
env >>environment
case "$*" in
  "devices -l") name=devices ;;
  *" install "*test.apk) name=install-test ;;
  *" install "*) name=install ;;
  *" am instrument "*) name=said ;;
  *" uninstall "*) name=uninstall ;;
  *) name=other ;;
esac
if [ -f "$name.hang" ]; then cat "$name"; echo >begun; exec sleep 600; fi
if [ -f "$name" ]; then cat "$name"; else echo Success; fi
if [ -f "$name.code" ]; then exit "$(cat "$name.code")"; fi
`,
    );
    chmodSync(join(tools, 'adb'), 0o755);
    for (const [name, text] of Object.entries({
      devices: 'List of devices attached\nS1 device\n',
      ...answers,
    }))
      writeFileSync(join(this.folder, name), text);
    this.#variables = {
      ...{ PATH: process.env.PATH ?? '', ANDROID_HOME: this.folder },
      ...{ KEYSTORE_PASSWORD: 'hush-1', ANDROID_KEY_PASSWORD: 'hush-2', ADB_VENDOR_KEYS: '/x/keys' },
      ...{ ANDROID_PUBLISHER_CREDENTIALS: 'hush-3', ANDROID_ADB_SERVER_PORT: '5038' },
      ...(serial === undefined ? {} : { ANDROID_SERIAL: serial }),
    };
  }

  run(work: Partial<DeviceWork> = {}, signal = new AbortController().signal): Promise<readonly DeviceRun[]> {
    const host = realHost();
    const env = { ...host.env, variables: this.#variables };
    return runDeviceTests({ host: { ...host, env }, signal, onProgress: () => {} }, [{ ...WORK, ...work }]);
  }

  get calls(): readonly string[] {
    return readFileSync(join(this.folder, 'calls'), 'utf8').trimEnd().split('\n');
  }

  async begun(): Promise<void> {
    while (!existsSync(join(this.folder, 'begun'))) await new Promise((resolve) => setImmediate(resolve));
  }
}

const said = (runs: readonly DeviceRun[]): string =>
  runs.flatMap(({ diagnostics }) => diagnostics.map((each) => renderDiagnostic(each))).join('\n');
const states = (runs: readonly DeviceRun[]): readonly (readonly (string | undefined)[])[] =>
  runs.map(({ status, device, reason }) => [status, device, reason]);

interface Case {
  readonly answers: Readonly<Record<string, string>>;
  readonly serial?: string;
  readonly is: readonly (string | undefined)[];
  readonly says?: RegExp;
}

const CASES: Readonly<Record<string, Case>> = {
  'a device that passes': { answers: { said: PASSED }, is: ['passed', 'S1', '1 test'] },
  'a test that fails': {
    answers: { said: `${told(1)}${told(-2, 'INSTRUMENTATION_STATUS: stack=Wrong: 1\n')}${END}` },
    is: ['failed', 'S1', '1 of 1 test'],
    says: /^error\[devices\/test-failed\] app:demo: a\.B\.c failed on S1: Wrong: 1$/,
  },
  'tests that are all skipped': {
    answers: { said: `${told(1)}${told(-3)}${END}` },
    is: ['not-run', 'S1', 'each of its tests was skipped'],
  },
  'no device': {
    answers: { devices: 'List of devices attached\n\n' },
    is: ['not-run', undefined, 'no device is attached'],
    says: /^note\[devices\/not-run\] .*\n {2}help: plug a device in/,
  },
  'another device than the one that is named': {
    answers: {},
    serial: 'Z9',
    is: ['not-run', undefined, 'ANDROID_SERIAL names Z9, which is not attached'],
    says: /help: attached: S1/,
  },
  'a device that is offline': {
    answers: { devices: 'List of devices attached\nS1 offline\n' },
    is: ['not-run', 'S1', 'it is offline'],
    says: /adb reconnect offline/,
  },
  'an adb that fails': {
    answers: { devices: 'cannot start daemon\n', 'devices.code': '1' },
    is: ['not-run', undefined, 'adb cannot tell of devices: cannot start daemon'],
  },
  'an app with another key': {
    answers: { install: 'Failure [INSTALL_FAILED_UPDATE_INCOMPATIBLE: keys]\n', 'install.code': '1' },
    is: ['failed', 'S1', 'not installed'],
    says: /^error\[devices\/install-failed\] S1 does not take the app of app:demo: INSTALL_FAILED_UPDATE_INCOMPATIBLE: keys\n {2}help: .*adb uninstall com\.example takes/,
  },
  'tests that are not taken, by an adb that ends with 0': {
    answers: { 'install-test': 'Failure [INSTALL_FAILED_OLDER_SDK]\n' },
    is: ['failed', 'S1', 'not installed'],
    says: /the APK of the tests of app:demo: INSTALL_FAILED_OLDER_SDK/,
  },
  'a device that goes away': {
    answers: { said: `${told(1)}`, 'said.code': '255' },
    is: ['failed', 'S1', 'adb ended with 255'],
    says: /error\[devices\/run-broken\]/,
  },
  'a runner that is not there': {
    answers: {
      said: 'android.util.AndroidException: INSTRUMENTATION_FAILED: a.test/b.Runner\n',
      'said.code': '1',
    },
    is: ['failed', 'S1', 'INSTRUMENTATION_FAILED: a.test/b.Runner'],
    says: /help: name the class that runs them in `android\.testInstrumentationRunner`/,
  },
  'tests that stay': {
    answers: { said: PASSED, uninstall: 'Failure [DELETE_FAILED_INTERNAL_ERROR]\n' },
    is: ['passed', 'S1', '1 test'],
    says: /^warning\[devices\/left\] com\.example\.test could not be uninstalled from S1/,
  },
};

for (const [what, { answers, serial, is, says }] of Object.entries(CASES))
  test(what, async (t) => {
    const runs = await new StandIn(t, answers, serial).run();
    assert.deepEqual(states(runs), [is]);
    if (says) assert.match(said(runs), says);
  });

test('without a key and without adb nothing is run, and both are said', async (t) => {
  const adb = new StandIn(t, {});
  const { apk: _, ...unsigned } = WORK;
  const host = realHost();
  const context = { signal: new AbortController().signal, onProgress: () => {} };
  const env = { ...host.env, variables: { PATH: adb.folder } };
  const runs = await runDeviceTests({ ...context, host: { ...host, env } }, [unsigned, WORK]);
  assert.deepEqual(states(runs), [
    ['not-run', undefined, 'the app has no key'],
    ['not-run', undefined, 'there is no adb'],
  ]);
});

test('adb and the server that it leaves know no password and no key', async (t) => {
  const adb = new StandIn(t, { said: PASSED });
  await adb.run();
  const environment = readFileSync(join(adb.folder, 'environment'), 'utf8');
  assert.doesNotMatch(environment, /hush/);
  assert.match(environment, /^ADB_VENDOR_KEYS=\/x\/keys$/m);
  assert.match(environment, /^ANDROID_HOME=/m);
  assert.match(environment, /^ANDROID_ADB_SERVER_PORT=5038$/m);
});

test('a run that takes too long is stopped on the device too, and its tests are taken off', async (t) => {
  const adb = new StandIn(t, { said: told(1), 'said.hang': '' });
  const [run] = await adb.run({ timeoutMs: 300 });
  assert.equal(run?.status, 'failed');
  assert.match(run!.reason!, /^it took longer than 300ms and was stopped$/);
  assert.deepEqual(adb.calls.slice(-2), [
    '-s S1 shell am force-stop com.example',
    '-s S1 uninstall com.example.test',
  ]);
});

test('an interruption ends the run, and the tests are taken off nevertheless', async (t) => {
  const adb = new StandIn(t, { said: told(1), 'said.hang': '' });
  const controller = new AbortController();
  const running = adb.run({}, controller.signal);
  await adb.begun();
  controller.abort();
  const [run] = await running;
  assert.deepEqual([run?.status, run?.reason], ['failed', 'it was interrupted']);
  assert.deepEqual(adb.calls.slice(-2), [
    '-s S1 shell am force-stop com.example',
    '-s S1 uninstall com.example.test',
  ]);
});
