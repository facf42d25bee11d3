import { sha256 } from '../../base/index.ts';
import type { ActionRecord, BuildRecord } from '../records/build-record.ts';

/** What spans say beside the record. */
export interface SpanContext {
  readonly programVersion: string;
  /** For TRACEPARENT, OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES. */
  readonly variables: Readonly<Record<string, string>>;
}

/** One request to a receiver, as OTLP's JSON encoding has it (`ExportTraceServiceRequest`). */
export interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string; readonly version: string };
      readonly spans: readonly Span[];
    }[];
  }[];
}

interface Attribute {
  readonly key: string;
  readonly value: AttributeValue;
}

type AttributeValue =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly boolValue: boolean };

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code: number; readonly message?: string };
}

/** Numbers of OTLP's enumerations. */
const INTERNAL = 1;
const OK = 1;
const ERROR = 2;
/** Receivers take a few megabytes at a time. */
const SPANS_PER_REQUEST = 2000;
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

/** A build as a span, and one below it for each action that ran or came from the cache. */
export function exportRequests(record: BuildRecord, context: SpanContext): ExportRequest[] {
  const parent = TRACEPARENT.exec(context.variables.TRACEPARENT ?? '');
  const traceId = parent?.[1] ?? sha256(`trace ${record.id}`).slice(0, 32);
  const rootId = sha256(`span ${record.id}`).slice(0, 16);
  const root: Span = {
    ...{ traceId, spanId: rootId, ...(parent ? { parentSpanId: parent[2]! } : {}) },
    ...{ name: `${record.verb} ${record.requested.slice(0, 5).join(' ')}`.trim(), kind: INTERNAL },
    ...times(record, 0, record.durationMs ?? 0),
    attributes: attributesOf(buildFacts(record)),
    status: record.status === 'success' ? { code: OK } : { code: ERROR, message: record.status },
  };
  const actions = record.actions
    .filter(({ endMs }) => endMs !== undefined)
    .map((action) => actionSpan(record, action, { traceId, parentSpanId: rootId }));
  const spans = [root, ...actions];
  const resource = { attributes: attributesOf(resourceFacts(record, context)) };
  const scope = { name: 'mobileops', version: context.programVersion };
  return Array.from({ length: Math.ceil(spans.length / SPANS_PER_REQUEST) }, (_, at) => ({
    resourceSpans: [
      {
        resource,
        scopeSpans: [{ scope, spans: spans.slice(at * SPANS_PER_REQUEST, (at + 1) * SPANS_PER_REQUEST) }],
      },
    ],
  }));
}

function actionSpan(
  record: BuildRecord,
  action: ActionRecord,
  place: { readonly traceId: string; readonly parentSpanId: string },
): Span {
  const { endMs = 0, startMs = endMs, failure } = action;
  const isBad = action.status === 'failed' || action.status === 'interrupted';
  return {
    ...place,
    spanId: sha256(`span ${record.id} ${action.id}`).slice(0, 16),
    name: `${action.label} ${action.description}`.trim(),
    kind: INTERNAL,
    ...times(record, startMs, endMs),
    attributes: attributesOf(actionFacts(action)),
    status: isBad ? { code: ERROR, message: failure ?? action.status } : { code: OK },
  };
}

function times({ startMs }: BuildRecord, fromMs: number, toMs: number) {
  return { startTimeUnixNano: nanoseconds(startMs + fromMs), endTimeUnixNano: nanoseconds(startMs + toMs) };
}

/** A number of JSON cannot hold it, so OTLP has it as a string. */
function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms)) * 1_000_000n);
}

type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

const RESULTS: Readonly<Record<string, string>> = {
  success: 'success',
  failed: 'failure',
  refused: 'error',
  interrupted: 'cancellation',
};

/** Names of OpenTelemetry's conventions where it has one. */
function buildFacts(record: BuildRecord): Facts {
  const { counts } = record;
  return {
    'cicd.pipeline.run.id': record.id,
    'cicd.pipeline.result': RESULTS[record.status],
    'mobileops.verb': record.verb,
    'mobileops.build_id': record.buildId,
    'mobileops.release': record.release,
    'mobileops.actions.ran': counts.ran,
    'mobileops.actions.cached': counts.cached,
    'mobileops.actions.failed': counts.failed,
    'mobileops.targets.up_to_date': counts.upToDate,
  };
}

function actionFacts({ id, label, mnemonic, status, readyMs, startMs, ...rest }: ActionRecord): Facts {
  const { cpuMs, peakMemoryBytes, savedMs, key } = rest;
  return {
    'mobileops.action.id': id,
    'mobileops.target': label,
    'mobileops.action.mnemonic': mnemonic,
    'mobileops.action.cached': status === 'cached',
    'mobileops.action.wait_ms':
      readyMs === undefined || startMs === undefined ? undefined : startMs - readyMs,
    'mobileops.action.cpu_ms': cpuMs,
    'mobileops.action.peak_memory_bytes': peakMemoryBytes,
    'mobileops.action.saved_ms': savedMs,
    'mobileops.action.key': key,
  };
}

function resourceFacts(record: BuildRecord, { variables, programVersion }: SpanContext): Facts {
  const own = (variables.OTEL_RESOURCE_ATTRIBUTES ?? '').split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 ? [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const] : [];
  });
  return {
    'service.version': programVersion,
    'vcs.ref.head.revision': record.commit,
    'vcs.ref.head.name': record.branch,
    'mobileops.workspace': record.workspace,
    ...Object.fromEntries(own),
    'service.name': variables.OTEL_SERVICE_NAME || Object.fromEntries(own)['service.name'] || 'mobileops',
  };
}

function attributesOf(facts: Facts): Attribute[] {
  return Object.entries(facts).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: attributeValue(value) }],
  );
}

function attributeValue(value: string | number | boolean): AttributeValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
