import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildMetrics, MetricsCollector } from './build-metrics.ts';

test('the document’s fields, and null for what was not measured', () => {
  const collected = new MetricsCollector();
  const label = 'component:a';
  collected.handle({ time: 1_000_000, type: 'action.started', payload: { id: '1', label } });
  collected.handle({ time: 1_002_000, type: 'action.finished', payload: { id: '1', label, cpuMs: 3000 } });
  collected.handle({ time: 1_003_500, type: 'action.cached', payload: { id: '2', label, cpuMs: 9000 } });
  const metrics = buildMetrics({
    buildId: 'id',
    startMs: 1_000_000,
    endMs: 1_004_000,
    succeeded: false,
    collected,
    targets: [
      { label, status: 'built' },
      { label: 'component:b', status: 'up-to-date' },
      { label: 'component:c', status: 'failed' },
      { label: 'component:d', status: 'skipped' },
    ],
    artifacts: [{ path: 'dist/components/a', sizeBytes: 5, sha256: 'ff' }],
    cpuCount: 2,
    totalMemoryBytes: 1000,
    freeMemoryBytes: 250,
    diskUsage: undefined,
  });
  const idle = { start_time: 1000, end_time: 1000, duration: 0 };
  assert.deepEqual(metrics, {
    build_id: 'id',
    start_time: '1970-01-01T00:16:40.000Z',
    components: {
      'component:a': { start_time: 1000, status: 'success', end_time: 1003.5, duration: 3.5 },
      'component:b': { ...idle, status: 'success' },
      'component:c': { ...idle, status: 'failed' },
      'component:d': { ...idle, status: 'skipped' },
    },
    resources: { cpu_percent: 37.5, memory_percent: 75, disk_usage: null, timestamp: 1004 },
    artifacts: { 'components/a': { size: 5, checksum: 'ff', created_at: 1004 } },
    end_time: '1970-01-01T00:16:44.000Z',
    total_duration: 4,
    status: 'failed',
  });
});
