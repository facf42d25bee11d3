import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  completeComponent,
  finalizeMetrics,
  newMetrics,
  parseMetrics,
  printMetrics,
  recordArtifact,
  recordUsage,
  startComponent,
} from './metrics-file.ts';

test('what a script tells of its build, from start to finalize, is the document’s file', () => {
  let metrics = newMetrics('b-1', 1_000_000);
  for (const name of ['ai-core', 'toolbox', '__proto__']) metrics = startComponent(metrics, name, 1_001_500);
  metrics = completeComponent(metrics, 'ai-core', { succeeded: true, nowMs: 1_004_000 })!;
  metrics = completeComponent(metrics, 'toolbox', { succeeded: false, nowMs: 1_002_000 })!;
  assert.equal(completeComponent(metrics, 'unknown', { succeeded: true, nowMs: 1 }), undefined);
  metrics = recordUsage(metrics, { cpuPercent: 12.5, memoryPercent: 40, diskPercent: 71 }, 1_003_000);
  metrics = recordArtifact(metrics, { name: 'app.apk', sizeBytes: 12, checksum: 'sha256:ff' }, 1_005_000);
  const read = parseMetrics(printMetrics(finalizeMetrics(metrics, false, 1_006_250)));
  assert.ok(read.ok);
  const { components, ...rest } = read.value;
  assert.deepEqual(Object.entries(components), [
    ['__proto__', { start_time: 1001.5, status: 'building' }],
    ['ai-core', { start_time: 1001.5, status: 'success', end_time: 1004, duration: 2.5 }],
    ['toolbox', { start_time: 1001.5, status: 'failed', end_time: 1002, duration: 0.5 }],
  ]);
  assert.deepEqual(rest, {
    build_id: 'b-1',
    start_time: '1970-01-01T00:16:40.000Z',
    resources: { cpu_percent: 12.5, memory_percent: 40, disk_usage: 71, timestamp: 1003 },
    artifacts: { 'app.apk': { size: 12, checksum: 'sha256:ff', created_at: 1005 } },
    end_time: '1970-01-01T00:16:46.250Z',
    total_duration: 6.25,
    status: 'failed',
  });
});
