import type { BuildOutcome } from '../../build/index.ts';
import type { BuildEvent } from '../../event/index.ts';
import type { Clock } from '../../host/index.ts';
import type { ShownOutput } from './action-lines.ts';
import type { BuildReporter } from './build-reporter.ts';
import { LiveLines } from './live-lines.ts';
import { type Output, resultColumns } from './output.ts';
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

class Report implements BuildReporter {
  readonly #options: BuildReporterOptions;
  readonly #lines: PlainLines;
  readonly #live: LiveLines | undefined;

  constructor(options: BuildReporterOptions) {
    const { style, shownOutput: output, logPath, isQuiet, isLive } = options;
    this.#options = options;
    this.#lines = new PlainLines({ style, output, logPath, isQuiet, isPaced: !isLive });
    this.#live = isLive ? new LiveLines({ ...options, lines: this.#lines }) : undefined;
  }

  handle(event: BuildEvent): void {
    if (this.#live) this.#live.handle(event);
    else this.#write(this.#lines.next(event));
  }

  close(): void {
    this.#live?.close();
  }

  finish(outcome: BuildOutcome): void {
    this.close();
    const { style, logPath, verb, shownOutput: output, isQuiet } = this.#options;
    const { progress } = this.#lines;
    const shownFailures = output === 'all' ? progress.failures.length : Math.min(1, progress.failures.length);
    const columns = resultColumns(this.#options.output);
    const options = { style, logPath, verb, shownFailures, output, isQuiet, columns };
    this.#write(summaryLines(outcome, progress, options));
  }

  #write(lines: readonly string[]): void {
    if (lines.length > 0) this.#options.output.write(lines.map((line) => `${line}\n`).join(''));
  }
}
