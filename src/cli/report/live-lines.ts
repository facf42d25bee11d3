import type { BuildEvent } from '../../event/index.ts';
import type { Clock } from '../../host/index.ts';
import { frameLines } from './live-frame.ts';
import { LiveScreen } from './live-screen.ts';
import type { Output } from './output.ts';
import type { PlainLines } from './plain-lines.ts';
import { preparationLine } from './preparation.ts';
import type { Style } from './style.ts';

export interface LiveLinesOptions {
  readonly lines: PlainLines;
  readonly output: Output;
  readonly style: Style;
  readonly clock: Pick<Clock, 'now'>;
  readonly jobs: number;
}

const REDRAW_MS = 100;
const SHOWN_ROWS = 12;
/** For the line below the actions, the one that says how many are not shown, and the cursor's. */
const OTHER_ROWS = 3;

/** Lines that stay, and below them, on a terminal, what is under way: drawn anew ten times a second until it is closed. */
export class LiveLines {
  readonly #options: LiveLinesOptions;
  readonly #screen: LiveScreen;
  #waiting: string[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: LiveLinesOptions) {
    this.#options = options;
    this.#screen = new LiveScreen(options.output);
  }

  handle(event: BuildEvent): void {
    const { lines } = this.#options;
    this.#waiting.push(...lines.next(event));
    if (lines.progress.total === 0) this.#redraw();
    if (lines.progress.total > 0 || lines.preparation) {
      this.#timer ??= setInterval(() => this.#redraw(), REDRAW_MS);
    }
  }

  /** Takes the frame away; may be called twice. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#screen.draw(this.#waiting, []);
    this.#waiting = [];
  }

  #redraw(): void {
    const { lines, clock, style, output, jobs } = this.#options;
    const rows = Math.max(0, Math.min(SHOWN_ROWS, output.rows() - OTHER_ROWS));
    const frame = { now: clock.now(), columns: output.columns(), rows, jobs, style };
    const { preparation, progress } = lines;
    const lasting = this.#waiting;
    this.#waiting = [];
    this.#screen.draw(
      lasting,
      preparation ? [preparationLine(preparation, frame)] : frameLines(progress, frame),
    );
  }
}
