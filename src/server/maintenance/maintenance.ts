import type { Face, Services } from '../services.ts';
import { type CollectReport, collectBlobs } from './collect-blobs.ts';
import { type CopyReport, copyDatabase } from './copy-database.ts';
import { type ScrubReport, scrubBlobs } from './scrub-blobs.ts';
import { type TrimReport, trimAudit } from './trim-audit.ts';

interface Reports {
  readonly collect: CollectReport;
  readonly scrub: ScrubReport;
  readonly copy: CopyReport;
  readonly trim: TrimReport;
}

export type Job = keyof Reports;

export interface JobState<J extends Job = Job> {
  readonly isRunning: boolean;
  readonly last:
    | {
        readonly startedAtMs: number;
        readonly seconds: number;
        readonly report: Reports[J] | undefined;
        readonly failure: string | undefined;
      }
    | undefined;
}

/** Work that a server does for itself beside requests: each job once at a time, now and then or when it is asked for. */
export class Maintenance {
  readonly #services: Services;
  readonly #faces: readonly Face[];
  readonly #states = new Map<Job, JobState>();
  readonly #running = new Map<Job, Promise<void>>();

  constructor(services: Services, faces: readonly Face[]) {
    this.#services = services;
    this.#faces = faces;
  }

  state<J extends Job>(job: J): JobState<J> {
    return (this.#states.get(job) ?? { isRunning: false, last: undefined }) as JobState<J>;
  }

  /** Begins a job unless it is running; the promise is of its end, and never rejects. */
  run(job: Job): Promise<void> {
    const running = this.#running.get(job);
    if (running) return running;
    const work = this.#do(job).finally(() => this.#running.delete(job));
    this.#running.set(job, work);
    return work;
  }

  /** Repeats the jobs until the server ends. */
  start(): void {
    const { collectEveryMs, scrubEveryMs, copyEveryMs, trimEveryMs } = this.#services.settings.maintenance;
    void this.#repeat('collect', collectEveryMs);
    void this.#repeat('scrub', scrubEveryMs);
    void this.#repeat('copy', copyEveryMs);
    void this.#repeat('trim', trimEveryMs);
  }

  /** Waits for what is running; the services' signal has ended it. */
  async end(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async #repeat(job: Job, everyMs: number): Promise<void> {
    const { clock, signal } = this.#services;
    while (everyMs > 0 && !signal.aborted) {
      try {
        await clock.sleep(everyMs, signal);
      } catch {
        return;
      }
      await this.run(job);
    }
  }

  async #do(job: Job): Promise<void> {
    const { clock, events, signal } = this.#services;
    const startedAtMs = clock.now();
    const beganMs = clock.monotonicMs();
    const { last } = this.state(job);
    this.#states.set(job, { isRunning: true, last });
    let report: Reports[Job] | undefined;
    let failure: string | undefined;
    try {
      report = await this.#work(job);
    } catch (error) {
      failure = signal.aborted ? 'the server ended' : String(error);
      if (!signal.aborted) events('server.fault', { requestId: job, error: String(error) });
    }
    const seconds = (clock.monotonicMs() - beganMs) / 1000;
    this.#states.set(job, { isRunning: false, last: { startedAtMs, seconds, report, failure } });
    events(`server.${job}`, { seconds, ...(report ?? {}), ...(failure === undefined ? {} : { failure }) });
  }

  #work(job: Job): Promise<Reports[Job]> {
    const { clock, settings, signal, world, database } = this.#services;
    const { graceMs, unnamedMs, audit } = settings.maintenance;
    const nowMs = clock.now();
    switch (job) {
      case 'collect':
        return collectBlobs(this.#services, this.#faces, {
          unusedSinceMs: nowMs - graceMs,
          unnamedSinceMs: unnamedMs === 0 ? undefined : nowMs - unnamedMs,
          signal,
        });
      case 'scrub':
        return scrubBlobs(this.#services, this.#faces, signal);
      case 'copy':
        return copyDatabase(world, database, { folder: settings.dataFolder, nowMs });
      case 'trim':
        return trimAudit(this.#services, audit);
    }
  }
}
