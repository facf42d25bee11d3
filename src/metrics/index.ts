/**
 * Figures of builds, made from their events: the record of one build (what ran, waited and came from the cache, what it
 * left, what failed and why), `build-metrics.json` in the document's shape, and the questions that records answer. A store
 * of records is a `BuildRecords`; that of the server is its own. What was not measured is `null`, never a guess. The face
 * loads no schema library: `loadRecordReader` does, for who takes records from outside.
 */

export { type MetricsCode, metricsDiagnostics } from './diagnostics.ts';
export {
  type BuildMetrics,
  type BuildMetricsInput,
  buildMetrics,
  type ComponentMetrics,
  MetricsCollector,
  percent,
} from './document/build-metrics.ts';
export {
  type ActionRecord,
  type ActionStatus,
  type ArtifactRecord,
  BUILD_STATUSES,
  type BuildRecord,
  type BuildStatus,
  type Counts,
  LIMITS,
  PIPELINE_VERB,
  type ProblemRecord,
  type Resources,
  type ScoreRecord,
  type TargetRecord,
} from './records/build-record.ts';
export type * from './records/build-records.ts';
export { NOT_MEASURED, RecordCollector } from './records/record-collector.ts';
export { withoutSecrets } from './records/record-texts.ts';
export {
  cursorOf,
  failuresOf,
  lastOfEach,
  parseCursor,
  partsOf,
  searchTextOf,
  summaryOf,
  trendPointOf,
} from './records/summary.ts';
export { destinationsOf, hasDestination } from './sending/destination.ts';
export type { Delivery, Destination, Destinations, LiveEvents, Spool, SpoolState } from './sending.ts';

/** What takes records and events from outside, with their schemas. */
export function loadRecordReader(): Promise<typeof import('./record-reader.ts')> {
  return import('./record-reader.ts');
}

/** What sends records and spans, and keeps what could not be sent. */
export function loadSending(): Promise<typeof import('./sending.ts')> {
  return import('./sending.ts');
}
