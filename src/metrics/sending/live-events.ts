import type { ActionDone, BuildEvent } from '../../event/index.ts';
import { type Clock, type Http, textBody } from '../../host/index.ts';
import type { Destination } from './destination.ts';

export interface LiveOptions {
  readonly http: Http;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly destination: Destination;
  /** Where the server takes events of this build. */
  readonly url: string;
  /** Takes out of a text what nobody else may see. */
  readonly clean: (text: string) => string;
}

const PAUSE_MS = 1000;
const STALL_MS = 5000;
/** A server that takes less than is said is told no more; it gets the whole record at the end. */
const MOST_LINES = 5000;
/** Characters of what a failed action said. */
const OUTPUT_END = 8192;

/**
 * Tells a server of a build while it runs: what happened in a second goes in one request, beside the build. The first that goes
 * wrong is the last. Nothing waits for it.
 */
export class LiveEvents {
  readonly #options: LiveOptions;
  readonly #over = new AbortController();
  #lines: string[] = [];
  #isBegun = false;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  handle(event: BuildEvent): void {
    if (this.#over.signal.aborted || !isTold(event)) return;
    this.#lines.push(JSON.stringify(this.#shortened(event)));
    if (this.#lines.length > MOST_LINES) this.stop();
    // A build that runs nothing is over before anybody could look.
    if (this.#isBegun || event.type !== 'action.started') return;
    this.#isBegun = true;
    void this.#tell().catch(() => this.stop());
  }

  /** The rest is in the record. */
  stop(): void {
    this.#over.abort();
    this.#lines = [];
  }

  async #tell(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#over;
    while (!signal.aborted) {
      await clock.sleep(PAUSE_MS, signal);
      const lines = this.#lines;
      this.#lines = [];
      if (lines.length > 0 && !(await this.#post(`${lines.join('\n')}\n`))) this.stop();
    }
  }

  async #post(text: string): Promise<boolean> {
    const { http, destination, url } = this.#options;
    const answer = await http.exchange({
      ...{ method: 'POST', url, stallTimeoutMs: STALL_MS, signal: this.#over.signal },
      headers: { 'content-type': 'application/x-ndjson', ...destination.headers },
      body: textBody(text),
    });
    if (!answer.ok) return false;
    answer.value.discard();
    return answer.value.status >= 200 && answer.value.status < 300;
  }

  #shortened({ time, type, payload }: BuildEvent): BuildEvent {
    if (type !== 'action.finished' && type !== 'action.cached') return { time, type, payload };
    const done = payload as ActionDone;
    const { failure, output } = done;
    const { clean } = this.#options;
    const end = failure === undefined ? '' : clean(output.slice(-OUTPUT_END));
    const why = failure === undefined ? {} : { failure: clean(failure) };
    return { time, type, payload: { ...done, output: end, ...why } };
  }
}

/** What a record is made of, but its end, which the record itself tells. */
function isTold({ type }: BuildEvent): boolean {
  return type.startsWith('action.') || type === 'build.started' || type === 'build.planned';
}
