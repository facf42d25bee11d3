import type { ActionDone, ActionEvents, BuildEvent } from './event.ts';

interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  readonly ph: 'X' | 'i' | 'M';
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly s?: 't';
  readonly args: object;
}

/** Lane 0 holds what came from the cache; lanes 1 and up are the slots in which actions ran. */
const CACHE_LANE = 0;

/** Collects a build as a trace in Chrome's format (Trace Event Format), for chrome://tracing and Perfetto. */
export class ChromeTrace {
  readonly #events: TraceEvent[] = [];
  readonly #lanes: (string | undefined)[] = [undefined];
  readonly #startedAt = new Map<string, number>();
  #origin: number | undefined;

  handle(event: BuildEvent): void {
    this.#origin ??= event.time;
    const at = (event.time - this.#origin) * 1000;
    if (event.type === 'action.started') {
      const { id } = event.payload as ActionEvents['action.started'];
      this.#startedAt.set(id, at);
      const free = this.#lanes.findIndex((taken, lane) => lane !== CACHE_LANE && taken === undefined);
      this.#lanes[free < 0 ? this.#lanes.length : free] = id;
    } else if (event.type === 'action.cached') {
      this.#cached(event.payload as ActionDone, at);
    } else if (event.type === 'action.finished') {
      this.#finished(event.payload as ActionDone, at);
    }
  }

  #cached(done: ActionDone, ts: number): void {
    const { mnemonic: cat } = done;
    this.#events.push({
      name: nameOf(done),
      cat,
      ph: 'i',
      ts,
      pid: 1,
      tid: CACHE_LANE,
      s: 't',
      args: argsOf(done),
    });
  }

  #finished(done: ActionDone, at: number): void {
    const lane = this.#lanes.indexOf(done.id);
    const ts = this.#startedAt.get(done.id) ?? at;
    if (lane > 0) this.#lanes[lane] = undefined;
    const { mnemonic: cat } = done;
    const tid = Math.max(1, lane);
    this.#events.push({
      name: nameOf(done),
      cat,
      ph: 'X',
      ts,
      dur: at - ts,
      pid: 1,
      tid,
      args: argsOf(done),
    });
  }

  /** The whole trace. */
  toJson(): string {
    const names = this.#lanes.map((_, tid): TraceEvent => {
      const name = tid === CACHE_LANE ? 'from the cache' : `slot ${tid}`;
      return { name: 'thread_name', cat: '', ph: 'M', ts: 0, pid: 1, tid, args: { name } };
    });
    return `${JSON.stringify({ displayTimeUnit: 'ms', traceEvents: [...names, ...this.#events] })}\n`;
  }
}

function nameOf({ label, description }: ActionDone): string {
  return `${label} ${description}`;
}

function argsOf({ id, action, exitCode, cpuMs, peakMemoryBytes, failure }: ActionDone): object {
  return {
    id,
    key: action?.hash,
    exitCode,
    cpuMs,
    peakMemoryBytes,
    ...(failure === undefined ? {} : { failure }),
  };
}
