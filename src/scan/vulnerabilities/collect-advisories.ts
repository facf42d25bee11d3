import { type Ecosystem, normalizeName } from '../../packages/index.ts';
import type { Advisory } from './advisory.ts';
import type { DatabaseEntry } from './database-file.ts';
import { isInRanges } from './matching.ts';
import type { OsvRecord } from './osv-record.ts';

/** Gathers records of one ecosystem by package; withdrawn ones affect nothing. */
export class AdvisoryCollection {
  readonly #ecosystem: Ecosystem;
  readonly #packages = new Map<string, { suite: string; name: string; advisories: Advisory[] }>();
  readonly #records = new Set<string>();
  readonly #nowMs: number;
  #newestMs = 0;

  constructor(ecosystem: Ecosystem, nowMs: number) {
    this.#ecosystem = ecosystem;
    this.#nowMs = nowMs;
  }

  /** A withdrawn record counts only for how new the collection is. */
  add(record: OsvRecord): void {
    const modifiedMs = Date.parse(record.modified);
    if (modifiedMs > this.#newestMs && modifiedMs <= this.#nowMs) this.#newestMs = modifiedMs;
    if (record.isWithdrawn) return;
    this.#records.add(record.id);
    for (const { ecosystem, suite, name, advisory } of record.affected) {
      if (ecosystem === this.#ecosystem) this.addAdvisory(suite, name, advisory);
    }
  }

  addAdvisory(suite: string, name: string, advisory: Advisory): void {
    const normal = normalizeName(this.#ecosystem, name);
    const key = `${suite}\t${normal}`;
    const versions = advisory.versions.filter(
      (version) => !isInRanges(this.#ecosystem, version, advisory.ranges),
    );
    const entry = this.#packages.get(key) ?? { suite, name: normal, advisories: [] };
    entry.advisories.push({ ...advisory, versions });
    this.#records.add(advisory.id);
    this.#packages.set(key, entry);
  }

  /** The day on which a record was changed last, `2026-08-22`; a time to come is no time. */
  get newest(): string {
    return new Date(this.#newestMs).toISOString().slice(0, 10);
  }

  /** Records that are not withdrawn. */
  get records(): number {
    return this.#records.size;
  }

  entries(): readonly DatabaseEntry[] {
    return [...this.#packages.values()];
  }
}
