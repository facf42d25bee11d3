import type { Digest } from '../base/index.ts';
import type { ActionDone, ActionEvents, BuildEvent } from './event.ts';

export interface BuildLogOptions {
  /** Adds to the log; the first call makes it. */
  readonly append: (text: string) => void;
  /** The whole output of an action, when it is more than the event carries. */
  readonly readOutput: (stdout: Digest) => Uint8Array | undefined;
}

/** More than this of one action's output is left to the store. */
const MAX_OUTPUT_BYTES = 16 * 2 ** 20;

/** The kept log of a build: what ran, what it said (also when that came from the cache), what was left out. */
export class BuildLog {
  readonly #options: BuildLogOptions;

  constructor(options: BuildLogOptions) {
    this.#options = options;
  }

  handle(event: BuildEvent): void {
    const text = this.#text(event);
    if (text !== '') this.#options.append(`${new Date(event.time).toISOString()} ${text}\n`);
  }

  #text({ type, payload }: BuildEvent): string {
    switch (type) {
      case 'action.started': {
        const { id, description } = payload as ActionEvents['action.started'];
        return `started  ${id}: ${description}`;
      }
      case 'action.cached':
        return this.#done('cached  ', payload as ActionDone);
      case 'action.finished':
        return this.#done('finished', payload as ActionDone);
      case 'action.skipped': {
        const { id, because } = payload as ActionEvents['action.skipped'];
        return `skipped  ${id}${because === '' ? '' : ` because ${because} failed`}`;
      }
      case 'log': {
        const { level, message } = payload as ActionEvents['log'];
        return `${level.padEnd(8)} ${message}`;
      }
      default:
        return '';
    }
  }

  #done(word: string, done: ActionDone): string {
    const { id, exitCode, durationMs, failure, action } = done;
    const key = action ? `, key ${action.hash.slice(0, 12)}` : '';
    const why = failure === undefined ? '' : `, ${failure}`;
    const head = `${word} ${id} (exit ${exitCode}, ${Math.round(durationMs)} ms${key}${why})`;
    const output = this.#output(done).replace(/\n+$/, '');
    return output === '' ? head : `${head}\n${output.replace(/^/gm, '  | ')}`;
  }

  #output({ output, stdout }: ActionDone): string {
    if (!stdout || stdout.sizeBytes <= Buffer.byteLength(output)) return output;
    if (stdout.sizeBytes > MAX_OUTPUT_BYTES) {
      return `(${stdout.sizeBytes} bytes of output, blob ${stdout.hash}; here is its end)\n${output}`;
    }
    const whole = this.#options.readOutput(stdout);
    return whole ? Buffer.from(whole).toString() : output;
  }
}
