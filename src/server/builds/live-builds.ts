import type { BuildEvent } from '../../event/index.ts';
import type { Clock } from '../../host/index.ts';
import { type BuildRecord, type BuildRecords, RecordCollector } from '../../metrics/index.ts';

/** That a build changed. */
export interface BuildChange {
  readonly id: string;
  readonly status: BuildRecord['status'];
}

interface Live {
  readonly collector: RecordCollector;
  lastMs: number;
}

/** A build that says nothing for so long is lost. */
const SILENCE_MS = 10 * 60_000;
/** More builds at a time are told of by their records alone. */
const MOST_LIVE = 200;

/** Builds that tell of themselves while they run, and who listens. */
export class LiveBuilds {
  readonly #records: BuildRecords;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #live = new Map<string, Live>();
  readonly #listeners = new Set<(change: BuildChange) => void>();

  constructor(records: BuildRecords, clock: Pick<Clock, 'now'>) {
    this.#records = records;
    this.#clock = clock;
  }

  get running(): number {
    return this.#live.size;
  }

  listen(listener: (change: BuildChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What is known by now of a build that runs. */
  record(id: string): BuildRecord | undefined {
    return this.#live.get(id)?.collector.record();
  }

  /** False where there are too many already. */
  async take(id: string, events: readonly BuildEvent[]): Promise<boolean> {
    if (!this.#live.has(id) && (await this.#isOver(id))) return true;
    const known = this.#live.get(id);
    if (!known && this.#live.size >= MOST_LIVE) return false;
    const live = known ?? { collector: new RecordCollector({ id }), lastMs: 0 };
    for (const event of events) live.collector.handle(event);
    live.lastMs = this.#clock.now();
    if (live.collector.isFinished) {
      await this.put(live.collector.record());
      return true;
    }
    this.#live.set(id, live);
    if (!known) await this.#records.put(live.collector.record());
    this.#tell({ id, status: 'running' });
    return true;
  }

  /** What was on its way when its record came tells nothing new. */
  async #isOver(id: string): Promise<boolean> {
    const record = await this.#records.get(id);
    return record !== undefined && record.status !== 'running';
  }

  /** The whole record of a build, from whoever built. */
  async put(record: BuildRecord): Promise<void> {
    await this.#records.put(record);
    if (record.status !== 'running') this.#live.delete(record.id);
    this.#tell({ id: record.id, status: record.status });
  }

  /** Ends what was heard of no more: who builds may have been killed, or this server was away. */
  async sweep(): Promise<void> {
    const before = this.#clock.now() - SILENCE_MS;
    const { builds } = await this.#records.list({ status: 'running', untilMs: before }, { limit: MOST_LIVE });
    for (const { id } of builds) {
      const live = this.#live.get(id);
      if (live && live.lastMs >= before) continue;
      const record = live?.collector.record() ?? (await this.#records.get(id));
      if (record) await this.put({ ...record, status: 'lost' });
    }
  }

  #tell(change: BuildChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
