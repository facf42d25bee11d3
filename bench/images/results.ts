import { loadavg } from 'node:os';
import type { PeakProcess } from '../measure.ts';
import { Samples, type Summary } from '../samples.ts';
import type { SizeName } from './sizes.ts';

/** A subject at a job: `tree`, `ours`, `cold`. */
export interface ImageKey {
  readonly job: string;
  readonly subject: string;
  readonly scenario: string;
}

/** All that one run of the bench found. */
export class ImageResults {
  readonly size: SizeName;
  /** What was not measured, and why. */
  readonly notRun: string[] = [];
  readonly versions = new Map<string, string>();
  readonly loads: number[] = [];
  /** What our processes were at the peak of the largest layer. */
  /** At the peak of the cold run. */
  hugeProcesses: readonly PeakProcess[] = [];
  readonly #seconds = new Samples();
  readonly #memory = new Samples();

  constructor(size: SizeName) {
    this.size = size;
  }

  addSeconds(key: ImageKey, seconds: number): void {
    this.#seconds.add(sampleKey(key), seconds);
    console.log(
      `${key.job.padEnd(9)} ${key.subject.padEnd(15)} ${key.scenario.padEnd(10)} ${seconds.toFixed(3)} s  load ${loadavg()[0]!.toFixed(2)}`,
    );
  }

  addMemory(key: ImageKey, bytes: number): void {
    this.#memory.add(sampleKey(key), bytes);
    console.log(
      `${key.job.padEnd(9)} ${key.subject.padEnd(15)} ${key.scenario.padEnd(10)} ${(bytes / 1e6).toFixed(0)} MB`,
    );
  }

  noteLoad(): void {
    this.loads.push(loadavg()[0]!);
  }

  /** A tool that fails is named; what it said comes in full on the terminal. */
  noteFailure(what: string, error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    this.notRun.push(`${what}: ${whatItSaid(text).slice(0, MAX_SAID)}`);
    console.error(`${what}: left out. ${text}`);
  }

  seconds(job: string, subject: string, scenario: string): Summary | undefined {
    return this.#seconds.get(sampleKey({ job, subject, scenario }));
  }

  memory(job: string, subject: string, scenario: string): Summary | undefined {
    return this.#memory.get(sampleKey({ job, subject, scenario }));
  }
}

const MAX_SAID = 200;

/** Its own line about the error; without one, how it ended, and not how it was called. */
function whatItSaid(text: string): string {
  const own = /error\[[\w/-]+\][^\n]*/.exec(text)?.[0] ?? /^error[^\n]*/im.exec(text)?.[0];
  const [first = ''] = text.split('\n');
  return own ?? /: (exit \w+)$/.exec(first)?.[1] ?? first;
}

/** The engine's samples know sizes where ours know jobs. */
function sampleKey({ job, subject, scenario }: ImageKey) {
  return { size: 0, subject, scenario: `${job} ${scenario}` };
}
