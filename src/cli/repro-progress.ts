import { formatDurationMs } from '../base/index.ts';
import type { BuildEvent } from '../event/index.ts';
import type { ReproListener } from '../repro/index.ts';
import { isLive } from './is-live.ts';
import type { BuildReporter } from './report/build-reporter.ts';
import { makeBuildReporter } from './report/make-build-reporter.ts';
import type { VerbContext } from './verb.ts';

type Heard<Name extends keyof ReproListener> = Parameters<ReproListener[Name]>;

/** Shows how building twice goes on: each build as a build is shown, and lines between them. */
export class ReproProgress implements ReproListener, Disposable {
  readonly #context: VerbContext;
  #report: BuildReporter | undefined;

  constructor(context: VerbContext) {
    this.#context = context;
  }

  readonly building = (...[{ name, jobs }]: Heard<'building'>): ((event: BuildEvent) => void) => {
    const { host, reporter } = this.#context;
    reporter.note(`${name} build`);
    const report = makeBuildReporter({
      output: reporter.progress,
      style: reporter.style,
      clock: host.clock,
      shownOutput: 'failed',
      verb: 'build',
      logPath: undefined,
      jobs,
      isQuiet: reporter.isQuiet,
      isLive: isLive(this.#context),
    });
    this.#report = report;
    return (event) => report.handle(event);
  };

  readonly built = (...[{ name }, durationMs]: Heard<'built'>): void => {
    this.#say(`${name} build done in ${formatDurationMs(durationMs)}`);
  };

  readonly waiting = (...[durationMs]: Heard<'waiting'>): void => {
    this.#say(`waiting ${formatDurationMs(durationMs)}, so that the clock is another`);
  };

  readonly comparing = (): void => this.#say('comparing');

  readonly runningAgain = (...[{ label, description }, condition]: Heard<'runningAgain'>): void => {
    const how = condition === 'nothing' ? 'nothing changed' : `only ${condition} changed`;
    this.#say(`running again with ${how}: ${label} ${description}`);
  };

  #say(text: string): void {
    this[Symbol.dispose]();
    this.#context.reporter.note(text);
  }

  [Symbol.dispose](): void {
    this.#report?.close();
    this.#report = undefined;
  }
}
