/**
 * Promises that are stubbed out, one at a time, in a copy of the sources: the test that guards each has to fail. Takes minutes,
 * so it runs in .ci/full alone.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isLong } from '../long.ts';
import { MutatedTree, type Ran } from './mutated-tree.ts';
import type { Mutation } from './mutation.ts';
import { MUTATIONS } from './mutations.ts';
import { PROMISES } from './promise-table.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const TREES = 2;

test('each mutation changes what is there, and its test guards a promise', () => {
  for (const { promise, feature, file, from, to, test: guard, title } of MUTATIONS) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    assert.equal(text.split(from).length, 2, `${file} has not once: ${from}`);
    assert.notEqual(from, to, feature);
    const rows = PROMISES.filter((row) => row.promise.startsWith(promise));
    assert.equal(rows.length, 1, `${feature}: rows that begin with ${promise}`);
    assert.ok(
      rows[0]!.tests.some((named) => named.file === guard && named.title === title),
      `${feature}: its row does not name ${guard}: “${title}”`,
    );
  }
  assert.equal(new Set(MUTATIONS.map(({ feature }) => feature)).size, MUTATIONS.length, 'two have one name');
});

test('of each row a feature is stubbed out', () => {
  const without = PROMISES.filter(
    ({ promise }) => !MUTATIONS.some((mutation) => promise.startsWith(mutation.promise)),
  );
  assert.deepEqual(
    without.map(({ promise }) => promise),
    [],
  );
});

/** What the tests say of the sources as they are; each is asked once. */
class Wholes {
  readonly #known = new Map<string, Promise<Ran>>();

  run(tree: MutatedTree, { test: guard, title }: Mutation): Promise<Ran> {
    const key = `${guard}: ${title}`;
    const ran = this.#known.get(key) ?? tree.run({ test: guard, title });
    this.#known.set(key, ran);
    return ran;
  }
}

/** Why the mutation proves nothing; `undefined` where its test passes, and fails without the feature. */
async function fault(tree: MutatedTree, mutation: Mutation, wholes: Wholes): Promise<string | undefined> {
  const whole = await wholes.run(tree, mutation);
  if (whole.outcome !== 'passed') return `${mutation.feature}: ${whole.outcome} as it is\n${whole.output}`;
  const without = await tree.runWithout(mutation);
  if (without.outcome !== 'failed')
    return `${mutation.feature}: ${without.outcome} without it\n${without.output}`;
  return undefined;
}

if (isLong)
  test('whatever is stubbed out is seen by the test that guards it', async () => {
    const waiting = [...MUTATIONS];
    const wholes = new Wholes();
    const faults: string[] = [];
    const works = async (): Promise<void> => {
      using tree = new MutatedTree();
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const found = await fault(tree, next, wholes);
        if (found !== undefined) faults.push(found);
      }
    };
    await Promise.all(Array.from({ length: TREES }, works));
    assert.deepEqual(faults, []);
  });
