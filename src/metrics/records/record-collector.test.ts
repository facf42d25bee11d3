import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BuildEvent } from '../../event/index.ts';
import { type BuildRecord, LIMITS } from './build-record.ts';
import { parseEvents } from './event-schema.ts';
import { RecordCollector } from './record-collector.ts';
import { RECORD_SCHEMA } from './record-schema.ts';
import { withoutSecrets } from './record-texts.ts';

/** What builds of the reference platform said. */
const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/builds');
const NAMES = readdirSync(FIXTURES).filter((name) => name.endsWith('.jsonl'));

function eventsOf(name: string): readonly BuildEvent[] {
  const parsed = parseEvents(readFileSync(join(FIXTURES, name), 'utf8'));
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.failure);
  return parsed.value;
}

function collect(events: readonly BuildEvent[], clean?: (text: string) => string): BuildRecord {
  const collector = new RecordCollector({ id: 'build-0001', verb: 'build', ...(clean ? { clean } : {}) });
  for (const event of events) collector.handle(event);
  return collector.record();
}

for (const name of NAMES) {
  test(`a record of ${name} is what a server takes`, () => {
    const record = collect(eventsOf(name));
    assert.deepEqual(RECORD_SCHEMA.parse(JSON.parse(JSON.stringify(record))), record);
    for (const { readyMs = 0, startMs = readyMs, endMs = startMs } of record.actions)
      assert.ok(readyMs <= startMs && startMs <= endMs && endMs <= (record.durationMs ?? 0) + 1000);
  });
}

const told = (name: string) => {
  const { status, counts, targets, artifacts } = collect(eventsOf(name));
  return [status, counts, targets.length, artifacts.length];
};
const counts = { ran: 0, cached: 0, failed: 0, skipped: 0, upToDate: 0 };

test('what came of real builds', () => {
  assert.deepEqual(told('full.jsonl'), ['success', { ...counts, ran: 100, cached: 3 }, 15, 28]);
  assert.deepEqual(told('noop.jsonl'), ['success', { ...counts, upToDate: 15 }, 15, 28]);
  assert.deepEqual(told('warm.jsonl'), ['success', { ...counts, ran: 15, cached: 24, upToDate: 11 }, 15, 28]);
  const broken = { ...counts, cached: 24, failed: 1, skipped: 14, upToDate: 11 };
  assert.deepEqual(told('broken.jsonl').slice(0, 3), ['failed', broken, 15]);
});

test('what failed comes with its end, what waited with how long', () => {
  const failed = collect(eventsOf('broken.jsonl')).actions.filter(({ status }) => status === 'failed');
  assert.deepEqual(
    failed.map(({ id, failure }) => [id, failure]),
    [['component:network#compile', 'ended with exit code 2']],
  );
  assert.match(failed[0]!.log!, /^\n> .*\nsrc\/engine\.ts\(31,7\): error TS2322: .*'number'\.$/s);
  const { actions } = collect(eventsOf('full.jsonl'));
  const waits = actions.map(({ readyMs = 0, startMs = readyMs }) => startMs - readyMs);
  assert.ok(Math.max(...waits) > 1000);
  assert.ok(actions.some(({ needs = [] }) => needs.length > 1));
});

test('of a build that is still running what is known by now', () => {
  const events = eventsOf('full.jsonl');
  const record = collect(events.slice(0, 40));
  assert.equal(record.status, 'running');
  assert.ok(record.actions.some(({ status }) => status === 'running'));
  assert.deepEqual(RECORD_SCHEMA.parse(record), record);
});

test('secrets are not told, control characters neither', () => {
  const clean = withoutSecrets({ KEY_PASSWORD: 'hunter22', PATH: '/usr/bin', GH_TOKEN: 'abc' });
  const payload = {
    ...{ id: 'a#1', label: 'a', mnemonic: 'Step', description: '', exitCode: 1, durationMs: 1, cpuMs: 1 },
    ...{ action: undefined, stdout: undefined, peakMemoryBytes: 1, failure: 'no' },
    output: '\u001b[31mhunter22\u001b[0m aHVudGVyMjI= http://me:pass@host/ abc\u0007 /usr/bin',
  };
  const [action] = collect([{ time: 1, type: 'action.finished', payload }], clean).actions;
  assert.equal(action?.log, '*** *** http://***@host/ abc /usr/bin');
});

test('a record is bounded, whatever was built', () => {
  const events = Array.from({ length: LIMITS.actions + 10 }, (_, at) => ({
    ...{ time: at, type: 'action.finished' },
    payload: {
      ...{ id: `a#${at}`, label: 'l'.repeat(1000), mnemonic: 'Step', description: 'd'.repeat(9999) },
      ...{ action: undefined, exitCode: 1, durationMs: 1, output: '💥'.repeat(30_000), stdout: undefined },
      ...{ cpuMs: 1, peakMemoryBytes: 1, ...(at < 40 ? { failure: 'no' } : {}) },
    },
  }));
  const record = collect(events);
  assert.equal(record.actionsLeftOut, 10);
  const logs = record.actions.reduce((sum, { log = '' }) => sum + log.length, 0);
  assert.ok(logs <= LIMITS.allLogs && logs > LIMITS.allLogs / 2);
  assert.ok(RECORD_SCHEMA.safeParse(record).success);
});

test('no line makes the reader throw, and what it takes makes a record that a server takes', () => {
  const lines = NAMES.flatMap((name) => readFileSync(join(FIXTURES, name), 'utf8').split('\n'));
  const mutated = fc
    .tuple(fc.constantFrom(...lines), fc.nat(), fc.string({ maxLength: 4 }))
    .map(([line, at, text]) => {
      const place = at % (line.length + 1);
      return line.slice(0, place) + text + line.slice(place + text.length);
    });
  fc.assert(
    fc.property(fc.array(mutated, { maxLength: 12 }), (some) => {
      const parsed = parseEvents(some.join('\n'));
      if (parsed.ok) assert.ok(RECORD_SCHEMA.safeParse(collect(parsed.value)).success);
      else assert.match(parsed.failure, /^line \d+: /);
    }),
    { numRuns: 300 },
  );
});
