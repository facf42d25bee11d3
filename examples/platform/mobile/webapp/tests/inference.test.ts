import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { featuresOf, likeliest, type Model, predict, type Sample } from '../src/inference.ts';
import { append, begin, HISTORY, play, SCENARIOS, setLevel, tick } from '../src/simulation.ts';

const aiCore = process.env.DEPS_COMPONENT_AI_CORE ?? join(import.meta.dirname, '../../../components/ai-core');
const read = (name: string) => JSON.parse(readFileSync(join(aiCore, 'dist/ai-core/models', name), 'utf8'));
const model: Model = read('model.json');
const [calm, , leak] = SCENARIOS;
assert.ok(calm && leak);
const golden: { tolerance: number; cases: { window: Sample[]; probabilities: number[] }[] } =
  read('golden.json');

test('agrees with numpy on the golden windows', () => {
  assert.ok(golden.cases.length >= 20);
  for (const { window, probabilities } of golden.cases)
    predict(model, window).forEach((found, index) => {
      assert.ok(
        Math.abs(found - (probabilities[index] ?? Number.NaN)) <= golden.tolerance,
        `${found} is not ${probabilities[index]}`,
      );
    });
});

test('values out of range are clamped', () => {
  const window = (value: number) =>
    Array.from({ length: model.window }, () => model.signals.map(() => value));
  assert.deepEqual(featuresOf(model, window(-5)), featuresOf(model, window(0)));
  assert.deepEqual(featuresOf(model, window(1e9)), featuresOf(model, [...window(1e6)]));
});

test('a window of another length is refused', () => {
  assert.throws(() => predict(model, []), RangeError);
});

describe('each scenario leads to the state that it is named for', () => {
  const expected = ['healthy', 'overload', 'leak', 'fault'];
  SCENARIOS.forEach((scenario, index) => {
    test(scenario.name, () => {
      let simulation = play(begin(model, calm), scenario);
      for (let moment = 0; moment < 12; moment++) simulation = tick(simulation, model);
      assert.equal(model.states[simulation.verdicts.at(-1)?.state ?? -1], expected[index]);
    });
  });
});

test('the history is bounded and begins full', () => {
  let simulation = begin(model, calm);
  assert.equal(simulation.samples.length, HISTORY);
  for (let moment = 0; moment < HISTORY; moment++) simulation = append(simulation, [10, 20, 30, 0], model);
  assert.equal(simulation.samples.length, HISTORY);
  assert.equal(simulation.verdicts.length, HISTORY);
});

test('a slider moved by hand ends the scenario and stays where it is', () => {
  const moved = tick(setLevel(begin(model, leak), 1, 20), model);
  assert.equal(moved.levels[1], 20);
  assert.equal(moved.scenario, undefined);
});

test('the likeliest is the largest', () => {
  assert.equal(likeliest([0.1, 0.7, 0.2]), 1);
});
