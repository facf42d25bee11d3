import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { recordOf, SENT_SCHEMA } from '../record-reader.ts';
import { RECORD_SCHEMA } from '../records/record-schema.ts';
import { aRecord } from '../testing.ts';

/** As the document's script leaves it: UTC without a zone, a component that did not end, a checksum as it was given. */
const DOCUMENT = {
  build_id: 'unknown',
  start_time: '2024-01-15T10:30:00.123456',
  components: {
    'ai-core': { start_time: 1705314601.5, status: 'success', end_time: 1705314611.5, duration: 10 },
    network: { start_time: 1705314602, status: 'failed', end_time: 1705314603, duration: 1 },
    security: { start_time: 1705314602, status: 'building' },
  },
  resources: { cpu_percent: 12.5, memory_percent: 61.2, disk_usage: 40.1, timestamp: 1705314612.25 },
  artifacts: { 'platform.tar.gz': { size: 1024, checksum: 'sha256:ff', created_at: 1705314612 } },
  end_time: '2024-01-15T10:30:20.123456',
  total_duration: 0.0001,
  status: 'failed',
};

test('the document’s file is a build like any other', () => {
  const record = recordOf(SENT_SCHEMA.parse(DOCUMENT));
  assert.deepEqual(RECORD_SCHEMA.parse(record), record);
  assert.deepEqual(
    [record.status, record.source, record.startMs, record.durationMs],
    ['failed', 'document', Date.UTC(2024, 0, 15, 10, 30, 0, 123), 20_000],
  );
  assert.deepEqual(
    record.actions.map(({ label, status, startMs, endMs }) => [label, status, startMs, endMs]),
    [
      ['ai-core', 'ran', 1377, 11377],
      ['network', 'failed', 1877, 2877],
      ['security', 'running', 1877, undefined],
    ],
  );
  assert.deepEqual(record.resources, { cpuPercent: 12.5, memoryPercent: 61.2, diskPercent: 40.1 });
  assert.equal(recordOf(SENT_SCHEMA.parse(DOCUMENT)).id, record.id);
});

test('what was begun and not ended runs', () => {
  const { end_time, total_duration, status, ...begun } = DOCUMENT;
  const record = recordOf(SENT_SCHEMA.parse({ ...begun, resources: {} }));
  assert.deepEqual(
    [record.status, record.durationMs, record.resources.cpuPercent],
    ['running', undefined, null],
  );
});

test('our own record beside the document’s fields is the record', () => {
  const record = aRecord();
  assert.deepEqual(recordOf(SENT_SCHEMA.parse({ ...DOCUMENT, record })), record);
});

test('what is no such file is refused with its place', () => {
  for (const [wrong, place] of [
    [{ ...DOCUMENT, start_time: 'yesterday' }, 'start_time'],
    [{ ...DOCUMENT, components: { a: { status: 'fine', start_time: 1 } } }, 'components.a.status'],
    [{ ...DOCUMENT, artifacts: { a: { size: -1, checksum: '' } } }, 'artifacts.a.size'],
    [{ ...DOCUMENT, build_id: 'x'.repeat(500) }, 'build_id'],
    [{ ...DOCUMENT, record: { ...aRecord(), version: 2 } }, 'record.version'],
    [{ ...DOCUMENT, record: { ...aRecord(), id: '../../etc' } }, 'record.id'],
  ] as const) {
    const parsed = SENT_SCHEMA.safeParse(wrong);
    assert.equal(parsed.error?.issues[0]?.path.join('.'), place);
  }
});

test('whatever is taken makes a record that is within its bounds', () => {
  const values = fc.dictionary(
    fc.string(),
    fc.record({ status: fc.constant('success'), start_time: fc.double() }),
  );
  fc.assert(
    fc.property(values, fc.string(), (components, build_id) => {
      const parsed = SENT_SCHEMA.safeParse({ ...DOCUMENT, build_id, components });
      if (parsed.success) assert.ok(RECORD_SCHEMA.safeParse(recordOf(parsed.data)).success);
    }),
  );
});
