/** What was built from which commit. */
export interface BuildFacts {
  readonly buildId: string;
  readonly version: string;
  readonly commit: string;
  /** Seconds since 1970. */
  readonly commitTime: number;
  readonly branch: string;
}

/** `dist/build-info.json` as the document writes it; the timestamp is the commit's, so that equal sources give equal bytes. */
export function buildInfoText({ buildId, version, commit, commitTime, branch }: BuildFacts): string {
  const info = { buildId, version, timestamp: timestampOf(commitTime), commit, branch };
  return `${JSON.stringify(info, undefined, 4)}\n`;
}

/** ISO 8601 to the second, in UTC, as `date -Iseconds` writes it. */
export function timestampOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, '+00:00');
}
