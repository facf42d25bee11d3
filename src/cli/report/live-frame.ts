import { fitColumns, formatDurationMs } from '../../base/index.ts';
import { actionName } from './action-lines.ts';
import { type Progress, remainingMs, settledCount } from './progress.ts';
import type { Style } from './style.ts';

export interface FrameOptions {
  readonly now: number;
  readonly columns: number;
  /** Actions shown at most. */
  readonly rows: number;
  readonly jobs: number;
  readonly style: Style;
}

/** The lines that stand at the bottom of a terminal while a build runs; none is wider than it. */
export function frameLines(progress: Progress, options: FrameOptions): string[] {
  const { now, columns, rows, style } = options;
  if (progress.total === 0) return [];
  const longestFirst = [...progress.running].sort((a, b) => a.startedAt - b.startedAt);
  const shown = longestFirst.slice(0, rows);
  const lines = shown.map((action) => {
    const time = formatDurationMs(Math.max(0, now - action.startedAt));
    const name = fitColumns(actionName(action), Math.max(1, columns - time.length - 5));
    return `  ${name}  ${style.dim(time)}`;
  });
  const hidden = progress.running.length - shown.length;
  if (hidden > 0) lines.push(style.dim(fitColumns(`  and ${hidden} more`, columns - 1)));
  return [...lines, summaryLine(progress, options)];
}

function summaryLine(progress: Progress, { now, columns, jobs, style }: FrameOptions): string {
  const settled = settledCount(progress);
  const left = remainingMs(progress, now, jobs);
  const parts = [
    `${settled}/${progress.total} done`,
    ...(progress.cached > 0 ? [`${progress.cached} cached`] : []),
    ...(progress.failures.length > 0 ? [`${progress.failures.length} failed`] : []),
    formatDurationMs(Math.max(0, now - progress.startedAt)),
    ...(left === undefined ? [] : [`about ${formatDurationMs(roundedUp(left))} left`]),
  ];
  const text = fitColumns(parts.join(', '), columns - 1);
  return progress.failures.length > 0 ? style.bad(text) : style.bold(text);
}

/** Whole seconds, so that a guess does not look like a measurement. */
function roundedUp(durationMs: number): number {
  return Math.max(1, Math.ceil(durationMs / 1000)) * 1000;
}
