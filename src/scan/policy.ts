import type { Span } from '../base/index.ts';

/** What a workspace lets through, each with its reason. */
export interface ScanPolicy {
  /** How old advisories may be for a verdict. */
  readonly maxAgeDays: number;
  readonly accept: readonly AcceptedDatabase[];
  readonly ignore: readonly IgnoreEntry[];
}

/** That a database is older than it should be, has gaps or is missing, and is taken all the same. */
export interface AcceptedDatabase {
  readonly ecosystem: string;
  readonly coverage: 'complete' | 'partial' | 'none';
  readonly maxAgeDays: number;
  readonly reason: string;
  readonly span: Span;
}

/** A finding that was looked at. */
export interface IgnoreEntry {
  /** Of the finding, or one of its aliases. */
  readonly id: string;
  /** `name`, `name@version` or a purl; any package unless told. */
  readonly package?: string;
  /** Glob pattern of the place; any unless told. */
  readonly path?: string;
  readonly reason: string;
  /** The last day on which it counts, `2027-01-31`. */
  readonly expires: string;
  readonly span: Span;
}

/** Vulnerabilities become known every day; a month is what patching is planned by. */
export const DEFAULT_MAX_AGE_DAYS = 30;

export const DEFAULT_POLICY: ScanPolicy = { maxAgeDays: DEFAULT_MAX_AGE_DAYS, accept: [], ignore: [] };
