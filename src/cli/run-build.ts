import type { Diagnostic } from '../base/index.ts';
import { type BuildOutcome, type BuildRequest, build } from '../build/index.ts';
import { type EventSink, emit, fanOut, type Subscriber } from '../event/index.ts';
import { hasDestination, MetricsCollector } from '../metrics/index.ts';
import type { BuildFacts } from '../release/index.ts';
import { findWorkspaceRoot } from '../workspace/index.ts';
import { metricsOf, writeRecords } from './build-records.ts';
import { finishedEvent } from './finished-event.ts';
import { isLive } from './is-live.ts';
import { KeptLog } from './kept-log.ts';
import { outcomeJson } from './outcome-json.ts';
import type { ShownOutput } from './report/action-lines.ts';
import type { BuildReporter } from './report/build-reporter.ts';
import { makeBuildReporter } from './report/make-build-reporter.ts';
import type { Amendment, SentRecord } from './sent-record.ts';
import { SideFiles } from './side-files.ts';
import { variableProblems } from './variables.ts';
import type { VerbContext } from './verb.ts';

export interface FinishedBuild {
  readonly outcome: BuildOutcome;
  /** Absent where nothing could be built at all. */
  readonly facts?: BuildFacts;
  /** Sends the build's record once more, with what is known only now; nothing where no record is sent. */
  readonly amend: (amendment: Amendment) => Promise<void>;
}

export interface RunOptions {
  /** The JSON document is written. */
  readonly isReported?: boolean;
  /** What the record of the build calls it. */
  readonly verb?: string;
  /** What is done once it is built and before anything is told of it; gives what came of all. */
  readonly after?: (outcome: BuildOutcome, sink: EventSink) => Promise<BuildOutcome>;
}

/**
 * Runs the pipeline with all who listen to it, reports what came of it and leaves the records in `dist/`. A caller that
 * has more to say than the outcome writes the JSON document itself (`isReported: false`).
 */
export async function runBuild(
  context: VerbContext,
  request: BuildRequest,
  { isReported = true, verb = request.mode, after = async (outcome) => outcome }: RunOptions = {},
): Promise<FinishedBuild> {
  const { host, program, reporter, signal, directory, startedMs, look } = context;
  const startMs = host.clock.now();
  const root = findWorkspaceRoot(host.fs, directory);
  const log = root === undefined ? undefined : new KeptLog(host, root);
  const report = reportOf(context, request, log?.path);
  const collected = new MetricsCollector();
  const files = new SideFiles(context);
  const sent = hasDestination(host.env.variables) ? await sentRecord(context, verb) : undefined;
  const subscribers: Subscriber[] = [
    (event) => report.handle(event),
    (event) => collected.handle(event),
    ...(log ? [log.subscriber] : []),
    ...files.subscribers,
    ...(sent ? [sent.subscriber] : []),
  ];
  const onLost = (error: unknown): void => reporter.note(`a record of the build is lost: ${String(error)}`);
  const sink = fanOut({ now: () => host.clock.now(), subscribers, onLost });
  const { mode, targets, jobs = host.env.cpuCount } = request;
  emit(sink, 'build.started', { verb, mode, targets, jobs });
  try {
    let facts: BuildFacts | undefined;
    const problems = [...files.diagnostics, ...variableProblems(host.env.variables)];
    const built =
      problems.length > 0
        ? refusedOutcome(problems)
        : await build({ host, program, sink, signal, directory, look }, request, async (outcome) => {
            facts = await record({ host, root, outcome, collected, startMs });
          });
    // What a person has waited for is more than what the pipeline took.
    const whole = await after(built, sink);
    const outcome = { ...whole, durationMs: host.clock.monotonicMs() - startedMs };
    emit(sink, 'build.finished', finishedEvent(outcome));
    report.close();
    reporter.diagnostics(outcome.diagnostics);
    facts ??= outcome.identity;
    report.finish(outcome);
    if (reporter.isJson && isReported) reporter.json(outcomeJson(outcome));
    await sent?.finish(metricsOf({ host, root: root ?? directory, facts, outcome, collected, startMs }));
    const amend: FinishedBuild['amend'] = async (amendment) => sent?.amend(amendment);
    return facts ? { outcome, facts, amend } : { outcome, amend };
  } finally {
    sent?.stop();
    report.close();
    files.close();
    log?.prune();
  }
}

async function sentRecord(context: VerbContext, verb: string): Promise<SentRecord> {
  const { SentRecord } = await import('./sent-record.ts');
  return SentRecord.begin(context, verb);
}

/** Nothing was begun. */
function refusedOutcome(diagnostics: readonly Diagnostic[]): BuildOutcome {
  const counts = { ran: 0, cached: 0, failed: 0, skipped: 0, upToDate: 0 };
  return { exitCode: 2, diagnostics, targets: [], artifacts: [], tests: [], counts, durationMs: 0 };
}

async function record({
  root,
  ...options
}: {
  readonly host: VerbContext['host'];
  readonly root: string | undefined;
  readonly outcome: BuildOutcome;
  readonly collected: MetricsCollector;
  readonly startMs: number;
}): Promise<BuildFacts | undefined> {
  if (root === undefined || options.outcome.targets.length === 0) return undefined;
  const facts = options.outcome.identity;
  if (facts) writeRecords({ ...options, root, facts });
  return facts;
}

function reportOf(context: VerbContext, request: BuildRequest, logPath: string | undefined): BuildReporter {
  const { host, reporter, flags } = context;
  return makeBuildReporter({
    output: reporter.progress,
    style: reporter.style,
    clock: host.clock,
    shownOutput: (flags.text('output') ?? 'failed') as ShownOutput,
    verb: request.mode,
    logPath,
    jobs: request.jobs ?? host.env.cpuCount,
    isQuiet: reporter.isQuiet,
    isLive: isLive(context),
  });
}
