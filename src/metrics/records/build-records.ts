import type { BuildRecord, BuildStatus, Counts } from './build-record.ts';

/** Builds by name, with what may be asked of them. Times are milliseconds since 1970, lists the latest first. */
export interface BuildRecords {
  /** Takes the place of the record with this id; a finished one stays when a running one comes late. */
  put(record: BuildRecord): Promise<void>;
  get(id: string): Promise<BuildRecord | undefined>;
  list(filter: BuildFilter, page: Page): Promise<BuildList>;
  /** Builds of a span of time in parts of it, in the order of time; a part without builds is there too. */
  overTime(filter: BuildFilter, span: TimeSpan): Promise<readonly TimePart[]>;
  /** Actions that ran, by what one run took on average, the slowest first. */
  slowest(filter: BuildFilter, limit: number): Promise<readonly SlowAction[]>;
  /** Actions that failed. */
  failures(filter: BuildFilter, limit: number): Promise<readonly FailedAction[]>;
  /** Sizes and scores of successful builds in the order of time; of releases the last of each version. */
  trend(
    filter: BuildFilter,
    how: { readonly over: 'releases' | 'builds'; readonly limit: number },
  ): Promise<Trend>;
  /** What can be filtered by, sorted. */
  choices(): Promise<Choices>;
  /** All that were ever put, by status: they rise when old records go. */
  totals(): Promise<Totals>;
  /** Removes builds that began before a time; how many. */
  forgetBefore(timeMs: number): Promise<number>;
}

/** Absent: any. */
export interface BuildFilter {
  readonly workspace?: string;
  readonly branch?: string;
  readonly verb?: string;
  readonly status?: BuildStatus;
  /** Builds that began from here on. */
  readonly sinceMs?: number;
  /** And before this. */
  readonly untilMs?: number;
  /** A part of the build's id, commit, release, branch or workspace, whatever the case of its letters. */
  readonly text?: string;
}

export interface Page {
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string;
}

export interface BuildList {
  readonly builds: readonly BuildSummary[];
  /** Absent on the last page. */
  readonly next?: string;
}

/** What a line of a list says of a build. */
export interface BuildSummary
  extends Pick<
    BuildRecord,
    | 'id'
    | 'source'
    | 'verb'
    | 'status'
    | 'startMs'
    | 'durationMs'
    | 'workspace'
    | 'buildId'
    | 'release'
    | 'commit'
    | 'branch'
  > {
  readonly counts: Counts;
  readonly targets: number;
  /** Labels of the first targets that failed. */
  readonly failed: readonly string[];
}

export interface TimeSpan {
  readonly sinceMs: number;
  readonly partMs: number;
  readonly parts: number;
}

export interface TimePart {
  readonly startMs: number;
  readonly byStatus: Readonly<Record<BuildStatus, number>>;
  /** Of successful builds; `null` without one. */
  readonly medianMs: number | null;
  readonly ran: number;
  readonly cached: number;
}

export interface SlowAction {
  readonly workspace: string;
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly runs: number;
  readonly meanMs: number;
  readonly maxMs: number;
  /** The last build in which it ran. */
  readonly build: string;
  readonly lastMs: number;
}

export interface FailedAction {
  readonly build: BuildSummary;
  readonly action: string;
  readonly label: string;
  readonly description: string;
  readonly failure: string;
  readonly log: string;
}

export interface Trend {
  readonly points: readonly TrendPoint[];
}

export interface TrendPoint {
  readonly build: string;
  readonly release: string;
  readonly commit: string;
  readonly startMs: number;
  readonly durationMs: number;
  /** Bytes by path. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly scores: readonly {
    readonly gate: string;
    readonly measured: number | null;
    readonly threshold: number | null;
    readonly unit: string;
    readonly passed: boolean;
  }[];
}

export interface Choices {
  readonly workspaces: readonly string[];
  readonly branches: readonly string[];
  readonly verbs: readonly string[];
}

export type EndStatus = Exclude<BuildStatus, 'running'>;

export interface Totals {
  readonly builds: Readonly<Record<EndStatus, number>>;
  readonly actions: { readonly ran: number; readonly cached: number; readonly failed: number };
  /** Of all builds that ended. */
  readonly durationMs: number;
}
