import type { BuildOutcome } from '../build/index.ts';
import { diagnosticsJson } from './report/reporter.ts';

/** The outcome of a build for machines. */
export function outcomeJson(outcome: BuildOutcome) {
  const { exitCode, durationMs, counts, targets, artifacts, tests, diagnostics } = outcome;
  return {
    exitCode,
    durationMs: Math.round(durationMs),
    counts,
    targets,
    artifacts,
    tests: tests.map(({ label, category, action, status, device, reason }) => ({
      ...{ label, category, action, status },
      ...(device === undefined ? {} : { device }),
      ...(reason === undefined ? {} : { reason }),
    })),
    diagnostics: diagnosticsJson(diagnostics),
  };
}
