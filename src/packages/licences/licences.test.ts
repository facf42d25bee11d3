import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { licenceExpression } from './licence-expression.ts';
import { EXCEPTION_IDS, LICENCE_IDS } from './licence-ids.ts';
import { LICENCE_NAMES } from './licence-names.ts';

const CASES: readonly (readonly [declared: string, expression: string | undefined])[] = [
  ['MIT', 'MIT'],
  ['mit', 'MIT'],
  ['The MIT License', 'MIT'],
  ['Expat', 'MIT'],
  ['(MIT OR Apache-2.0)', 'MIT OR Apache-2.0'],
  ['MIT/Apache-2.0', 'MIT OR Apache-2.0'],
  ['apache-2.0 and (mit or isc)', 'Apache-2.0 AND (MIT OR ISC)'],
  ['MIT AND ISC OR 0BSD', 'MIT AND ISC OR 0BSD'],
  ['Apache License, Version 2.0', 'Apache-2.0'],
  ['GPL-2+ or Artistic-1.0-Perl', 'GPL-2.0-or-later OR Artistic-1.0-Perl'],
  ['GPL-2.0-only WITH classpath-exception-2.0', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  ['GNU General Public License v2 or later (GPLv2+)', 'GPL-2.0-or-later'],
  ['MPL-2.0+', 'MPL-2.0+'],
  ['GPL-2.0 AND LGPL-2.1+', 'GPL-2.0-only AND LGPL-2.1-or-later'],
  ['agpl-1.0+', 'AGPL-1.0-or-later'],
  ['GPL-2.0-only+', 'GPL-2.0-only+'],
  ['GFDL-1.2-no-invariants-only', 'GFDL-1.2-no-invariants-only'],
  ['GPL-3+ with Bison exception and MIT', 'LicenseRef-GPL-3-with-Bison-exception AND MIT'],
  ['LicenseRef-ours', 'LicenseRef-ours'],
  ['UNLICENSED', 'LicenseRef-UNLICENSED'],
  ['Our own terms (2024)', 'LicenseRef-Our-own-terms-2024'],
  ['MIT AND public domain', 'MIT AND LicenseRef-public-domain'],
  ['https://example.org/licenses/MIT', 'LicenseRef-https-example.org-licenses-MIT'],
  ['MIT AND', 'LicenseRef-MIT-AND'],
  ['???', 'LicenseRef-unnamed'],
  ['BSD', 'LicenseRef-BSD'],
  ['SEE LICENSE IN LICENSE.txt', undefined],
  ['NOASSERTION', undefined],
  ['  ', undefined],
];

for (const [declared, expression] of CASES) {
  test(`licence: ${declared}`, () => assert.equal(licenceExpression(declared)?.expression, expression));
}

test('two names that look the same in a reference get two', () => {
  const references = new Map<string, string>();
  assert.equal(licenceExpression('our, terms', references)?.expression, 'LicenseRef-our-terms');
  assert.equal(licenceExpression('our terms', references)?.expression, 'LicenseRef-our-terms-2');
  assert.equal(licenceExpression('our, terms', references)?.expression, 'LicenseRef-our-terms');
  assert.deepEqual([...references.values()], ['our, terms', 'our terms']);
});

test('every name stands for a licence of the list, once', () => {
  const ids = new Set(LICENCE_IDS);
  for (const [name, id] of LICENCE_NAMES) {
    assert.ok(ids.has(id), `${name}: ${id}`);
    assert.equal(name, name.toLowerCase());
  }
  assert.ok(ids.size > 600 && EXCEPTION_IDS.length > 80);
});

const TERM = /^(?:LicenseRef-[A-Za-z0-9.-]+|[A-Za-z0-9.-]+\+?(?: WITH [A-Za-z0-9.-]+)?)$/;

test('whatever is declared, the expression is one, and reads as itself', () => {
  const word = fc.constantFrom(
    'MIT',
    'gpl-2+',
    'or',
    'AND',
    'with',
    '(',
    ')',
    'GCC-exception-3.1',
    'x',
    '/',
    '…',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word).map((words) => words.join(' ')),
  );
  fc.assert(
    fc.property(text, (declared) => {
      const first = licenceExpression(declared);
      if (!first) return;
      for (const term of first.expression.split(/ AND | OR |[()]/).filter((part) => part !== ''))
        assert.match(term, TERM);
      assert.equal(licenceExpression(first.expression)?.expression, first.expression);
    }),
  );
});
