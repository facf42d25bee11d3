import { join } from 'node:path/posix';
import type { BuildOutcome, ReadyDeviceTest, TestOutcome } from '../build/index.ts';
import { type DeviceRun, runDeviceTests } from '../devices/index.ts';
import { type EventSink, emit } from '../event/index.ts';
import { findWorkspaceRoot } from '../workspace/index.ts';
import type { VerbContext } from './verb.ts';

/** A build whose tests for devices were run where one is attached: what came of them stands among its tests, and is never kept. */
export async function testOnDevices(
  { host, directory, signal }: Pick<VerbContext, 'host' | 'directory' | 'signal'>,
  outcome: BuildOutcome,
  sink: EventSink,
): Promise<BuildOutcome> {
  const root = findWorkspaceRoot(host.fs, directory);
  const { deviceTests = [] } = outcome;
  if (root === undefined || signal.aborted) return outcome;
  const works = deviceTests.map(({ app, apk, ...work }) => ({
    ...{ ...work, app: join(root, app) },
    ...(apk === undefined ? {} : { apk: join(root, apk) }),
  }));
  const onProgress = (message: string): void => void emit(sink, 'log', { level: 'info', message });
  const runs = await runDeviceTests({ host, signal, onProgress }, works);
  const failed = runs.filter(({ status }) => status === 'failed').length;
  const { counts, exitCode } = outcome;
  return {
    ...outcome,
    exitCode: signal.aborted ? 130 : exitCode === 0 && failed > 0 ? 1 : exitCode,
    counts: { ...counts, failed: counts.failed + failed },
    tests: [...outcome.tests, ...runs.map((run) => testOf(run, deviceTests))],
    diagnostics: [...outcome.diagnostics, ...runs.flatMap(({ diagnostics }) => diagnostics)],
  };
}

const STATUS: Readonly<Record<DeviceRun['status'], TestOutcome['status']>> = {
  passed: 'ran',
  failed: 'failed',
  'not-run': 'skipped',
};

function testOf(
  { work, status, device, reason, junit }: DeviceRun,
  planned: readonly ReadyDeviceTest[],
): TestOutcome {
  const { action } = planned.find(({ label, variant }) => label === work.label && variant === work.variant)!;
  return {
    ...{ label: work.label, category: 'device', action, status: STATUS[status] },
    ...(device === undefined ? {} : { device }),
    ...(reason === undefined ? {} : { reason }),
    ...(junit === undefined ? {} : { junit }),
  };
}
