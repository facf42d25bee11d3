/** `build-metrics.json` as the document's script, an older one of it or we write it, and what we send beside it. */
import { z } from 'zod';
import { LIMITS } from '../records/build-record.ts';
import { RECORD_SCHEMA } from '../records/record-schema.ts';

const name = () => z.string().max(LIMITS.name);
/** Seconds since 1970. */
const time = () => z.number().min(0).max(8.64e12);
const seconds = () => z.number().min(0).max(1e8);
const percent = () => z.number().min(0).max(100).nullable();
/** The script writes UTC without saying so. */
const moment = () => z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?$/);

/** Without a zone it is UTC, as Python's `utcnow` has it. What is no day of any calendar is 1970. */
export function momentMs(text: string): number {
  const zoned = /(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`;
  return Math.max(0, Date.parse(zoned) || 0);
}

const component = z.object({
  start_time: time(),
  status: z.enum(['building', 'success', 'failed', 'skipped']),
  end_time: time().exactOptional(),
  duration: seconds().exactOptional(),
});

const artifact = z.object({
  size: z.number().min(0).max(Number.MAX_SAFE_INTEGER),
  checksum: name(),
  created_at: time().exactOptional(),
});

const resources = z.object({
  cpu_percent: percent().exactOptional(),
  memory_percent: percent().exactOptional(),
  disk_usage: percent().exactOptional(),
  timestamp: time().exactOptional(),
});

const few = (what: string) =>
  [
    (entries: object) => Object.keys(entries).length <= LIMITS.targets,
    `at most ${LIMITS.targets} ${what}`,
  ] as const;

export const DOCUMENT_SCHEMA = z.object({
  build_id: name(),
  start_time: moment(),
  components: z.record(name(), component).refine(...few('components')),
  resources: resources,
  artifacts: z.record(name(), artifact).refine(...few('artifacts')),
  end_time: moment().exactOptional(),
  total_duration: seconds().exactOptional(),
  status: z.enum(['success', 'failed']).exactOptional(),
});

export type DocumentMetrics = z.output<typeof DOCUMENT_SCHEMA>;

/** What METRICS_URL is sent: the document's fields, and from our own builds the whole record beside them. */
export const SENT_SCHEMA = DOCUMENT_SCHEMA.extend({ record: RECORD_SCHEMA.exactOptional() });
