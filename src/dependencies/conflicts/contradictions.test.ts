import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Answer, findContradictions } from './contradictions.ts';

/** A resolver that knows sets which cannot be met, and tells one that it meets, with more lines than are to blame. */
function resolver(bad: readonly (readonly number[])[]) {
  let questions = 0;
  const failure = { code: 'x', severity: 'error', message: 'no' } as const;
  const ask = async (lines: readonly number[]): Promise<Answer<number>> => {
    questions++;
    const met = bad.find((set) => set.every((line) => lines.includes(line)));
    if (!met) return { kind: 'met', versions: new Map() };
    const blamed = lines.filter((line) => met.includes(line) || line % 3 === 0);
    return { kind: 'unmet', lines: blamed, refusal: { said: '', failure } };
  };
  return { ask, questions: () => questions };
}

const LINES = [...Array(8).keys()];
const keyOf = (sets: readonly (readonly number[])[]): string[] =>
  sets.map((set) => [...set].sort().join(' ')).sort();

test('every minimal contradiction is found, each once', async () => {
  const set = fc.uniqueArray(fc.constantFrom(...LINES), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.array(set, { minLength: 1, maxLength: 4 }), async (bad) => {
      const minimal = bad.filter(
        (each) =>
          !bad.some((other) => other.length < each.length && other.every((line) => each.includes(line))),
      );
      const { ask } = resolver(bad);
      const search = await findContradictions({ lines: LINES, ask, maximumQuestions: 10_000 });
      assert.equal(search.isPartial, false);
      assert.deepEqual(keyOf(search.found.map(({ lines }) => lines)), [...new Set(keyOf(minimal))]);
      for (const { without } of search.ways)
        assert.ok(bad.every((each) => each.some((line) => without.includes(line))));
    }),
    { numRuns: 200 },
  );
});

test('a search ends after so many questions, and says that there may be more', async () => {
  const { ask, questions } = resolver([
    [0, 1],
    [2, 3],
    [4, 5],
    [6, 7],
  ]);
  const search = await findContradictions({ lines: LINES, ask, maximumQuestions: 6 });
  assert.equal(search.isPartial, true);
  assert.ok(search.found.length > 0);
  assert.ok(questions() < 20);
  const failed = await findContradictions({
    lines: LINES,
    ask: async () => ({ kind: 'failed' }),
    maximumQuestions: 6,
  });
  assert.deepEqual(failed, { found: [], ways: [], isPartial: true });
});
