import { sha256 } from '../../base/index.ts';
import {
  type ArtifactRecord,
  type BuildRecord,
  type BuildStatus,
  LIMITS,
  RECORD_VERSION,
  type TargetRecord,
} from '../records/build-record.ts';
import { cut, durationMs } from '../records/record-texts.ts';
import { type DocumentMetrics, momentMs } from './document-schema.ts';

const STATUSES = {
  building: 'building',
  success: 'built',
  failed: 'failed',
  skipped: 'skipped',
} as const satisfies Readonly<Record<string, TargetRecord['status']>>;

const UNKNOWN = 'unknown';

/**
 * What the document's metrics tell, as a record. They have no name of their run: it is made of the build's id and the moment of
 * its start, so that the same file sent twice is one build.
 */
export function recordOfDocument(metrics: DocumentMetrics): BuildRecord {
  const startMs = momentMs(metrics.start_time);
  const targets = targetsOf(metrics);
  const counts = {
    ran: targets.filter(({ status }) => status === 'built').length,
    failed: targets.filter(({ status }) => status === 'failed').length,
    skipped: targets.filter(({ status }) => status === 'skipped').length,
  };
  const { cpu_percent = null, memory_percent = null, disk_usage = null } = metrics.resources;
  return {
    version: RECORD_VERSION,
    id: sha256(`${metrics.build_id}\n${metrics.start_time}`).slice(0, 32),
    source: 'document',
    verb: 'build',
    status: statusOf(metrics),
    startMs,
    ...durationOf(metrics, startMs),
    workspace: UNKNOWN,
    buildId: metrics.build_id,
    ...{ release: UNKNOWN, commit: UNKNOWN, branch: UNKNOWN },
    requested: [],
    resources: { cpuPercent: cpu_percent, memoryPercent: memory_percent, diskPercent: disk_usage },
    counts: { ...counts, cached: 0, upToDate: 0 },
    targets,
    actions: actionsOf(metrics, startMs),
    artifacts: artifactsOf(metrics),
    scores: [],
    problems: [],
  };
}

function statusOf({ status }: DocumentMetrics): BuildStatus {
  return status ?? 'running';
}

/** The script's own `total_duration` is that of its last call, so the two moments are believed. */
function durationOf({ end_time, total_duration }: DocumentMetrics, startMs: number): { durationMs?: number } {
  if (end_time !== undefined) return { durationMs: durationMs(momentMs(end_time) - startMs) };
  return total_duration === undefined ? {} : { durationMs: durationMs(total_duration * 1000) };
}

function targetsOf({ components }: DocumentMetrics): TargetRecord[] {
  return Object.entries(components).map(([label, { status, duration = 0 }]) => ({
    label,
    status: STATUSES[status],
    durationMs: durationMs(duration * 1000),
  }));
}

/** One for each component, so that the build has a timeline. */
function actionsOf({ components }: DocumentMetrics, startMs: number): BuildRecord['actions'] {
  return Object.entries(components)
    .filter(([, { status }]) => status !== 'skipped')
    .map(([label, { status, start_time, end_time }]) => {
      const from = durationMs(start_time * 1000 - startMs);
      const to = end_time === undefined ? undefined : Math.max(from, durationMs(end_time * 1000 - startMs));
      return {
        ...{ id: label, label, mnemonic: 'Component', description: 'build', startMs: from },
        status: status === 'failed' ? 'failed' : status === 'building' ? 'running' : 'ran',
        ...(to === undefined ? {} : { endMs: to }),
      };
    });
}

function artifactsOf({ artifacts }: DocumentMetrics): ArtifactRecord[] {
  return Object.entries(artifacts).map(([path, { size, checksum }]) => ({
    path: cut(path, LIMITS.text),
    label: '',
    sizeBytes: Math.round(size),
    sha256: checksum,
  }));
}
