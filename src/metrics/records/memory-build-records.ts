import { compareTexts } from '../../base/index.ts';
import { type BuildRecord, PIPELINE_VERB } from './build-record.ts';
import type {
  BuildFilter,
  BuildList,
  BuildRecords,
  Choices,
  EndStatus,
  FailedAction,
  Page,
  SlowAction,
  TimePart,
  TimeSpan,
  Totals,
  Trend,
} from './build-records.ts';
import {
  cursorOf,
  failuresOf,
  isMeant,
  lastOfEach,
  parseCursor,
  partsOf,
  summaryOf,
  trendPointOf,
} from './summary.ts';

/** Records in memory, for tests and as the plain statement of what each question means. */
export class MemoryBuildRecords implements BuildRecords {
  readonly #records = new Map<string, BuildRecord>();
  readonly #builds = { success: 0, failed: 0, refused: 0, interrupted: 0, lost: 0 };
  readonly #actions = { ran: 0, cached: 0, failed: 0 };
  #durationMs = 0;

  async put(record: BuildRecord): Promise<void> {
    const before = this.#records.get(record.id);
    const wasRunning = before === undefined || before.status === 'running';
    if (record.status === 'running' && !wasRunning) return;
    this.#records.set(record.id, structuredClone(record));
    if (record.status !== 'running' && wasRunning && record.verb !== PIPELINE_VERB)
      this.#count(record, record.status);
  }

  #count({ counts, durationMs = 0 }: BuildRecord, status: EndStatus): void {
    this.#builds[status]++;
    this.#actions.ran += counts.ran;
    this.#actions.cached += counts.cached;
    this.#actions.failed += counts.failed;
    this.#durationMs += durationMs;
  }

  async get(id: string): Promise<BuildRecord | undefined> {
    return this.#records.get(id);
  }

  async list(filter: BuildFilter, { limit, after }: Page): Promise<BuildList> {
    const place = after === undefined ? undefined : parseCursor(after);
    const all = this.#meant(filter).filter((record) => !place || isBehind(record, place));
    const builds = all.slice(0, limit);
    const last = builds.at(-1);
    return {
      builds: builds.map(summaryOf),
      ...(last && all.length > limit ? { next: cursorOf(last) } : {}),
    };
  }

  async overTime(filter: BuildFilter, span: TimeSpan): Promise<readonly TimePart[]> {
    const rows = this.#meant(filter).map((record) => ({ ...record, ...record.counts }));
    return partsOf(rows, span);
  }

  async slowest(filter: BuildFilter, limit: number): Promise<readonly SlowAction[]> {
    const found = new Map<string, SlowAction>();
    for (const { id: build, workspace, actions } of this.#meant(filter)) {
      for (const { id, label, description, status, startMs, endMs } of actions) {
        if (status !== 'ran' || startMs === undefined || endMs === undefined) continue;
        const key = `${workspace}\n${id}`;
        const lastMs = endMs - startMs;
        const known = found.get(key);
        found.set(key, {
          ...(known ?? { workspace, id, label, description, build, lastMs }),
          runs: (known?.runs ?? 0) + 1,
          meanMs: ((known?.meanMs ?? 0) * (known?.runs ?? 0) + lastMs) / ((known?.runs ?? 0) + 1),
          maxMs: Math.max(known?.maxMs ?? 0, lastMs),
        });
      }
    }
    return [...found.values()]
      .sort(
        (a, b) => b.meanMs - a.meanMs || compareTexts(a.workspace, b.workspace) || compareTexts(a.id, b.id),
      )
      .slice(0, limit);
  }

  async failures(filter: BuildFilter, limit: number): Promise<readonly FailedAction[]> {
    return this.#meant(filter).flatMap(failuresOf).slice(0, limit);
  }

  async trend(
    filter: BuildFilter,
    { over, limit }: { readonly over: 'releases' | 'builds'; readonly limit: number },
  ): Promise<Trend> {
    const successful = this.#meant({ ...filter, status: 'success' });
    const chosen =
      over === 'releases' ? lastOfEach(successful.filter(({ verb }) => verb === 'release')) : successful;
    return { points: chosen.slice(0, limit).reverse().map(trendPointOf) };
  }

  async choices(): Promise<Choices> {
    const all = [...this.#records.values()];
    const sorted = (texts: readonly string[]): string[] => [...new Set(texts)].sort(compareTexts);
    return {
      workspaces: sorted(all.map(({ workspace }) => workspace)),
      branches: sorted(all.map(({ branch }) => branch)),
      verbs: sorted(all.map(({ verb }) => verb)),
    };
  }

  async totals(): Promise<Totals> {
    return { builds: { ...this.#builds }, actions: { ...this.#actions }, durationMs: this.#durationMs };
  }

  async forgetBefore(timeMs: number): Promise<number> {
    const old = [...this.#records.values()].filter(({ startMs }) => startMs < timeMs);
    for (const { id } of old) this.#records.delete(id);
    return old.length;
  }

  #meant(filter: BuildFilter): BuildRecord[] {
    return [...this.#records.values()]
      .filter((record) => isMeant(record, filter))
      .sort((a, b) => b.startMs - a.startMs || compareTexts(b.id, a.id));
  }
}

function isBehind(a: Pick<BuildRecord, 'startMs' | 'id'>, b: Pick<BuildRecord, 'startMs' | 'id'>): boolean {
  return a.startMs < b.startMs || (a.startMs === b.startMs && a.id < b.id);
}
