import { fail, ok, type Result } from '../../base/index.ts';
import { DOCUMENT_SCHEMA, type DocumentMetrics, momentMs } from './document-schema.ts';

/** A build's figures while a script collects them: the document's file. Keys that are not ours stay as they are. */
export type MetricsFile = DocumentMetrics;

/** What a file says before anything was measured. */
export function newMetrics(buildId: string, nowMs: number): MetricsFile {
  const start_time = new Date(nowMs).toISOString();
  return { build_id: buildId, start_time, components: {}, resources: {}, artifacts: {} };
}

export function parseMetrics(text: string): Result<MetricsFile, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail('it is not JSON');
  }
  const parsed = DOCUMENT_SCHEMA.safeParse(value);
  if (parsed.success) return ok(value as MetricsFile);
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') ?? '';
  return fail(`${place === '' ? 'it' : place}: ${issue?.message}`);
}

export function printMetrics(metrics: MetricsFile): string {
  return `${JSON.stringify(metrics, undefined, 2)}\n`;
}

export function startComponent(metrics: MetricsFile, name: string, nowMs: number): MetricsFile {
  const component = { start_time: nowMs / 1000, status: 'building' as const };
  return { ...metrics, components: withKey(metrics.components, name, component) };
}

/** `undefined` for what was not started. */
export function completeComponent(
  metrics: MetricsFile,
  name: string,
  { succeeded, nowMs }: { readonly succeeded: boolean; readonly nowMs: number },
): MetricsFile | undefined {
  const begun = Object.hasOwn(metrics.components, name) ? metrics.components[name] : undefined;
  if (!begun) return undefined;
  const end_time = nowMs / 1000;
  const component = {
    ...begun,
    end_time,
    duration: Math.max(0, round(end_time - begun.start_time)),
    status: succeeded ? ('success' as const) : ('failed' as const),
  };
  return { ...metrics, components: withKey(metrics.components, name, component) };
}

/** In percent, as they were measured. */
export interface Usage {
  readonly cpuPercent: number;
  readonly memoryPercent: number;
  readonly diskPercent: number;
}

export function recordUsage(metrics: MetricsFile, usage: Usage, nowMs: number): MetricsFile {
  const { cpuPercent: cpu_percent, memoryPercent: memory_percent, diskPercent: disk_usage } = usage;
  return { ...metrics, resources: { cpu_percent, memory_percent, disk_usage, timestamp: nowMs / 1000 } };
}

export function recordArtifact(
  metrics: MetricsFile,
  {
    name,
    sizeBytes,
    checksum,
  }: { readonly name: string; readonly sizeBytes: number; readonly checksum: string },
  nowMs: number,
): MetricsFile {
  const artifact = { size: sizeBytes, checksum, created_at: nowMs / 1000 };
  return { ...metrics, artifacts: withKey(metrics.artifacts, name, artifact) };
}

/** The whole duration is from the file's start, where the document's script has only that of its last call. */
export function finalizeMetrics(metrics: MetricsFile, succeeded: boolean, nowMs: number): MetricsFile {
  return {
    ...metrics,
    end_time: new Date(nowMs).toISOString(),
    total_duration: Math.max(0, round((nowMs - momentMs(metrics.start_time)) / 1000)),
    status: succeeded ? 'success' : 'failed',
  };
}

/** Also where the name is one that objects have of themselves, such as `__proto__`. */
function withKey<T>(values: Readonly<Record<string, T>>, name: string, value: NoInfer<T>): Record<string, T> {
  return Object.fromEntries([...Object.entries(values).filter(([key]) => key !== name), [name, value]]);
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
