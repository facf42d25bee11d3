import { join } from 'node:path/posix';
import { cleanText } from '../../base/index.ts';
import type { OpenedWorkspace } from '../../build/index.ts';
import type { CiRun, CiStepOutcome } from '../../ci/index.ts';
import {
  type ActionRecord,
  type BuildRecord,
  type BuildStatus,
  hasDestination,
  LIMITS,
  NOT_MEASURED,
  PIPELINE_VERB,
  type TargetRecord,
  withoutSecrets,
} from '../../metrics/index.ts';
import { newRecordId } from '../record-id.ts';
import type { VerbContext } from '../verb.ts';
import { sendDocument } from '../verbs/metrics-send.ts';

/** Tells the server at METRICS_URL of a run, as it is told of builds. */
export async function sendRun(context: VerbContext, run: CiRun, opened: OpenedWorkspace): Promise<void> {
  const { host } = context;
  if (!hasDestination(host.env.variables)) return;
  const { root, workspace } = opened;
  const record = recordOfRun(run, {
    id: newRecordId(host),
    workspace: workspace.configuration.name,
    clean: withoutSecrets(host.env.variables),
    logOf: (path) => host.fs.readTextIfExists(join(root, path)) ?? '',
  });
  await sendDocument(context, { id: record.id, metrics: { ...documentFields(run), record } });
}

/** A run in the document's words, for who takes nothing else. */
function documentFields({ buildId, startedAt, durationMs, exitCode }: CiRun): object {
  const end = new Date(Date.parse(startedAt) + durationMs).toISOString();
  return {
    ...{ build_id: buildId, start_time: startedAt, end_time: end, total_duration: durationMs / 1000 },
    ...{ components: {}, resources: {}, artifacts: {}, status: exitCode === 0 ? 'success' : 'failed' },
  };
}

export interface RunSurroundings {
  readonly id: string;
  readonly workspace: string;
  readonly clean: (text: string) => string;
  readonly logOf: (path: string) => string;
}

const TARGETS = {
  passed: 'built',
  failed: 'failed',
  interrupted: 'failed',
  'not-run': 'skipped',
} as const satisfies Record<CiStepOutcome['status'], TargetRecord['status']>;
const ACTIONS = {
  passed: 'ran',
  failed: 'failed',
  interrupted: 'interrupted',
  'not-run': 'skipped',
} as const satisfies Record<CiStepOutcome['status'], ActionRecord['status']>;

/** Its steps as targets with one action each. */
export function recordOfRun(run: CiRun, around: RunSurroundings): BuildRecord {
  const { buildId, buildVersion, commit, branch, startedAt, durationMs, exitCode, steps } = run;
  const count = (...of: CiStepOutcome['status'][]): number =>
    steps.filter(({ status }) => of.includes(status)).length;
  return {
    ...{ version: 1, id: around.id, source: 'mobileops', verb: PIPELINE_VERB, status: statusOf(exitCode) },
    ...{ startMs: Date.parse(startedAt), durationMs, exitCode, workspace: around.workspace },
    ...{ buildId, release: buildVersion, commit, branch, requested: [], resources: NOT_MEASURED },
    counts: {
      ...{ ran: count('passed'), failed: count('failed', 'interrupted'), skipped: count('not-run') },
      ...{ cached: 0, upToDate: 0 },
    },
    targets: steps.map(({ name, status, durationMs: tookMs = 0 }) => ({
      ...{ label: `step:${name}`, status: TARGETS[status], durationMs: tookMs },
    })),
    actions: steps.map((step) => actionOf(step, around)),
    ...{ artifacts: [], scores: [], problems: [] },
  };
}

function actionOf(step: CiStepOutcome, { clean, logOf }: RunSurroundings): ActionRecord {
  const { name, status, command, startMs, durationMs, exitCode, log, why } = step;
  const failure = why ?? (status === 'failed' ? `exit code ${exitCode}` : undefined);
  const said = status === 'failed' && log !== undefined ? cleanText(logOf(log), false).trimEnd() : '';
  return {
    ...{ id: `step:${name}#run`, label: `step:${name}`, mnemonic: 'CiStep', status: ACTIONS[status] },
    description: clean(command).slice(0, LIMITS.text).toWellFormed(),
    ...(startMs === undefined ? {} : { startMs, endMs: startMs + (durationMs ?? 0) }),
    ...(failure === undefined ? {} : { failure }),
    ...(said === '' ? {} : { log: said.slice(-LIMITS.log).toWellFormed() }),
  };
}

function statusOf(exitCode: number): BuildStatus {
  if (exitCode === 0) return 'success';
  return exitCode === 130 ? 'interrupted' : 'failed';
}
