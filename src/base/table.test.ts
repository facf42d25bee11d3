import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cellsOf } from './clean-text.ts';
import { type TableOptions, tableLines } from './table.ts';

const ROWS = [
  ['state', 'gate', 'measured', 'by'],
  ['passed', 'tests', '12 of 12', 'pytest 8.3'],
  ['FAILED', 'speed', 'the page needed 900 ms of 500 ms', 'autocannon 7'],
];

function check(what: string, options: TableOptions, expected: readonly string[]): void {
  test(`a table ${what}`, () => assert.deepEqual(tableLines(ROWS, options).flat(), expected));
}

check('without a bound has a line for each row', { columns: Number.POSITIVE_INFINITY }, [
  'state   gate   measured                          by',
  'passed  tests  12 of 12                          pytest 8.3',
  'FAILED  speed  the page needed 900 ms of 500 ms  autocannon 7',
]);
check('that is too wide breaks its widest cells', { columns: 45 }, [
  'state   gate   measured          by',
  'passed  tests  12 of 12          pytest 8.3',
  'FAILED  speed  the page needed   autocannon 7',
  '               900 ms of 500 ms',
]);
check('that is too wide lacks what may be missing, and nothing else', { columns: 50, optional: [3, 0] }, [
  'state   gate   measured',
  'passed  tests  12 of 12',
  'FAILED  speed  the page needed 900 ms of 500 ms',
]);
check('keeps whole what is to be whole', { columns: 20, whole: [2], optional: [3], figures: [1] }, [
  'state    gate  measured',
  'passed  tests  12 of 12',
  'FAILED  speed  the page needed 900 ms of 500 ms',
]);

test('a table breaks long words where it must, and loses nothing', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'b', '漢', ' '), maxLength: 60 });
  const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 60, max: 120 }), (cells, columns) => {
      const lines = tableLines(cells, { columns }).flat();
      assert.ok(lines.every((line) => cellsOf(line) <= columns));
      const letters = (texts: readonly string[]): string =>
        [...texts.join('').replace(/ /g, '')].sort().join('');
      assert.equal(letters(lines), letters(cells.flat()));
    }),
  );
});
