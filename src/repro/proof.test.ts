import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Experiment } from './builds/experiments.ts';
import type { CauseKind, Difference, Place } from './model.ts';
import { isSamePlace, proven } from './proof.ts';
import type { StepReport } from './report.ts';

const DIFFERENCE: Difference = {
  place: ['dist/x', 'out/a'],
  field: 'content',
  causes: [{ kind: 'unknown', text: '1 and 2' }],
  cures: [],
};

function stepOf(experiments: readonly Experiment[], places: readonly Place[] = [['out/a']]): StepReport {
  const facts = {
    label: 'component:x',
    id: 'x',
    description: 'make',
    inputs: 'equal',
    durationMs: 1,
  } as const;
  return { ...facts, places, differences: [], leftOut: 0, changes: [], experiments };
}

const run = (condition: Experiment['condition'], ...places: Place[]): Experiment => {
  return { condition, isSame: places.length === 0, places };
};

function check(
  experiments: readonly Experiment[],
  expected: { readonly kind: CauseKind; readonly proof: RegExp | undefined },
): void {
  const { causes, proof } = proven(DIFFERENCE, [stepOf(experiments)]);
  assert.equal(causes[0]?.kind, expected.kind);
  if (expected.proof) assert.match(proof ?? '', expected.proof);
  else assert.equal(proof, undefined);
}

test('what running again has shown names a cause that the values do not', () => {
  check([run('nothing', ['out/a'])], {
    kind: 'random',
    proof: /nothing changed, the step wrote something else/,
  });
  check([run('nothing'), run('processors', ['out/a'])], { kind: 'cores', proof: /the number of processors/ });
  check([run('nothing'), run('clock', ['out/a'])], { kind: 'time', proof: /nothing changed but the clock/ });
  check([run('nothing', ['out/b']), run('file order', ['out/a'])], {
    kind: 'order',
    proof: /the order of files/,
  });
  check([run('nothing'), run('processors')], {
    kind: 'unknown',
    proof: /wrote the same as in the first build, nor with processors alone/,
  });
  check([], { kind: 'unknown', proof: undefined });
  check([{ condition: 'nothing', isSame: undefined, places: [] }], { kind: 'unknown', proof: undefined });
});

test('a cause that the values tell stays', () => {
  const timed: Difference = { ...DIFFERENCE, causes: [{ kind: 'time', text: 'x' }] };
  assert.equal(proven(timed, [stepOf([run('nothing', ['out/a'])])]).causes[0]?.kind, 'time');
});

test('what looks random is not where it is the same with nothing changed', () => {
  const digest: Difference = { ...DIFFERENCE, causes: [{ kind: 'random', text: 'x' }] };
  const kindWith = (...experiments: Experiment[]): CauseKind | undefined =>
    proven(digest, [stepOf(experiments)]).causes[0]?.kind;
  assert.equal(kindWith(run('nothing', ['out/a'])), 'random');
  assert.equal(kindWith(run('nothing'), run('folder and disk', ['out/a'])), 'order');
});

test('a difference of another step is left as it is', () => {
  assert.equal(proven(DIFFERENCE, [stepOf([run('nothing', ['b'])], [['b']])]), DIFFERENCE);
});

test('a place in a step is found in the artifact that has it', () => {
  const same: readonly (readonly [Place, Place])[] = [
    [['out/a'], ['dist/x', 'out/a']],
    [['a'], ['dist/x.tar.gz', './a']],
    [['opt/a'], ['dist/images/i', 'layer 3', 'opt/a']],
    [
      ['lib.jar', 'c.class'],
      ['dist/app.war', 'WEB-INF/lib.jar', 'c.class'],
    ],
    [['out.txt'], ['dist/components/x/out.txt']],
  ];
  for (const [step, artifact] of same) assert.ok(isSamePlace(step, artifact), artifact.join(' > '));
  const other: readonly (readonly [Place, Place])[] = [
    [['a'], ['dist/x', 'ba']],
    [
      ['lib.jar', 'c.class'],
      ['dist/x', 'c.class'],
    ],
    [
      ['lib.jar', 'c.class'],
      ['dist/x', 'lib.jar', 'd.class'],
    ],
    [[], ['dist/x']],
  ];
  for (const [step, artifact] of other) assert.ok(!isSamePlace(step, artifact), artifact.join(' > '));
});

test('what a step writes again from the same inputs follows from them', () => {
  const step = stepOf([run('nothing'), run('processors')]);
  const digest: Difference = { ...DIFFERENCE, causes: [{ kind: 'random', text: 'x' }] };
  for (const difference of [DIFFERENCE, digest]) {
    const { causes, proof } = proven(difference, [], { innocent: [step] });
    assert.equal(causes[0]?.kind, 'follows');
    assert.match(proof ?? '', /from the same inputs/);
    assert.equal(
      proven(difference, [step], { innocent: [step] }).causes[0]?.kind,
      difference === digest ? 'random' : 'unknown',
    );
  }
  const other = { ...stepOf([run('nothing', ['out/a'])]), label: 'component:y' };
  const own = proven(DIFFERENCE, [other], { innocent: [step], label: 'component:x' });
  assert.equal(own.causes[0]?.kind, 'follows', 'a file of the same name in another target is another one');
  const timed: Difference = { ...DIFFERENCE, causes: [{ kind: 'time', text: 'x' }] };
  assert.equal(proven(timed, [], { innocent: [step] }), timed);
  assert.equal(proven(DIFFERENCE, [], { innocent: [stepOf([], [['b']])] }), DIFFERENCE);
});

test('values that look like the number of processors are not, where a run with as many as in the second build wrote the same', () => {
  const cores: Difference = {
    ...DIFFERENCE,
    causes: [{ kind: 'cores', text: 'the number of processors: 1 and 2' }],
  };
  const causeAfter = (...experiments: Experiment[]) => proven(cores, [stepOf(experiments)]).causes[0];
  assert.deepEqual(causeAfter(run('nothing'), run('processors'), run('clock', ['out/a'])), {
    kind: 'time',
    text: 'it depends on the time of the build: 1 and 2',
  });
  assert.equal(causeAfter(run('nothing'), run('processors', ['out/a']))?.kind, 'cores');
  assert.equal(causeAfter(run('nothing'), run('processors'))?.kind, 'cores');
});
