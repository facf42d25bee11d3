import type { ActionDone, ActionEvents, BuildEvent } from '../../event/index.ts';

/** `build-metrics.json`, field by field as the document's script writes it; times are seconds since 1970. */
export interface BuildMetrics {
  readonly build_id: string;
  /** ISO 8601, UTC. */
  readonly start_time: string;
  readonly components: Readonly<Record<string, ComponentMetrics>>;
  readonly resources: {
    /** Share of all processors that the actions used over the whole build. */
    readonly cpu_percent: number;
    readonly memory_percent: number;
    /** `null` where it is not known. */
    readonly disk_usage: number | null;
    readonly timestamp: number;
  };
  readonly artifacts: Readonly<
    Record<string, { readonly size: number; readonly checksum: string; readonly created_at: number }>
  >;
  readonly end_time: string;
  /** Seconds. */
  readonly total_duration: number;
  readonly status: 'success' | 'failed';
}

export interface ComponentMetrics {
  readonly start_time: number;
  readonly status: 'building' | 'success' | 'failed' | 'skipped';
  readonly end_time: number;
  readonly duration: number;
}

interface Span {
  startMs: number;
  endMs: number;
}

/** Notes when each target's first action began and its last one ended, and the processor time of all. */
export class MetricsCollector {
  readonly spans = new Map<string, Span>();
  cpuMs = 0;

  handle(event: BuildEvent): void {
    if (event.type === 'action.started') {
      this.#note((event.payload as ActionEvents['action.started']).label, event.time);
    } else if (event.type === 'action.finished' || event.type === 'action.cached') {
      const done = event.payload as ActionDone;
      this.#note(done.label, event.time);
      if (event.type === 'action.finished') this.cpuMs += done.cpuMs;
    }
  }

  #note(label: string, timeMs: number): void {
    const span = this.spans.get(label);
    if (span) span.endMs = timeMs;
    else this.spans.set(label, { startMs: timeMs, endMs: timeMs });
  }
}

export interface BuildMetricsInput {
  readonly buildId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly succeeded: boolean;
  readonly collected: MetricsCollector;
  readonly targets: readonly { readonly label: string; readonly status: string }[];
  readonly artifacts: readonly {
    readonly path: string;
    readonly sizeBytes: number;
    readonly sha256: string;
  }[];
  readonly cpuCount: number;
  readonly totalMemoryBytes: number;
  readonly freeMemoryBytes: number;
  /** Percent of the disk that is taken. */
  readonly diskUsage: number | undefined;
}

export function buildMetrics(input: BuildMetricsInput): BuildMetrics {
  const { startMs, endMs, collected, cpuCount, totalMemoryBytes, freeMemoryBytes } = input;
  const availableMs = Math.max(1, endMs - startMs) * Math.max(1, cpuCount);
  const components = input.targets.map(({ label, status }) => [
    label,
    componentMetrics(input, label, status),
  ]);
  const artifacts = input.artifacts.map(({ path, sizeBytes, sha256 }) => [
    path.replace(/^dist\//, ''),
    { size: sizeBytes, checksum: sha256, created_at: seconds(endMs) },
  ]);
  return {
    build_id: input.buildId,
    start_time: new Date(startMs).toISOString(),
    components: Object.fromEntries(components),
    resources: {
      cpu_percent: percent(collected.cpuMs / availableMs),
      memory_percent: percent(1 - freeMemoryBytes / Math.max(1, totalMemoryBytes)),
      disk_usage: input.diskUsage ?? null,
      timestamp: seconds(endMs),
    },
    artifacts: Object.fromEntries(artifacts),
    end_time: new Date(endMs).toISOString(),
    total_duration: seconds(endMs - startMs),
    status: input.succeeded ? 'success' : 'failed',
  };
}

const STATUSES: Readonly<Record<string, ComponentMetrics['status']>> = {
  built: 'success',
  'up-to-date': 'success',
  failed: 'failed',
  skipped: 'skipped',
};

function componentMetrics(
  { collected, startMs }: BuildMetricsInput,
  label: string,
  status: string,
): ComponentMetrics {
  const span = collected.spans.get(label) ?? { startMs, endMs: startMs };
  return {
    start_time: seconds(span.startMs),
    status: STATUSES[status] ?? 'building',
    end_time: seconds(span.endMs),
    duration: seconds(span.endMs - span.startMs),
  };
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}

/** Of a share, with one figure behind the point. */
export function percent(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10;
}
