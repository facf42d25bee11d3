import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PageCache } from './page-cache.ts';

test('pages are kept until they change or the bytes of all are too many', async () => {
  const pages = new PageCache(10_000);
  const made: string[] = [];
  const ask = (key: string, state: number, sizeBytes: number): Promise<unknown> =>
    pages.get(key, state, async () => {
      made.push(key);
      return 'x'.repeat(sizeBytes);
    });
  const expectMade = (...expected: string[]): void => assert.deepEqual(made.splice(0), expected);
  for (const key of ['a', 'a', 'b', 'a', 'b']) await ask(key, 0, 3000);
  expectMade('a', 'b');
  for (let state = 1; state < 9; state++) await ask('a', state, 3000);
  made.length = 0;
  await ask('b', 0, 3000);
  expectMade();
  await ask('c', 0, 3000);
  for (const key of ['c', 'b']) await ask(key, 0, 3000);
  expectMade('c', 'b');
  for (let at = 0; at < 2; at++) await ask('huge', 0, 20_000);
  expectMade('huge', 'huge');
  await ask('small', 0, 10);
  await ask('small', 0, 10);
  expectMade('small');
});
