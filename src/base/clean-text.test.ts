import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanLine, cleanText, fitColumns, lastLines, type WrapOptions, wrapText } from './clean-text.ts';

function check(input: string, expected: string, keepsColors = false): void {
  test(JSON.stringify(input), () => assert.equal(cleanText(input, keepsColors), expected));
}

check('plain\n\ttext ✓ 漢字', 'plain\n\ttext ✓ 漢字');
check('\u001b[31mred\u001b[0m', 'red');
check('\u001b[31mred\u001b[0m', '\u001b[31mred\u001b[0m\u001b[0m', true);
check('\u001b[38;2;1;2;3mrgb', '\u001b[38;2;1;2;3mrgb\u001b[0m', true);
check('\u001b[38:5:1mcolons', '\u001b[38:5:1mcolons\u001b[0m', true);
// What moves the cursor, clears, or asks the terminal for an answer.
check('a\u001b[2Jb\u001b[Hc\u001b[6nd\u001b[?25le', 'abcde', true);
check('\u001b]0;a new title\u0007text', 'text', true);
check('\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link', true);
check('\u001bPdevice\u001b\\control', 'control', true);
check('\u001bc reset \u001b7 save \u001b(B', ' reset  save ', true);
check('\u009b31mc1', '31mc1', true);
check('cut short \u001b[', 'cut short ', true);
check('cut short \u001b]0;title', 'cut short ', true);
check('bell\u0007, back\u0008space, del\u007f, nul\u0000', 'bell, backspace, del, nul');
check('right\u202eto left', 'rightto left');
check('10%\r50%\r100%\r\ndone\r', '100%\ndone');
check('windows\r\nlines\r\n', 'windows\nlines\n');

test('a line is one line', () => assert.equal(cleanLine('a\nb\tc\r\n\u001b[31md'), 'a b c d'));

test('the end of a text, and how much is before it', () => {
  assert.deepEqual(lastLines('a\nb\nc\n\n', 2), { lines: ['b', 'c'], omitted: 1 });
  assert.deepEqual(lastLines('a', 2), { lines: ['a'], omitted: 0 });
  assert.deepEqual(lastLines(' \n', 2), { lines: [], omitted: 0 });
});

test('a text fills at most the columns, wide characters counted twice', () => {
  assert.equal(fitColumns('abcdef', 6), 'abcdef');
  assert.equal(fitColumns('abcdef', 5), 'abcd…');
  assert.equal(fitColumns('漢字漢字', 5), '漢…');
  assert.equal(fitColumns('漢字', 4), '漢字');
  assert.equal(fitColumns('e\u0301e\u0301', 2), 'e\u0301e\u0301');
});

const WRAPPED: readonly (readonly [text: string, options: WrapOptions, lines: readonly string[]])[] = [
  ['a bc d', { columns: 6 }, ['a bc d']],
  ['a bc d', { columns: 5 }, ['a bc', 'd']],
  ['  a bc d', { columns: 6, indent: '    ' }, ['  a bc', '    d']],
  ['a longer b', { columns: 4 }, ['a', 'longer', 'b']],
  ['a longer b', { columns: 4, breaksWords: true }, ['a', 'long', 'er b']],
  ['status-prod-release b', { columns: 15, breaksWords: true }, ['status-prod-', 'release b']],
  ['漢字漢字 b', { columns: 5, breaksWords: true }, ['漢字', '漢字', 'b']],
];

for (const [text, options, lines] of WRAPPED) {
  test(`\`${text}\` in ${JSON.stringify(options)}`, () => assert.deepEqual(wrapText(text, options), lines));
}
