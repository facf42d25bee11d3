import { cleanLine, counted, formatDurationMs, formatSizeBytes, tableLines } from '../../base/index.ts';
import type { BuildOutcome, BuiltArtifact } from '../../build/index.ts';
import { actionName, failureLines } from './action-lines.ts';
import type { Progress } from './progress.ts';
import type { Style } from './style.ts';

export interface SummaryOptions {
  readonly style: Style;
  readonly logPath: string | undefined;
  readonly verb: 'build' | 'test';
  /** Failures whose output was shown while the build ran. */
  readonly shownFailures: number;
  readonly output: 'all' | 'failed' | 'none';
  readonly isQuiet: boolean;
  /** How wide a table may be. */
  readonly columns: number;
}

/** The end of the report: failures, what was left out because of them, artifacts, counts and time. */
export function summaryLines(outcome: BuildOutcome, progress: Progress, options: SummaryOptions): string[] {
  if (isNothingToDo(outcome)) {
    return options.isQuiet
      ? []
      : [`nothing to do (${counted(outcome.targets.length, 'target')} up to date, ${time(outcome)})`];
  }
  return [
    ...failureSection(progress, options),
    ...interruptedSection(progress),
    ...skippedSection(progress, options.style),
    ...targetSection(outcome, progress, options.style),
    ...(options.isQuiet && outcome.exitCode === 0 ? [] : artifactTable(outcome.artifacts, options)),
    ...testLines(outcome, progress, options),
    ...(options.isQuiet ? [] : [lastLine(outcome, progress, options)]),
  ];
}

function isNothingToDo({ exitCode, counts, artifacts, tests }: BuildOutcome): boolean {
  const { ran, cached, failed, skipped } = counts;
  const isUntouched = artifacts.every(({ status }) => status === 'unchanged');
  return exitCode === 0 && ran + cached + failed + skipped === 0 && isUntouched && tests.length === 0;
}

function failureSection({ failures }: Progress, options: SummaryOptions): string[] {
  const { style, logPath, output, shownFailures } = options;
  if (failures.length === 0) return [];
  if (failures.length === 1 && (shownFailures === 1 || output === 'none')) return [];
  const details = output === 'none' ? [] : failures.slice(shownFailures);
  const names = Map.groupBy(failures, actionName);
  const list = failures.map((done) => {
    const why = cleanLine(done.failure ?? `exit code ${done.exitCode}`);
    const name = actionName(done);
    // Two variants of an app do the same under one name.
    const which = names.get(name)!.length > 1 ? ` (${cleanLine(done.id)})` : '';
    return `  ${style.bad('failed')}  ${name}${which}: ${why}`;
  });
  return [
    ...details.flatMap((done) => ['', ...failureLines(done, logPath, style)]),
    '',
    style.bold(`${counted(failures.length, 'action')} failed:`),
    ...list,
  ];
}

/** What ran when the user stopped the build: nobody's failure. */
function interruptedSection({ interrupted }: Progress): string[] {
  if (interrupted.length === 0) return [];
  return ['', ...interrupted.map((done) => `  interrupted  ${actionName(done)}`)];
}

function skippedSection({ skipped, interrupted }: Progress, style: Style): string[] {
  const because = skipped.filter((each) => each.because !== '');
  const stopped = new Set(interrupted.map(({ id }) => id));
  const groups = Map.groupBy(because, ({ because: cause }) => cause);
  const lines = [...groups].flatMap(([cause, all]) => {
    const why = `because ${cleanLine(cause)} ${stopped.has(cause) ? 'was interrupted' : 'failed'}`;
    return skippedNames(all).map((name) => `  ${style.dim('skipped')}  ${name}  ${style.dim(why)}`);
  });
  const others = skipped.length - because.length;
  const rest = others > 0 ? [`  ${style.dim(`not started: ${others}`)}`] : [];
  return lines.length + rest.length === 0 ? [] : ['', ...lines, ...rest];
}

const MOST_SKIPPED = 3;

/** More than a few only hide what they were skipped for. */
function skippedNames(all: Progress['skipped']): readonly string[] {
  if (all.length <= MOST_SKIPPED) return all.map(({ id }) => cleanLine(id));
  const labels = [...new Set(all.map(({ label }) => cleanLine(label)))];
  return [`${counted(all.length, 'action')} of ${labels.join(', ')}`];
}

/** Targets that failed without an action that did: what they lack is among the diagnostics. */
function targetSection({ targets, exitCode }: BuildOutcome, progress: Progress, style: Style): string[] {
  const named = new Set(
    [...progress.failures, ...progress.interrupted, ...progress.skipped].map(({ label }) => label),
  );
  return targets
    .filter(({ label, status }) => (status === 'failed' || status === 'skipped') && !named.has(label))
    .map(({ label, status }) => {
      const word = status === 'failed' ? style.bad('failed') : style.dim('skipped');
      const need = `something that it needs ${exitCode === 130 ? 'was not built' : 'failed'}`;
      return `  ${word}  ${label}  ${style.dim(status === 'failed' ? 'see above' : need)}`;
    });
}

/** Artifact, size, the beginning of SHA-256 (where there is room for it) and path, each column as wide as it must be. */
export function artifactTable(
  artifacts: readonly BuiltArtifact[],
  { style, columns }: Pick<SummaryOptions, 'style' | 'columns'>,
): string[] {
  if (artifacts.length === 0) return [];
  const rows = artifacts.map(({ name, sizeBytes, sha256, path, status, isFile }) => [
    name,
    formatSizeBytes(sizeBytes),
    sha256.slice(0, 12),
    `${path}${isFile ? '' : '/'}${status === 'restored' ? ' (put back)' : ''}`,
  ]);
  const header = ['artifact', 'size', 'sha256', 'path'];
  const form = { columns, figures: [1], optional: [2], whole: [1, 3] };
  const [first = [], ...lines] = tableLines([header, ...rows], form);
  return ['', ...first.map(style.dim), ...lines.flat(), ''];
}

function testLines(
  { tests }: BuildOutcome,
  { interrupted }: Progress,
  { verb, style }: SummaryOptions,
): string[] {
  if (verb !== 'test') return [];
  if (tests.length === 0) return [style.warning('there are no tests')];
  return [
    '',
    ...tests.map(({ label, category, action, status, junit, device, reason: told }) => {
      const skipped = status === 'failed' ? undefined : skippedReason(junit);
      const isStopped = interrupted.some(({ id }) => id === action);
      const word = isStopped
        ? 'stopped'
        : status === 'failed'
          ? style.bad('failed ')
          : status === 'skipped' || skipped !== undefined
            ? 'not run'
            : 'passed ';
      const facts = [device, told ?? skipped].filter((each) => each !== undefined).map((each) => `  ${each}`);
      return `  ${word}  ${label}  ${category}${facts.join('')}${status === 'cached' ? style.dim('  cached') : ''}`;
    }),
    '',
  ];
}

/** Why nothing of a report was run, where each of its tests was skipped. */
function skippedReason(junit: string | undefined): string | undefined {
  const tests = junit?.match(/<testcase\b/g)?.length ?? 0;
  const skipped = [...(junit ?? '').matchAll(/<skipped(?:\s+message="([^"]*)")?/g)];
  return tests > 0 && skipped.length === tests ? (skipped[0]![1] ?? 'skipped') : undefined;
}

function lastLine(outcome: BuildOutcome, progress: Progress, { style, verb }: SummaryOptions): string {
  const { ran, cached, failed, skipped, upToDate } = outcome.counts;
  const interrupted = progress.interrupted.length;
  const restored = outcome.artifacts.filter(({ status }) => status === 'restored').length;
  const parts = [
    `${ran} ran`,
    `${cached} cached`,
    ...(failed > 0 ? [style.bad(`${failed} failed`)] : []),
    ...(restored > 0 ? [`${restored} put back`] : []),
    ...(interrupted > 0 ? [`${interrupted} interrupted`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    `${upToDate} of ${outcome.targets.length} targets up to date`,
  ];
  return `${verdict(outcome, verb, style)} in ${time(outcome)}: ${parts.join(', ')}`;
}

function verdict({ exitCode, tests }: BuildOutcome, verb: 'build' | 'test', style: Style): string {
  if (exitCode === 130) return style.bad('interrupted');
  const isNone = tests.every(
    ({ status, junit }) => status === 'skipped' || skippedReason(junit) !== undefined,
  );
  if (exitCode === 0 && verb === 'test' && isNone)
    return tests.length === 0 ? style.good('built') : style.warning('no test was run, and all was built');
  if (exitCode === 0) return style.good(verb === 'test' ? 'tests passed' : 'built');
  return style.bad(exitCode === 3 ? 'something is missing' : 'failed');
}

function time({ durationMs }: BuildOutcome): string {
  return formatDurationMs(durationMs);
}
