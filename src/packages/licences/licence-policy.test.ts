import assert from 'node:assert/strict';
import { test } from 'node:test';
import { licencePasses } from './licence-policy.ts';
import { parseLicence } from './licence-tree.ts';
import { pomLicence } from './pom-licence.ts';

const CASES: readonly (readonly [
  declared: string,
  allow: string | undefined,
  deny: string,
  passes: boolean,
])[] = [
  ['MIT', undefined, '', true],
  ['MIT', undefined, 'mit', false],
  ['MIT OR GPL-3.0-only', undefined, 'GPL-3.0-only', true],
  ['MIT AND GPL-3.0-only', undefined, 'GPL-3.0-only', false],
  ['(MIT OR GPL-3.0-only) AND Zlib', 'MIT Zlib', '', true],
  ['(MIT OR GPL-3.0-only) AND Zlib', 'MIT', '', false],
  ['Apache License, Version 2.0', 'Apache-2.0', '', true],
  ['My own words', 'MIT', '', false],
  ['My own words', undefined, 'my own words', false],
  ['MIT', 'MIT', 'MIT', false],
  ['AGPL-3.0', undefined, 'AGPL-3.0-only', false],
  ['AGPL-3.0+', undefined, 'AGPL-3.0-or-later', false],
  ['MIT AND LGPL-2.1+', undefined, 'LGPL-2.1-or-later', false],
  ['AGPL-3.0-only', undefined, 'AGPL-3.0', false],
  ['GPL-3.0+', 'GPL-3.0-or-later', '', true],
  ['GPL-2.0-or-later', undefined, 'GPL-2.0-only', true],
];

test('of a choice one licence has to pass, of what holds together all', () => {
  for (const [declared, allow, deny, passes] of CASES) {
    const policy = {
      deny: deny.split(',').filter(Boolean),
      ...(allow === undefined ? {} : { allow: allow.split(' ') }),
    };
    assert.equal(licencePasses(parseLicence(declared)!, policy), passes, `${declared} ${allow} ${deny}`);
  }
});

test('of the licences of a POM one is enough', () => {
  const licence = (name: string): string => `<license>\n <name>${name}</name> <url>x</url></license>`;
  assert.equal(
    pomLicence(`<project><licenses>${licence(' MIT ')}${licence('Apache-2.0')}</licenses>`),
    'MIT OR Apache-2.0',
  );
  assert.equal(
    pomLicence(`<project><!-- <licenses>${licence('MIT')}</licenses> --><name>x</name>`),
    undefined,
  );
});
