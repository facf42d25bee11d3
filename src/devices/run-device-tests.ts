import { counted, type Diagnostic, formatDurationMs } from '../base/index.ts';
import type { Host } from '../host/index.ts';
import { Adb, adbOf, attachedDevices } from './adb.ts';
import { type AttachedDevice, deviceName, whyNotUsable } from './device-list.ts';
import type { DeviceCode } from './diagnostics.ts';
import type { DeviceTestCase } from './instrumentation.ts';
import { junitOf } from './junit.ts';
import { type OnDevice, runOnDevice, type TestedApp } from './run-on-device.ts';

/** Built tests; without `apk` the app has no key, and no device takes either. */
export interface DeviceWork extends Omit<TestedApp, 'apk'> {
  readonly label: string;
  readonly variant: string;
  readonly apk?: string;
}

/** What came of tests on one device, or why no device ran them. */
export interface DeviceRun {
  readonly work: DeviceWork;
  readonly status: 'passed' | 'failed' | 'not-run';
  /** As people know it; absent where there is none. */
  readonly device?: string;
  readonly reason?: string;
  readonly junit?: string;
  readonly durationMs: number;
  readonly diagnostics: readonly Diagnostic[];
}

export interface DeviceContext {
  readonly host: Pick<Host, 'processes' | 'env' | 'clock'>;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

/** Runs all of it on every device that is attached, or on the one that ANDROID_SERIAL names; devices work beside each other. */
export async function runDeviceTests(
  context: DeviceContext,
  works: readonly DeviceWork[],
): Promise<readonly DeviceRun[]> {
  const unsigned = works.filter(({ apk }) => apk === undefined);
  const ready = works.filter((work): work is ReadyWork => work.apk !== undefined);
  const without = unsigned.map((work) => notRun(work, { reason: 'the app has no key', remedy: NO_KEY }));
  if (ready.length === 0) return without;
  const path = adbOf(context.host);
  if (path === undefined) return [...without, ...ready.map((work) => notRun(work, NO_ADB))];
  const adb = new Adb(context.host, path);
  const listed = await attachedDevices(adb, context.signal);
  if (!listed.ok) {
    const said = context.signal.aborted
      ? 'it was interrupted'
      : `adb cannot tell of devices: ${listed.failure}`;
    return [
      ...without,
      ...ready.map((work) => notRun(work, { reason: said, remedy: 'try `adb devices -l`' })),
    ];
  }
  const chosen = chosenDevices(listed.value, context.host.env.variables.ANDROID_SERIAL);
  if ('reason' in chosen) return [...without, ...ready.map((work) => notRun(work, chosen))];
  const runs = await Promise.all(chosen.map((device) => onOneDevice({ ...context, adb }, device, ready)));
  return [...without, ...runs.flat()];
}

type ReadyWork = DeviceWork & { readonly apk: string };

interface Reason {
  readonly reason: string;
  readonly remedy: string;
}

const NO_KEY =
  'give the app a key of kind `debug` in `android.signing`; `keytool -genkeypair` of the JDK makes one, with the password android and the alias androiddebugkey';
const NO_ADB: Reason = {
  reason: 'there is no adb',
  remedy:
    "install adb (Android's platform-tools, Debian's package adb) so that it is in PATH, or set ANDROID_HOME",
};
const NO_DEVICE: Reason = {
  reason: 'no device is attached',
  remedy: 'plug a device in with debugging by USB allowed, or start an emulator; `adb devices -l` lists it',
};

function chosenDevices(
  devices: readonly AttachedDevice[],
  serial: string | undefined,
): readonly AttachedDevice[] | Reason {
  if (serial) {
    const named = devices.filter((device) => device.serial === serial);
    if (named.length > 0) return named;
    const others = devices.map((device) => device.serial);
    return {
      reason: `ANDROID_SERIAL names ${serial}, which is not attached`,
      remedy:
        others.length > 0 ? `attached: ${others.join(', ')}; unset ANDROID_SERIAL for all` : NO_DEVICE.remedy,
    };
  }
  return devices.length > 0 ? devices : NO_DEVICE;
}

async function onOneDevice(
  context: DeviceContext & { readonly adb: Adb },
  device: AttachedDevice,
  works: readonly ReadyWork[],
): Promise<readonly DeviceRun[]> {
  const name = deviceName(device);
  const refused = whyNotUsable(device);
  const runs: DeviceRun[] = [];
  for (const work of works) {
    const why =
      refused ?? (context.signal.aborted ? { reason: 'it was interrupted', remedy: '' } : undefined);
    if (why) {
      runs.push(notRun(work, why, name));
      continue;
    }
    context.onProgress(`${name}: installing and running the tests of ${work.label}`);
    const world = { adb: context.adb, clock: context.host.clock, signal: context.signal };
    const run = told(work, device, await runOnDevice(world, device, work));
    context.onProgress(`${name}: ${work.label} ${summary(run)}`);
    runs.push(run);
  }
  return runs;
}

function summary({ status, reason, durationMs }: DeviceRun): string {
  const outcome = status === 'passed' ? 'passed' : 'failed';
  return `${outcome}${reason === undefined ? '' : `: ${reason}`} in ${formatDurationMs(durationMs)}`;
}

function notRun(work: DeviceWork, { reason, remedy }: Reason, device?: string): DeviceRun {
  const on = device === undefined ? '' : ` on ${device}`;
  return {
    ...{ work, status: 'not-run', reason, durationMs: 0, ...(device === undefined ? {} : { device }) },
    diagnostics: [
      {
        code: 'devices/not-run' satisfies DeviceCode,
        severity: 'note',
        message: `the tests of ${work.label} (${work.variant}) are not run${on}: ${reason}`,
        ...(remedy === '' ? {} : { hint: remedy }),
      },
    ],
  };
}

function told(work: ReadyWork, device: AttachedDevice, done: OnDevice): DeviceRun {
  const name = deviceName(device);
  const left = done.kind === 'ran' && done.left ? [leftBehind(work, name)] : [];
  if (done.kind === 'not-installed') {
    const what = done.what === work.apk ? 'the APK of the tests' : 'the app';
    return {
      ...{ work, status: 'failed', device: name, reason: 'not installed', durationMs: 0 },
      diagnostics: [notInstalled({ label: work.label, what, name, why: done.why, id: work.appId })],
    };
  }
  const { run, durationMs } = done;
  const bad = run.tests.filter(({ outcome }) => outcome === 'failed' || outcome === 'error');
  const broken = run.problem === undefined ? [] : [brokenRun(work.label, name, run.problem)];
  const isFailed = bad.length + broken.length > 0;
  const ran = run.tests.filter(({ outcome }) => outcome !== 'skipped').length;
  const junit = junitOf(run, { name: `${work.label} on ${name}`, serial: device.serial, durationMs });
  if (!isFailed && ran === 0) {
    const none = notRun(work, { reason: 'each of its tests was skipped', remedy: '' }, name);
    return { ...none, junit, durationMs, diagnostics: [...none.diagnostics, ...left] };
  }
  const failure = run.problem ?? `${bad.length} of ${counted(ran, 'test')}`;
  const reason = isFailed ? failure : counted(ran, 'test');
  return {
    ...{ work, status: isFailed ? 'failed' : 'passed', device: name, reason, durationMs, junit },
    diagnostics: [...failedTests(work.label, name, bad), ...broken, ...left],
  };
}

const SHOWN_FAILURES = 20;

function failedTests(label: string, device: string, bad: readonly DeviceTestCase[]): Diagnostic[] {
  const code: DeviceCode = 'devices/test-failed';
  const shown = bad.slice(0, SHOWN_FAILURES).map(
    ({ className, name, detail = '' }): Diagnostic => ({
      ...{ code, severity: 'error' },
      message: `${label}: ${className}.${name} failed on ${device}: ${detail.split('\n')[0]!}`,
    }),
  );
  const more = bad.length - shown.length;
  if (more <= 0) return shown;
  return [...shown, { code, severity: 'error', message: `${label}: ${more} more tests failed on ${device}` }];
}

function brokenRun(label: string, device: string, problem: string): Diagnostic {
  const isMissing = /Unable to find instrumentation|INSTRUMENTATION_FAILED|cannot start|ClassNotFound/.test(
    problem,
  );
  return {
    code: 'devices/run-broken' satisfies DeviceCode,
    severity: 'error',
    message: `the tests of ${label} on ${device} did not come to their end: ${problem}`,
    hint: isMissing
      ? 'name the class that runs them in `android.testInstrumentationRunner`, and its library in `androidTestImplementation` (androidx.test:runner)'
      : '`adb logcat` of the device may tell more',
  };
}

interface NotInstalled {
  readonly label: string;
  readonly what: string;
  readonly name: string;
  readonly why: string;
  readonly id: string;
}

function notInstalled({ label, what, name, why, id }: NotInstalled): Diagnostic {
  return {
    code: 'devices/install-failed' satisfies DeviceCode,
    severity: 'error',
    message: `${name} does not take ${what} of ${label}: ${why}`,
    ...(/UPDATE_INCOMPATIBLE|INCONSISTENT_CERTIFICATES/.test(why)
      ? { hint: `a copy with another key is there; adb uninstall ${id} takes it off, with its data` }
      : {}),
  };
}

function leftBehind({ testId }: DeviceWork, name: string): Diagnostic {
  return {
    code: 'devices/left' satisfies DeviceCode,
    severity: 'warning',
    message: `${testId} could not be uninstalled from ${name}`,
    hint: `adb uninstall ${testId}`,
  };
}
