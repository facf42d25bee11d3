import type { BuildOutcome } from '../../build/index.ts';
import type { BuildEvent } from '../../event/index.ts';
import type { Clock } from '../../host/index.ts';
import type { ShownOutput } from './action-lines.ts';
import type { BuildReporter } from './build-reporter.ts';
import { frameLines } from './live-frame.ts';
import { LiveScreen } from './live-screen.ts';
import type { Output } from './output.ts';
import { PlainLines } from './plain-lines.ts';
import type { Style } from './style.ts';
import { summaryLines } from './summary.ts';

export interface BuildReporterOptions {
  readonly output: Output;
  readonly style: Style;
  readonly clock: Pick<Clock, 'now'>;
  readonly shownOutput: ShownOutput;
  readonly verb: 'build' | 'test';
  readonly logPath: string | undefined;
  readonly jobs: number;
  readonly isQuiet: boolean;
  /** True draws progress in place; only for a terminal. */
  readonly isLive: boolean;
}

export function makeBuildReporter(options: BuildReporterOptions): BuildReporter {
  return new Report(options);
}

const REDRAW_MS = 100;
const SHOWN_ROWS = 12;
/** For the line below the actions, the one that says how many are not shown, and the cursor's. */
const OTHER_ROWS = 3;

class Report implements BuildReporter {
  readonly #options: BuildReporterOptions;
  readonly #lines: PlainLines;
  readonly #screen: LiveScreen;
  #waiting: string[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: BuildReporterOptions) {
    const { style, shownOutput: output, logPath, isQuiet } = options;
    this.#options = options;
    this.#lines = new PlainLines({ style, output, logPath, isQuiet });
    this.#screen = new LiveScreen(options.output);
  }

  handle(event: BuildEvent): void {
    const lines = this.#lines.next(event);
    if (!this.#options.isLive) {
      this.#write(lines);
      return;
    }
    this.#waiting.push(...lines);
    if (this.#lines.progress.total === 0) this.#redraw();
    else this.#timer ??= setInterval(() => this.#redraw(), REDRAW_MS);
  }

  #redraw(): void {
    const { clock, style, output, jobs } = this.#options;
    const rows = Math.max(0, Math.min(SHOWN_ROWS, output.rows() - OTHER_ROWS));
    const frame = { now: clock.now(), columns: output.columns(), rows, jobs, style };
    const lasting = this.#waiting;
    this.#waiting = [];
    this.#screen.draw(lasting, frameLines(this.#lines.progress, frame));
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (!this.#options.isLive) return;
    this.#screen.draw(this.#waiting, []);
    this.#waiting = [];
  }

  finish(outcome: BuildOutcome): void {
    this.close();
    const { style, logPath, verb, shownOutput: output, isQuiet } = this.#options;
    const { progress } = this.#lines;
    const shownFailures = output === 'all' ? progress.failures.length : Math.min(1, progress.failures.length);
    const options = { style, logPath, verb, shownFailures, output, isQuiet };
    this.#write(summaryLines(outcome, progress, options));
  }

  #write(lines: readonly string[]): void {
    if (lines.length > 0) this.#options.output.write(lines.map((line) => `${line}\n`).join(''));
  }
}
