import { cleanText } from '../base/index.ts';

export interface DeviceTestCase {
  readonly className: string;
  readonly name: string;
  /** `failed` by an assertion, `error` by anything else; `skipped` is ignored, or an assumption that did not hold. */
  readonly outcome: 'passed' | 'failed' | 'error' | 'skipped';
  /** A stack trace, or why it was not run. */
  readonly detail?: string;
  readonly durationMs: number;
}

export interface InstrumentationRun {
  readonly tests: readonly DeviceTestCase[];
  /** Why the run as a whole is no success, whatever its tests say. */
  readonly problem?: string;
}

/** As `InstrumentationResultParser` of the platform's tools names them. */
const STARTED = 1;
const OUTCOMES: Readonly<Record<number, DeviceTestCase['outcome']>> = {
  0: 'passed',
  [-1]: 'error',
  [-2]: 'failed',
  [-3]: 'skipped',
  [-4]: 'skipped',
};
const SKIPPED: Readonly<Record<number, string>> = { [-3]: 'ignored', [-4]: 'an assumption did not hold' };
/** `Activity.RESULT_OK`: the run came to its end, also where tests have failed. */
const RESULT_OK = -1;

const MAX_VALUE = 65_536;
const MAX_TESTS = 100_000;
/** Of one status; a runner sends a dozen. */
const MAX_KEYS = 200;

const PREFIX = /^INSTRUMENTATION_(STATUS_CODE|STATUS|RESULT|CODE|FAILED|ABORTED): ?(.*)$/;
/** What `am` says of a run that it could not begin. */
const REFUSAL = /^(?:android\.util\.AndroidException: |Error: |java\.lang\.\w+Exception: )(.+)/;

interface Open {
  readonly className: string;
  readonly name: string;
  readonly sinceMs: number;
}

/** Reads what `am instrument -w -r` prints, line by line; the time of a line is that of the test which it ends. */
export class InstrumentationReader {
  readonly #tests: DeviceTestCase[] = [];
  #status = new Map<string, string>();
  readonly #result = new Map<string, string>();
  /** Whose value the next line may go on. */
  #going: { readonly of: Map<string, string>; readonly key: string } | undefined;
  #open: Open | undefined;
  #expected = 0;
  #ended = 0;
  #code: number | undefined;
  #refusal: string | undefined;

  line(text: string, timeMs: number): void {
    const line = text.replace(/\r$/, '');
    const [, kind, rest = ''] = PREFIX.exec(line) ?? [];
    if (kind === 'STATUS') this.#value(this.#status, rest);
    else if (kind === 'RESULT') this.#value(this.#result, rest);
    else if (kind === 'STATUS_CODE') this.#statusCode(Number(rest.trim()), timeMs);
    else if (kind === 'CODE') this.#end(Number(rest.trim()));
    else if (kind === 'FAILED') this.#refuse(`the device cannot start ${rest.trim()}`);
    else if (kind === 'ABORTED') this.#refuse(rest.trim());
    else if (this.#going) this.#goOn(this.#going, line);
    else this.#refuse(REFUSAL.exec(line)?.[1]);
  }

  /** Once there are no more lines. */
  finish(timeMs: number): InstrumentationRun {
    this.#interrupted(timeMs);
    const problem = this.#problem();
    return { tests: this.#tests, ...(problem === undefined ? {} : { problem: plain(problem) }) };
  }

  #value(of: Map<string, string>, rest: string): void {
    if (of.size >= MAX_KEYS) of.clear();
    const at = rest.indexOf('=');
    const key = at < 0 ? rest : rest.slice(0, at);
    of.set(key, at < 0 ? '' : rest.slice(at + 1, at + 1 + MAX_VALUE));
    this.#going = { of, key };
  }

  #goOn({ of, key }: { readonly of: Map<string, string>; readonly key: string }, line: string): void {
    const before = of.get(key) ?? '';
    if (before.length < MAX_VALUE) of.set(key, `${before}\n${line}`.slice(0, MAX_VALUE));
  }

  #statusCode(code: number, timeMs: number): void {
    const status = this.#status;
    this.#status = new Map();
    this.#going = undefined;
    const count = Number(status.get('numtests'));
    if (Number.isSafeInteger(count) && count > this.#expected) this.#expected = count;
    const error = status.get('Error');
    if (error !== undefined) this.#refuse(error);
    const className = status.get('class');
    const name = status.get('test');
    if (className === undefined || name === undefined) return;
    if (code === STARTED) {
      this.#interrupted(timeMs);
      this.#open = { className, name, sinceMs: timeMs };
      return;
    }
    const outcome = OUTCOMES[code];
    if (outcome === undefined) return;
    const detail =
      status.get('stack') ?? SKIPPED[code] ?? (outcome === 'passed' ? undefined : status.get('stream'));
    this.#close({ className, name, outcome, timeMs, ...(detail === undefined ? {} : { detail }) });
  }

  #close(end: Omit<DeviceTestCase, 'durationMs'> & { readonly timeMs: number }): void {
    const { timeMs, className, name, outcome, detail } = end;
    const open = this.#open;
    const isOpen = open?.className === className && open.name === name;
    const durationMs = isOpen ? Math.max(0, timeMs - open.sinceMs) : 0;
    if (isOpen) this.#open = undefined;
    this.#ended++;
    this.#add({
      ...{ className: plain(className), name: plain(name), outcome, durationMs },
      ...(detail === undefined ? {} : { detail: plain(detail) }),
    });
  }

  /** One that began and of which nothing more was heard. */
  #interrupted(timeMs: number): void {
    if (!this.#open) return;
    const { className, name, sinceMs } = this.#open;
    this.#open = undefined;
    this.#add({
      ...{ className: plain(className), name: plain(name), outcome: 'error' },
      ...{ durationMs: Math.max(0, timeMs - sinceMs), detail: 'it began and did not end' },
    });
  }

  #add(test: DeviceTestCase): void {
    if (this.#tests.length < MAX_TESTS) this.#tests.push(test);
    else this.#refuse(`there are more than ${MAX_TESTS} tests`);
  }

  #end(code: number): void {
    this.#going = undefined;
    this.#code = code;
  }

  #refuse(why: string | undefined): void {
    this.#refusal ??= why;
  }

  #problem(): string | undefined {
    const short = this.#result.get('shortMsg');
    const long = this.#result.get('longMsg');
    if (short !== undefined || long !== undefined)
      return `the app ended while its tests ran: ${[short, long].filter((each) => each).join(': ')}`;
    if (this.#refusal !== undefined) return this.#refusal;
    if (this.#code === undefined) return 'what the device said ends before the run does';
    if (this.#code !== RESULT_OK) return `the run ended with the code ${this.#code}`;
    if (this.#tests.length === 0) return 'there was no test to run';
    if (this.#ended < this.#expected) return `${this.#ended} of ${this.#expected} tests came to their end`;
    return undefined;
  }
}

function plain(text: string): string {
  return cleanText(text, false).trim();
}
