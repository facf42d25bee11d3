import { cleanLine, cleanText, formatDurationMs, lastLines } from '../../base/index.ts';
import type { ActionDone } from '../../event/index.ts';
import { isFailure, isInterrupted } from './progress.ts';
import type { Style } from './style.ts';

export type ShownOutput = 'all' | 'failed' | 'none';

/** `component:ai-core  Compile the engine`: what a person knows an action by. */
export function actionName({ label, description }: Pick<ActionDone, 'label' | 'description'>): string {
  return `${cleanLine(label)}  ${cleanLine(description)}`;
}

export interface Place {
  /** How many have come to an end, this one included. */
  readonly settled: number;
  readonly total: number;
}

/** The one line of an action that has come to an end. */
export function doneLine(done: ActionDone, kind: 'cached' | 'finished', at: Place, style: Style): string {
  const width = String(at.total).length;
  const count = style.dim(`[${String(at.settled).padStart(width)}/${at.total}]`);
  const name = actionName(done);
  if (kind === 'cached') return `${count} ${name}  ${style.dim('cached')}`;
  const time = formatDurationMs(done.durationMs);
  if (isInterrupted(done)) return `${count} ${name}  interrupted ${style.dim(`after ${time}`)}`;
  if (!isFailure(done)) return `${count} ${name}  ${style.dim(time)}`;
  return `${count} ${name}  ${style.bad('FAILED')} ${style.dim(`after ${time}`)}`;
}

const SHOWN_LINES = 40;

/** Why an action failed and the end of what it said, with where the rest is. */
export function failureLines(done: ActionDone, logPath: string | undefined, style: Style): string[] {
  const why = cleanLine(done.failure ?? `ended with exit code ${done.exitCode}`);
  const { lines, omitted } = lastLines(cleanText(done.output, style.isColored), SHOWN_LINES);
  const left = omitted > 0 ? [style.dim(`  … ${omitted} lines before these`)] : [];
  const log = logPath === undefined ? [] : [style.dim(`  the whole output: ${logPath}`)];
  return [
    `${style.bad('failed:')} ${actionName(done)}: ${why}`,
    ...left,
    ...lines.map((line) => (line === '' ? '' : `  ${line}`)),
    ...log,
  ];
}

/** All that an action said, for `--output all`. */
export function outputLines(done: ActionDone, style: Style): string[] {
  const { lines } = lastLines(cleanText(done.output, style.isColored), Number.MAX_SAFE_INTEGER);
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}
