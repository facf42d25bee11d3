import { diagnosticToJson } from '../base/index.ts';
import type { BuildOutcome } from '../build/index.ts';
import type { BuildFinished } from '../event/index.ts';

/** The last event of a build: what came of it. */
export function finishedEvent(outcome: BuildOutcome): BuildFinished {
  const { exitCode, durationMs, identity, targets, artifacts, diagnostics } = outcome;
  return {
    exitCode,
    durationMs: Math.round(durationMs),
    ...(identity ? { identity: namesOf(identity) } : {}),
    targets: targets.map(({ label, status, durationMs: tookMs }) => ({
      label,
      status,
      durationMs: Math.round(tookMs),
    })),
    artifacts: artifacts.map(({ label, path, type, sizeBytes, sha256, status }) => ({
      label,
      path,
      type,
      sizeBytes,
      sha256,
      status,
    })),
    diagnostics: diagnostics.map(diagnosticToJson),
  };
}

function namesOf({
  workspace,
  buildId,
  version,
  commit,
  branch,
}: NonNullable<BuildOutcome['identity']>): NonNullable<BuildFinished['identity']> {
  return { workspace, buildId, version, commit, branch };
}
