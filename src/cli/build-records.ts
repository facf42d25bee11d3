import { join } from 'node:path/posix';
import type { BuildOutcome } from '../build/index.ts';
import type { FileSystem, Host } from '../host/index.ts';
import { buildMetrics, type MetricsCollector } from '../metrics/index.ts';
import { type BuildFacts, buildInfoText } from '../release/index.ts';

/** With one figure behind the point, as the document's script writes it. */
function percentUsed(fs: FileSystem, path: string): number {
  const total = Math.max(1, fs.totalBytes(path));
  return Math.round((1 - fs.freeBytes(path) / total) * 1000) / 10;
}

export interface RecordOptions {
  readonly host: Host;
  readonly root: string;
  readonly facts: BuildFacts;
  readonly outcome: BuildOutcome;
  readonly collected: MetricsCollector;
  readonly startMs: number;
}

/** Writes `dist/build-info.json`, when it says something new, and `dist/build-metrics.json`. */
export function writeRecords({ host, root, facts, outcome, collected, startMs }: RecordOptions): void {
  const { fs, env, clock } = host;
  const dist = join(root, 'dist');
  fs.makeDirectory(dist);
  const info = buildInfoText(facts);
  const infoPath = join(dist, 'build-info.json');
  if (fs.readTextIfExists(infoPath) !== info) fs.replaceFile(infoPath, info);
  const metrics = buildMetrics({
    buildId: facts.buildId,
    startMs,
    endMs: clock.now(),
    succeeded: outcome.exitCode === 0,
    collected,
    targets: outcome.targets,
    artifacts: outcome.artifacts,
    cpuCount: env.cpuCount,
    totalMemoryBytes: env.totalMemoryBytes,
    freeMemoryBytes: env.freeMemoryBytes(),
    diskUsage: percentUsed(fs, dist),
  });
  fs.replaceFile(join(dist, 'build-metrics.json'), `${JSON.stringify(metrics, undefined, 2)}\n`);
}
