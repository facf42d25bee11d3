import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryFileSystem } from '../../host/testing.ts';
import { type GateLine, gateReport } from '../../quality/index.ts';
import { keepScores, readScores, scoresOf } from './scores.ts';

const line = (gate: GateLine['gate'], more: Partial<GateLine>): GateLine => ({
  ...{
    gate,
    subject: 'workspace',
    status: 'passed',
    evidence: [{ tool: 'tool', version: '1' }],
    details: [],
  },
  ...more,
});

test('what gates measured, in numbers', () => {
  const lines = [
    line('codeQuality', { subject: 'component:a', value: 9.6, threshold: 'at least 8 of 10' }),
    line('testCoverage', { value: 71.5, threshold: 'at least 80 % of lines', status: 'failed' }),
    line('performanceTest', {
      threshold: '95 of 100 requests within 200 ms',
      status: 'not-measured',
      why: 'no',
    }),
    line('securityScan', { value: 1, threshold: 'none of high or worse', status: 'excepted' }),
    line('licences', { value: 0, threshold: 'of the allowed list' }),
    line('sonarqube', { status: 'off' }),
  ];
  assert.deepEqual(
    scoresOf(gateReport(lines, [])).map(({ gate, measured, threshold, unit, passed }) => [
      ...[gate, measured, threshold, unit, passed],
    ]),
    [
      ['code quality of component:a', 9.6, 8, 'of 10', true],
      ['test coverage', 71.5, 80, '%', false],
      ['performance', null, 200, 'ms', false],
      ['security', 1, 0, 'found', true],
      ['licences', 0, null, '', true],
    ],
  );
});

test('a release has the scores of the check of its commit, and of no other', () => {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/w/build-cache');
  const scores = scoresOf(
    gateReport([line('testCoverage', { value: 90, threshold: 'at least 80 % of lines' })], []),
  );
  assert.deepEqual(readScores(fs, '/w', 'aa'), []);
  keepScores(fs, '/w', { commit: 'aa', scores });
  assert.deepEqual(readScores(fs, '/w', 'aa'), scores);
  assert.deepEqual(readScores(fs, '/w', 'bb'), []);
  keepScores(fs, '/w', { commit: undefined, scores });
  assert.deepEqual(readScores(fs, '/w', 'aa'), []);
  fs.writeFile('/w/build-cache/gate-scores.json', '{');
  assert.deepEqual(readScores(fs, '/w', 'aa'), []);
});
