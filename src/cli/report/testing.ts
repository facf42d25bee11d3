import type { BuildOutcome } from '../../build/index.ts';
import type { ActionDone, BuildEvent } from '../../event/index.ts';

/** Events of a small build, for tests of reports. Times are seconds of a build that began at 1000. */
export const START_MS = 1_000_000;

export function at(seconds: number, type: string, payload: object): BuildEvent {
  return { time: START_MS + seconds * 1000, type, payload };
}

export function done(label: string, description: string, more: Partial<ActionDone> = {}): ActionDone {
  return {
    id: `${label}#${description}`,
    label,
    mnemonic: 'Step',
    description,
    action: { hash: 'ab'.repeat(32), sizeBytes: 100 },
    exitCode: 0,
    durationMs: 2000,
    output: '',
    stdout: undefined,
    cpuMs: 500,
    peakMemoryBytes: 1e6,
    ...more,
  };
}

export function started(label: string, description: string): object {
  const { id, mnemonic } = done(label, description);
  return { id, label, mnemonic, description };
}

export function outcome(more: Partial<BuildOutcome> = {}): BuildOutcome {
  return {
    exitCode: 0,
    diagnostics: [],
    targets: [],
    artifacts: [],
    tests: [],
    counts: { ran: 0, cached: 0, failed: 0, skipped: 0, upToDate: 0 },
    durationMs: 4200,
    ...more,
  };
}
