import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReproReport } from './report.ts';
import { reproSummary, reproText } from './repro-text.ts';

const DIFFERENCE = {
  place: ['dist/x.tar.gz', 'a.txt'],
  field: 'content',
  where: 'line 1, column 1',
  a: '1\\n',
  b: '2\\n',
  causes: [{ kind: 'cores', text: 'the number of processors that were visible: 1 and 2' }],
  cures: ['use one'],
  proof: 'it was run again',
} as const;

const REPORT: ReproReport = {
  isReproducible: false,
  targets: [
    {
      label: 'component:x',
      isSame: false,
      artifacts: [
        {
          path: 'dist/x.tar.gz',
          type: 'tarball',
          isSame: false,
          a: '00',
          b: '01',
          underSignature: { a: 'aa'.repeat(32), b: 'aa'.repeat(32) },
          differences: [DIFFERENCE],
          leftOut: 3,
        },
      ],
    },
    { label: 'scripts', isSame: true, artifacts: [] },
  ],
  steps: [
    {
      label: 'component:x',
      id: 'x',
      description: 'make',
      inputs: 'equal',
      places: [['a.txt'], ['log.txt']],
      differences: [
        DIFFERENCE,
        { ...DIFFERENCE, place: ['log.txt'], causes: [{ kind: 'unknown', text: '"1" and "2"' }] },
      ],
      leftOut: 0,
      changes: [],
      durationMs: 12,
      experiments: [
        { condition: 'nothing', isSame: true, places: [] },
        { condition: 'processors', isSame: false, places: [['a.txt']] },
      ],
    },
  ],
  conditions: {
    varied: [{ name: 'jobs', first: '1', second: '2' }],
    notVaried: [{ name: 'machine', why: 'it was the same' }],
  },
  builds: [1500, 2500].map((durationMs) => ({
    startedAtMs: 0,
    endedAtMs: durationMs,
    durationMs,
    actions: 4,
  })),
  notes: [],
};

test('the report names what differs, why, where it begins, and what was varied', () => {
  const text = reproText({
    ...REPORT,
    steps: [{ ...REPORT.steps[0]!, differences: REPORT.steps[0]!.differences.slice(1) }],
  });
  assert.equal(
    text.replace(/^ {2}cores: .*$/m, '  cores: …'),
    `component:x  differs
  dist/x.tar.gz
    content under the signature: the same, sha256:aaaaaaaaaaaa
    a.txt  content, line 1, column 1: 1\\n -> 2\\n
      cause  cores: the number of processors that were visible: 1 and 2
      shown  it was run again
    and 3 more differences (--json tells all that were looked into)
scripts  leaves no artifact

where it begins
  component:x  make
    equal inputs, other output: a.txt, log.txt
    run again with nothing changed: the same
    run again with only processors as in the second build: 1 other file
    log.txt  content, line 1, column 1: 1\\n -> 2\\n
      cause  unknown: "1" and "2"
      shown  it was run again

cures
  cores: …

varied
  jobs     1 | 2
not varied
  machine  it was the same

not reproducible: 1 artifact of 1 differs, beginning at 1 step (built in 1.5s and 2.5s)
`,
  );
});

test('the last line says how much was the same', () => {
  const targets = REPORT.targets.map((target) => ({
    ...target,
    isSame: true,
    artifacts: target.artifacts.map((each) => ({ ...each, isSame: true })),
  }));
  assert.equal(
    reproSummary({ ...REPORT, isReproducible: true, targets, steps: [] }),
    'reproducible: 1 artifact and what 4 steps left are the same (built in 1.5s and 2.5s)',
  );
  assert.match(
    reproSummary({ ...REPORT, isReproducible: true, targets }),
    /though 1 step left something else/,
  );
});
