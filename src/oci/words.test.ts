import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { expandWord, plainVariablesOf, quoteWord } from './expand-word.ts';

const VALUES: Readonly<Record<string, string>> = { X: 'x', EMPTY: '', PATH: '/usr/bin' };

function expand(word: string, escapeCharacter = '\\'): string {
  const result = expandWord(word, {
    escape: escapeCharacter,
    lookup: (name) => {
      if (name === 'BASE') return { kind: 'unknown' };
      return Object.hasOwn(VALUES, name) ? { kind: 'set', value: VALUES[name]! } : { kind: 'unset' };
    },
  });
  if (result.ok) return result.value;
  return result.failure.kind === 'unknown' ? `!unknown ${result.failure.name}` : `!${result.failure.message}`;
}

function check(word: string, expected: string, escapeCharacter?: string): void {
  test(`${word} is ${expected}`, () => assert.equal(expand(word, escapeCharacter), expected));
}

check('plain', 'plain');
check('$X', 'x');
check('a$X/b', 'ax/b');
check('${X}y', 'xy');
check('$Xy', '');
check('$', '$');
check('a$/b', 'a$/b');
check('$1${2}$@', '');
check('${X:-d}', 'x');
check('${EMPTY:-d}', 'd');
check('${EMPTY-d}', '');
check('${NONE-d}', 'd');
check('${NONE:-d e}', 'd e');
check('${NONE:-$X}', 'x');
check('${NONE:-${X:+y}}', 'y');
check('${X:+y}', 'y');
check('${EMPTY:+y}', '');
check('${EMPTY+y}', 'y');
check('${NONE+y}', '');
check('${NONE:?no value}', '!no value');
check('${NONE:?}', '!NONE must be set');
check('${X:?no value}', 'x');
check('${X', '!a closing } is missing');
check('${X:-d', '!a closing } is missing');
check('${}', '!${ is not followed by a name');
check('${X//x/b}', 'b');
check('${PATH/\\//-}', '-usr/bin');
check('${PATH//\\//-}', '-usr-bin');
check('${PATH#/}', 'usr/bin');
check('${PATH#*/}', 'usr/bin');
check('${PATH##*/}', 'bin');
check('${PATH%/*}', '/usr');
check('${PATH%%/*}', '');
check('${PATH%b?n}', '/usr/');
check('${NONE#x}', '');
check('${X:#x}', '!the modifier :# of ${X} is not supported');
check('${X!}', '!the modifier ! of ${X} is not supported');
check('${X/a', '!a closing / is missing');
check("'$X'", '$X');
check('"$X"', 'x');
check('"a\\"b"', 'a"b');
check('"a\\b"', 'a\\b');
check("'a\\'", 'a\\');
check('\\$X', '$X');
check('a\\ b', 'a b');
check('`$X', '$X', '`');
check('C:\\dir', 'C:\\dir', '`');
check('"open', '!a closing " is missing');
check("'open", "!a closing ' is missing");
check('$BASE/x', '!unknown BASE');
check('${BASE:-x}', '!unknown BASE');
check('$PATH:/opt', '/usr/bin:/opt');

test('variables with a default are not read plainly', () => {
  assert.deepEqual(plainVariablesOf('$A ${B} ${C:-$D} ${E:+x} \\$F "$G" \'$H\'', '\\'), ['A', 'B', 'D', 'G']);
});

test('a quoted word expands to itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => assert.equal(expand(quoteWord(text)), text)),
  );
});

test('any word ends in a value or a failure', () => {
  const word = fc.string({
    unit: fc.constantFrom('$', '{', '}', ':', '-', '+', '?', '"', "'", '\\', 'X', 'a', ' '),
  });
  fc.assert(
    fc.property(word, (text) => assert.equal(typeof expand(text), 'string')),
    { numRuns: 2000 },
  );
});
