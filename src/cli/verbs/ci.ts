import { extname, join, resolve } from 'node:path/posix';
import { type Diagnostic, formatDurationMs } from '../../base/index.ts';
import { type OpenedWorkspace, openWorkspace, readCommit, stampOf } from '../../build/index.ts';
import {
  type CiRun,
  type CiStep,
  type CiStepOutcome,
  ciJunit,
  environmentProblems,
  pipelineOf,
} from '../../ci/index.ts';
import { withoutSecrets } from '../../metrics/index.ts';
import { buildInfoText } from '../../release/index.ts';
import { CI_FOLDER, commandText, runStep } from '../ci/run-step.ts';
import { sendRun } from '../ci/send-run.ts';
import { reportFileProblems } from '../quality/report-files.ts';
import { refuse } from '../report/reporter.ts';
import type { ExitCode, PassedOn, Verb, VerbContext } from '../verb.ts';

/** Of a step, unless told. */
const STEP_LIMIT_MS = 2 * 3_600_000;

/** The pipeline: what is needed is looked for first, steps run in order until one fails, and cleaning up is never left out. */
export const ciVerb: Verb = async (context) => {
  const { reporter, flags } = context;
  const reports = flags.texts('report');
  const wrong = reportFileProblems(reports, ['.json', '.xml']);
  if (wrong.length > 0) return refuse(reporter, wrong);
  const opened = await openWorkspace({ ...context, sink: () => {} });
  if (!opened.value) return refuse(reporter, opened.diagnostics);
  const missing = missingHere(context, opened.value);
  if (missing.length > 0) return refuse(reporter, missing);
  const run = await runPipeline(context, opened.value);
  writeReports(context, opened.value.root, { run, reports });
  await sendRun(context, run, opened.value);
  if (reporter.isJson) reporter.json(run);
  else reporter.result(summaryText(run));
  return run.exitCode as ExitCode;
};

function missingHere({ host, flags }: VerbContext, { graph }: OpenedWorkspace): Diagnostic[] {
  const { variables } = host.env;
  return environmentProblems({
    variables,
    has: (tool) => host.processes.which(tool, variables.PATH ?? '') !== undefined,
    specs: [...graph.targets.values()].map(({ spec }) => spec),
    required: flags.texts('require'),
  });
}

async function runPipeline(context: VerbContext, { root, workspace }: OpenedWorkspace): Promise<CiRun> {
  const { host, signal, reporter, flags } = context;
  const { fs, clock, processes, env } = host;
  const startedAt = new Date(clock.now()).toISOString();
  const started = clock.monotonicMs();
  const commit = await readCommit({ fs, processes, variables: env.variables, root });
  const stamp = stampOf(env.variables, workspace.configuration.version, commit);
  const { buildId, version } = stamp;
  // Every step is of the same build.
  const variables = {
    ...env.variables,
    BUILD_ID: buildId,
    ...(env.variables.BUILD_VERSION ? { BUILD_VERSION: version } : {}),
  };
  const clean = withoutSecrets(variables);
  const limitMs = flags.number('step-limit') ?? STEP_LIMIT_MS;
  const steps = pipelineOf({
    configuration: workspace.configuration,
    variables,
    scripts: scriptsOf(context, root),
  });
  prepareFolders(context, root, buildInfoText({ ...stamp, branch: commit.branch }));
  const outcomes: CiStepOutcome[] = [];
  try {
    for (const [index, step] of steps.entries()) {
      const why = reasonNotToRun(step, outcomes, signal.aborted);
      if (why !== undefined) {
        outcomes.push({ name: step.name, status: 'not-run', command: commandText(step), why });
        continue;
      }
      reporter.note(`[${index + 1}/${steps.length}] ${step.name}`);
      outcomes.push(
        await runStep(context, step, {
          ...{ root, variables, clean, number: index + 1, started },
          limitMs: step.limitMs ?? limitMs,
        }),
      );
    }
  } finally {
    cleanUp(context, root);
  }
  return {
    ...{ version: 1, exitCode: exitCodeOf(steps, outcomes, signal.aborted), buildId, buildVersion: version },
    ...{ commit: stamp.commit, branch: commit.branch, startedAt },
    ...{ durationMs: Math.round(clock.monotonicMs() - started), steps: outcomes },
  };
}

function reasonNotToRun(
  { notRun }: CiStep,
  before: readonly CiStepOutcome[],
  isAborted: boolean,
): string | undefined {
  if (isAborted) return 'the pipeline was interrupted';
  const failed = before.find(({ status }) => status === 'failed');
  return failed ? `${failed.name} failed` : notRun;
}

/** What one of our own verbs ended with says what kind of failure it is; a command of the user just failed. */
function exitCodeOf(
  steps: readonly CiStep[],
  outcomes: readonly CiStepOutcome[],
  isAborted: boolean,
): number {
  if (isAborted) return 130;
  const index = outcomes.findIndex(({ status }) => status === 'failed');
  if (index === -1) return 0;
  return 'words' in steps[index]!.run ? ((outcomes[index]!.exitCode ?? 1) as PassedOn) : 1;
}

function scriptsOf({ host: { fs } }: VerbContext, root: string): string[] {
  const folder = join(root, 'scripts');
  if (fs.lstat(folder)?.type !== 'directory') return [];
  const files = fs.readDirectory(folder).filter(({ name, type }) => type === 'file' && name.endsWith('.sh'));
  return files.map(({ name }) => `scripts/${name}`);
}

/** The document's folders, and what the build is. */
function prepareFolders({ host: { fs } }: VerbContext, root: string, info: string): void {
  for (const name of ['scripts', 'components', 'images', 'mobile'])
    fs.makeDirectory(join(root, 'dist', name));
  fs.remove(join(root, CI_FOLDER));
  fs.makeDirectory(join(root, CI_FOLDER));
  fs.replaceFile(join(root, 'dist/build-info.json'), info);
}

/** What steps leave for the time of the build; the cache is kept, as it is what makes the next run short. */
function cleanUp({ host: { fs } }: VerbContext, root: string): void {
  fs.remove(join(root, 'build-cache/temp'));
}

const TAIL_BYTES = 4000;

function writeReports(
  { host }: VerbContext,
  root: string,
  { run, reports }: { readonly run: CiRun; readonly reports: readonly string[] },
): void {
  const { fs, env } = host;
  const json = `${JSON.stringify(run, undefined, 2)}\n`;
  const tailOf = (log: string): string => (fs.readTextIfExists(join(root, log)) ?? '').slice(-TAIL_BYTES);
  fs.replaceFile(join(root, CI_FOLDER, 'last.json'), json);
  for (const file of reports) {
    const text = extname(file) === '.json' ? json : ciJunit(run, tailOf);
    fs.replaceFile(resolve(env.workingDirectory, file), text);
  }
}

const WORDS = { passed: 'passed', failed: 'FAILED', interrupted: 'ended', 'not-run': 'not run' } as const;

function summaryText({ steps, buildId, buildVersion, durationMs, exitCode }: CiRun): string {
  const width = Math.max(...steps.map(({ name }) => name.length));
  const lines = steps.map(({ name, status, durationMs: took, why, log, exitCode: code }) => {
    const ended = why ?? `exit code ${code}`;
    const more =
      status === 'not-run'
        ? why
        : `${formatDurationMs(took ?? 0)}${status === 'passed' ? '' : `, ${ended}: ${log}`}`;
    return `${WORDS[status].padEnd(7)}  ${name.padEnd(width)}  ${more}`;
  });
  const end = exitCode === 0 ? 'passed' : exitCode === 130 ? 'interrupted' : 'failed';
  return [
    '',
    ...lines,
    '',
    `build ${buildId} of ${buildVersion}: ${end} in ${formatDurationMs(durationMs)}`,
  ].join('\n');
}
