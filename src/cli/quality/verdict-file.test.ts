import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryFileSystem } from '../../host/testing.ts';
import type { GateLine } from '../../quality/index.ts';
import { gateRecord } from '../../release/index.ts';
import { keepVerdict, readVerdict } from './verdict-file.ts';

const line = (
  gate: GateLine['gate'],
  status: GateLine['status'],
  rest: Partial<GateLine> = {},
): GateLine => ({
  ...{
    gate,
    subject: 'component:a',
    status,
    measured: '61 %',
    threshold: 'at least 80 %',
    evidence: [],
    details: [],
  },
  ...rest,
});
const EXCEPTION = { reason: 'rewritten in May', expires: '2027-05-31', by: 'ada' };

function verdictOf(lines: readonly GateLine[], commit: string | undefined = 'c1') {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/ws/build-cache');
  keepVerdict(fs, '/ws', { report: { version: 1, status: 'failed', lines, notes: [] }, commit });
  return { fs, verdict: readVerdict(fs, '/ws') };
}

test('a release reads what the last check of its commit found', () => {
  const { verdict } = verdictOf([
    line('codeQuality', 'passed'),
    line('testCoverage', 'not-measured'),
    line('testCoverage', 'failed'),
    line('licences', 'off'),
    line('performanceTest', 'not-measured'),
  ]);
  const states = verdict?.gates.map(({ name, state }) => `${name} ${state}`);
  assert.deepEqual(states, [
    'code-quality green',
    'test-coverage red',
    'licences green',
    'performance-test not-measured',
  ]);
  const { problems } = gateRecord({
    verdict,
    exceptions: [{ gate: 'test-coverage', reason: 'r' }],
    commit: 'c1',
    isDirty: false,
    unchecked: undefined,
  });
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['release/red-gate'],
  );
});

test('what the configuration let through stands in the release', () => {
  const { verdict } = verdictOf([line('testCoverage', 'excepted', { exception: EXCEPTION })]);
  const { record, problems } = gateRecord({
    ...{ verdict, exceptions: [], commit: 'c1' },
    ...{ isDirty: false, unchecked: undefined },
  });
  assert.deepEqual(problems, []);
  const reason = 'component:a (61 %): rewritten in May; by ada, until 2027-05-31';
  assert.deepEqual(record, { state: 'excepted', exceptions: [{ gate: 'test-coverage', reason }] });
});

test('a check of a tree with changes is of no commit, and what cannot be read is none', () => {
  const { fs } = verdictOf([line('codeQuality', 'passed')]);
  fs.replaceFile('/ws/build-cache/gates.json', '{"version": 2}');
  assert.equal(readVerdict(fs, '/ws'), undefined);
  fs.replaceFile('/ws/build-cache/gates.json', '{');
  assert.equal(readVerdict(fs, '/ws'), undefined);
  keepVerdict(fs, '/ws', {
    report: { version: 1, status: 'passed', lines: [], notes: [] },
    commit: undefined,
  });
  assert.equal(fs.lstat('/ws/build-cache/gates.json'), undefined);
});
