import { cleanLine, counted, formatSizeBytes } from '../../base/index.ts';
import type { ActionDone, ActionEvents, BuildEvent } from '../../event/index.ts';
import { doneLine, failureLines, outputLines, type ShownOutput } from './action-lines.ts';
import { advancePreparation, fetchedText, type Preparation } from './preparation.ts';
import { advance, isFailure, type Progress, settledCount, startProgress } from './progress.ts';
import type { Style } from './style.ts';

export interface PlainOptions {
  readonly style: Style;
  readonly output: ShownOutput;
  /** Where the kept log is, relative to the workspace. */
  readonly logPath: string | undefined;
  /** Leaves all but failures out. */
  readonly isQuiet: boolean;
  /** Says now and then how far fetching has come; not where a frame shows it. */
  readonly isPaced: boolean;
}

const PACE_MS = 10_000;

/** Turns events into lines that stay: one for each action that came to an end, the first failure in full. */
export class PlainLines {
  readonly #options: PlainOptions;
  #progress: Progress = startProgress(0);
  #preparation: Preparation | undefined;
  #saidAt = 0;

  constructor(options: PlainOptions) {
    this.#options = options;
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** What is under way before actions are. */
  get preparation(): Preparation | undefined {
    return this.#preparation;
  }

  /** The lines that this event adds, without line ends. */
  next(event: BuildEvent): string[] {
    const before = this.#progress;
    this.#preparation = advancePreparation(this.#preparation, event);
    this.#progress = advance(before.startedAt === 0 ? startProgress(event.time) : before, event);
    if (event.type === 'action.finished' || event.type === 'action.cached') {
      const kind = event.type === 'action.cached' ? 'cached' : 'finished';
      return this.#done(event.payload as ActionDone, kind, before);
    }
    if (this.#options.isQuiet) return quietLines(event);
    return event.type === 'prepare.fetched' ? this.#fetched(event) : otherLines(event, this.#options.style);
  }

  #fetched({ time }: BuildEvent): string[] {
    const fetching = this.#preparation;
    if (!this.#options.isPaced || fetching?.kind !== 'fetching') return [];
    if (time - Math.max(this.#saidAt, fetching.startedAt) < PACE_MS) return [];
    if (fetching.doneFiles === fetching.files) return [];
    this.#saidAt = time;
    return [`fetched ${fetchedText(fetching)}`];
  }

  #done(done: ActionDone, kind: 'cached' | 'finished', before: Progress): string[] {
    const { style, output, logPath, isQuiet } = this.#options;
    const failed = kind === 'finished' && isFailure(done);
    if (isQuiet && !failed) return [];
    const place = { settled: settledCount(this.#progress), total: this.#progress.total };
    const line = doneLine(done, kind, place, style);
    if (failed) {
      const isShown = output === 'all' || (output === 'failed' && before.failures.length === 0);
      return isShown ? [line, ...failureLines(done, logPath, style)] : [line];
    }
    return output === 'all' ? [line, ...outputLines(done, style)] : [line];
  }
}

function quietLines({ type, payload }: BuildEvent): string[] {
  if (type !== 'log') return [];
  const { level, message } = payload as ActionEvents['log'];
  return level === 'warning' ? [`warning: ${cleanLine(message)}`] : [];
}

/** What is no action: warnings, locking and fetching. */
function otherLines({ type, payload }: BuildEvent, style: Style): string[] {
  switch (type) {
    case 'build.planned': {
      const { actions, targets, upToDate } = payload as ActionEvents['build.planned'];
      if (actions === 0) return [];
      const rest = upToDate > 0 ? `, ${upToDate} up to date` : '';
      return [style.dim(`${counted(actions, 'action')} for ${counted(targets, 'target')}${rest}`)];
    }
    case 'log': {
      const { level, message } = payload as ActionEvents['log'];
      if (level === 'debug') return [];
      return [`${level === 'warning' ? style.warning('warning:') : 'note:'} ${cleanLine(message)}`];
    }
    case 'lock.section': {
      const { what, done, total } = payload as { what: string; done: number; total: number };
      return [`[${done + 1}/${total}] resolving ${cleanLine(what)}`];
    }
    case 'prepare.planned': {
      const planned = payload as { files: number; sizeBytes: number; unknownSizes?: number };
      const { files, sizeBytes, unknownSizes = 0 } = planned;
      const atLeast = unknownSizes > 0 ? 'at least ' : '';
      return files === 0
        ? []
        : [`fetching ${counted(files, 'file')}, ${atLeast}${formatSizeBytes(sizeBytes)}`];
    }
    case 'prepare.finished': {
      const { files, sizeBytes, missing } = payload as { files: number; sizeBytes: number; missing: number };
      if (files === 0 && missing === 0) return [];
      const lost = missing > 0 ? `, ${missing} missing` : '';
      return [`fetched ${counted(files, 'file')}, ${formatSizeBytes(sizeBytes)}${lost}`];
    }
    default:
      return [];
  }
}
