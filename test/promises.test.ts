/** Each promise of docs/promises.md names tests that are there, and each one that is kept names at least one. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROMISES } from './promise-mutations/promise-table.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whether a test of the file has this title: the first argument of a call. */
function hasTest(file: string, title: string): boolean {
  const written = escaped(title).replaceAll("'", "\\\\?'");
  return new RegExp(`\\b\\w+\\(\\s*(['"\`])${written}\\1`).test(read(file));
}

test('each test that the page names is there', () => {
  const named = PROMISES.flatMap(({ tests }) => tests);
  assert.ok(named.length > 50);
  const missing = named.filter(({ file, title }) => !existsSync(join(ROOT, file)) || !hasTest(file, title));
  assert.deepEqual(missing, []);
});

test('a test that is not there would be seen', () => {
  assert.equal(hasTest('test/promises.test.ts', 'a test that is not there would be seen'), true);
  assert.equal(hasTest('test/promises.test.ts', 'a test that is not there'), false);
});

test('a promise is kept, kept in part or not kept, and what is missing is said', () => {
  const kept = PROMISES.filter(({ state }) => state === 'kept');
  assert.ok(PROMISES.length > 50 && kept.length > 30);
  const wrong = PROMISES.filter(
    ({ state, tests }) =>
      !/^(kept|in part: .+|not kept(: .+)?)$/.test(state) || (state === 'kept' && tests.length === 0),
  );
  assert.deepEqual(
    wrong.map(({ promise }) => promise),
    [],
  );
});

test('what is said to be missing is missing', async () => {
  const { VERBS } = await import('../src/cli/verb-table.ts');
  const verbs = new Set(VERBS.map(({ name }) => name));
  for (const { promise, state } of PROMISES)
    for (const [, verb] of state.matchAll(/the verb `([^`]+)`[^`]* is not there/g))
      assert.ok(!verbs.has(verb!), `${promise}: the verb ${verb} is there, so the page has to be renewed`);
});
