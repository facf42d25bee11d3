import { BUILD_STATUSES, type BuildRecord, type BuildStatus, PIPELINE_VERB } from './build-record.ts';
import type {
  BuildFilter,
  BuildSummary,
  FailedAction,
  TimePart,
  TimeSpan,
  TrendPoint,
} from './build-records.ts';

const SHOWN_FAILURES = 5;

export function summaryOf(record: BuildRecord): BuildSummary {
  const { id, source, verb, status, startMs, durationMs, workspace, buildId, release, commit, branch } =
    record;
  const failed = record.targets.filter((each) => each.status === 'failed').map(({ label }) => label);
  return {
    ...{ id, source, verb, status, startMs, workspace, buildId, release, commit, branch },
    ...(durationMs === undefined ? {} : { durationMs }),
    counts: record.counts,
    targets: record.targets.length,
    failed: failed.slice(0, SHOWN_FAILURES),
  };
}

/** What a text of a filter is looked for in. */
export function searchTextOf({ buildId, commit, release, branch, workspace }: BuildRecord): string {
  return [buildId, commit, release, branch, workspace].join('\n').toLowerCase();
}

export function isMeant(record: BuildRecord, filter: BuildFilter): boolean {
  const { workspace, branch, verb, status, sinceMs, untilMs, text } = filter;
  return (
    (workspace === undefined || record.workspace === workspace) &&
    (branch === undefined || record.branch === branch) &&
    (verb === undefined ? record.verb !== PIPELINE_VERB : record.verb === verb) &&
    (status === undefined || record.status === status) &&
    (sinceMs === undefined || record.startMs >= sinceMs) &&
    (untilMs === undefined || record.startMs < untilMs) &&
    (text === undefined || searchTextOf(record).includes(text.toLowerCase()))
  );
}

/** What the place of a page in a list is called. */
export function cursorOf({ startMs, id }: Pick<BuildRecord, 'startMs' | 'id'>): string {
  return `${startMs}.${id}`;
}

/** `undefined` for what was never the name of a place. */
export function parseCursor(text: string): Pick<BuildRecord, 'startMs' | 'id'> | undefined {
  const match = /^(\d{1,16})\.([0-9a-z-]{8,64})$/.exec(text);
  return match ? { startMs: Number(match[1]), id: match[2]! } : undefined;
}

type PartRow = Pick<BuildRecord, 'startMs' | 'status' | 'durationMs'> & {
  readonly ran: number;
  readonly cached: number;
};

export function partsOf(rows: readonly PartRow[], { sinceMs, partMs, parts }: TimeSpan): TimePart[] {
  const groups: PartRow[][] = Array.from({ length: parts }, () => []);
  for (const row of rows) groups[Math.floor((row.startMs - sinceMs) / partMs)]?.push(row);
  return groups.map((group, at) => ({
    startMs: sinceMs + at * partMs,
    byStatus: countsByStatus(group),
    medianMs: median(group.filter(({ status }) => status === 'success').map((each) => each.durationMs ?? 0)),
    ran: total(group, 'ran'),
    cached: total(group, 'cached'),
  }));
}

function countsByStatus(rows: readonly PartRow[]): Record<BuildStatus, number> {
  const counts = Object.fromEntries(BUILD_STATUSES.map((each) => [each, 0])) as Record<BuildStatus, number>;
  for (const { status } of rows) counts[status]++;
  return counts;
}

function total(rows: readonly PartRow[], key: 'ran' | 'cached'): number {
  return rows.reduce((sum, row) => sum + row[key], 0);
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function failuresOf(record: BuildRecord): FailedAction[] {
  const build = summaryOf(record);
  return record.actions
    .filter(({ status }) => status === 'failed')
    .map(({ id, label, description, failure = '', log = '' }) => ({
      ...{ build, action: id, label, description, failure, log },
    }));
}

export function trendPointOf(record: BuildRecord): TrendPoint {
  const { id: build, release, commit, startMs, durationMs = 0, artifacts, scores } = record;
  return {
    ...{ build, release, commit, startMs, durationMs },
    sizes: Object.fromEntries(artifacts.map(({ path, sizeBytes }) => [path, sizeBytes])),
    scores: scores.map(({ gate, measured, threshold, unit, passed }) => ({
      ...{ gate, measured, threshold, unit, passed },
    })),
  };
}

/** Of those with the same version only the first, which is the last that was made of it. */
export function lastOfEach<T extends Pick<BuildRecord, 'workspace' | 'release'>>(
  latestFirst: readonly T[],
): T[] {
  const seen = new Set<string>();
  return latestFirst.filter(({ workspace, release }) => {
    const key = `${workspace}\n${release}`;
    return !seen.has(key) && seen.add(key);
  });
}
