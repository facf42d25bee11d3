/** What reads records of others: loaded by who does, because it needs the schema library. */
import type { z } from 'zod';
import { recordOfDocument } from './document/document-record.ts';
import type { SENT_SCHEMA } from './document/document-schema.ts';
import type { BuildRecord } from './records/build-record.ts';

export { DOCUMENT_SCHEMA, SENT_SCHEMA } from './document/document-schema.ts';
export {
  completeComponent,
  finalizeMetrics,
  type MetricsFile,
  newMetrics,
  parseMetrics,
  printMetrics,
  recordArtifact,
  recordUsage,
  startComponent,
  type Usage,
} from './document/metrics-file.ts';
export { parseEvents } from './records/event-schema.ts';
export { RECORD_ID, RECORD_SCHEMA } from './records/record-schema.ts';

/** The record in what was sent to METRICS_URL, or the one that the document's fields make. */
export function recordOf({ record, ...metrics }: z.output<typeof SENT_SCHEMA>): BuildRecord {
  return record ?? recordOfDocument(metrics);
}
