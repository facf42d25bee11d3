import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anAction, aRecord } from '../testing.ts';
import { exportRequests } from './spans.ts';

function spansOf(record = aRecord(), variables: Record<string, string> = {}) {
  const requests = exportRequests(record, { programVersion: '1.2.3', variables });
  return requests.flatMap(({ resourceSpans }) => resourceSpans[0]!.scopeSpans[0]!.spans);
}

const NANOSECONDS_AT_START = '1000000000000';

test('a build is a trace: a span for it, one below it for each action', () => {
  const actions = [
    anAction(),
    anAction({ id: 'component:b#make', status: 'failed', failure: 'exit code 2', startMs: 200, endMs: 300 }),
    {
      ...{ id: 'component:c#make', label: 'component:c', mnemonic: '', description: '' },
      status: 'skipped' as const,
    },
  ];
  const [root, ...others] = spansOf(aRecord({ status: 'failed', actions }));
  assert.deepEqual(
    [root!.name, root!.startTimeUnixNano, root!.endTimeUnixNano, root!.status],
    ['build all', NANOSECONDS_AT_START, '1004000000000', { code: 2, message: 'failed' }],
  );
  assert.deepEqual(
    others.map(({ name, status }) => [name, status]),
    [
      ['component:a make', { code: 1 }],
      ['component:b make', { code: 2, message: 'exit code 2' }],
    ],
  );
  for (const span of others) {
    assert.deepEqual([span.traceId, span.parentSpanId], [root!.traceId, root!.spanId]);
    assert.match(`${span.traceId} ${span.spanId}`, /^[0-9a-f]{32} [0-9a-f]{16}$/);
  }
  const facts = Object.fromEntries(others[0]!.attributes.map(({ key, value }) => [key, value]));
  assert.deepEqual(facts['mobileops.action.wait_ms'], { intValue: '90' });
  assert.deepEqual(facts['mobileops.action.cached'], { boolValue: false });
});

test('within a job of CI it belongs to the trace of the job', () => {
  const [root] = spansOf(aRecord(), { TRACEPARENT: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` });
  assert.deepEqual([root!.traceId, root!.parentSpanId], ['a'.repeat(32), 'b'.repeat(16)]);
  const [own] = spansOf(aRecord(), { TRACEPARENT: 'nonsense' });
  assert.equal(own!.parentSpanId, undefined);
});

test('many spans go in several requests', () => {
  const actions = Array.from({ length: 4500 }, (_, at) => anAction({ id: `component:a#${at}` }));
  const requests = exportRequests(aRecord({ actions }), { programVersion: '1', variables: {} });
  assert.equal(requests.length, 3);
  const ids = spansOf(aRecord({ actions })).map(({ spanId }) => spanId);
  assert.equal(new Set(ids).size, 4501);
});

test('the service and what is known of it', () => {
  const variables = { OTEL_RESOURCE_ATTRIBUTES: 'team=mobile, service.name=other', OTEL_SERVICE_NAME: 'ci' };
  const [request] = exportRequests(aRecord(), { programVersion: '1.2.3', variables });
  const { attributes } = request!.resourceSpans[0]!.resource;
  const facts = Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
  assert.deepEqual(
    [facts['service.name'], facts.team, facts['service.version'], facts['vcs.ref.head.name']],
    ['ci', 'mobile', '1.2.3', 'main'],
  );
});
