import { join } from 'node:path/posix';
import type { BuildOutcome } from '../build/index.ts';
import type { FileSystem, Host } from '../host/index.ts';
import { type BuildMetrics, buildMetrics, type MetricsCollector } from '../metrics/index.ts';
import { type BuildFacts, buildInfoText } from '../release/index.ts';

/** How full the disk is, with one figure behind the point, as the document's script writes it. */
export function percentUsed(fs: FileSystem, path: string): number {
  const used = fs.usedBytes(path);
  return Math.round((used / Math.max(1, used + fs.freeBytes(path))) * 1000) / 10;
}

export interface RecordOptions {
  readonly host: Host;
  readonly root: string;
  readonly facts: BuildFacts;
  readonly outcome: BuildOutcome;
  readonly collected: MetricsCollector;
  readonly startMs: number;
}

/** The build in figures, as the document has them. */
export function metricsOf({
  host,
  root,
  facts,
  outcome,
  collected,
  startMs,
}: Omit<RecordOptions, 'facts'> & { readonly facts: BuildFacts | undefined }): BuildMetrics {
  const { fs, env, clock } = host;
  return buildMetrics({
    buildId: facts?.buildId ?? 'unknown',
    startMs,
    endMs: clock.now(),
    succeeded: outcome.exitCode === 0,
    collected,
    targets: outcome.targets,
    artifacts: outcome.artifacts,
    cpuCount: env.cpuCount,
    totalMemoryBytes: env.totalMemoryBytes,
    freeMemoryBytes: env.freeMemoryBytes(),
    diskUsage: percentUsed(fs, root),
  });
}

/** Writes `dist/build-info.json`, when it says something new, and `dist/build-metrics.json`. */
export function writeRecords(options: RecordOptions): void {
  const { host, root, facts } = options;
  const { fs } = host;
  const dist = join(root, 'dist');
  fs.makeDirectory(dist);
  const info = buildInfoText(facts);
  const infoPath = join(dist, 'build-info.json');
  if (fs.readTextIfExists(infoPath) !== info) fs.replaceFile(infoPath, info);
  const metrics = metricsOf({ ...options, root: dist });
  fs.replaceFile(join(dist, 'build-metrics.json'), `${JSON.stringify(metrics, undefined, 2)}\n`);
}
