import assert from 'node:assert/strict';
import { test } from 'node:test';
import { covers, keptScope, parseScope, type ScopeFace } from './scope.ts';

/** What a scope covers, and what it does not. */
const CASES: Readonly<Record<string, { readonly yes: readonly string[]; readonly no: readonly string[] }>> = {
  'oci:team/app': {
    yes: ['oci:team/app'],
    no: ['oci:team/app/x', 'oci:team/app2', 'oci:team', 'npm:team/app'],
  },
  'oci:team/*': { yes: ['oci:team/app', 'oci:team/app/x', 'oci:team/'], no: ['oci:team', 'oci:teams/app'] },
  'oci:*': { yes: ['oci:a', 'oci:a/b'], no: ['npm:a', 'artifacts:a'] },
  'npm:@team/*, pypi:x': {
    yes: ['npm:@team/a', 'pypi:x', 'pypi:X'],
    no: ['npm:team', 'npm:@teams/a', 'pypi:xy'],
  },
  'pypi:My_Lib.*': { yes: ['pypi:my-lib-core', 'pypi:My.Lib_core'], no: ['pypi:my-library', 'pypi:mylib-a'] },
  'artifacts:App': { yes: ['artifacts:App'], no: ['artifacts:app'] },
  'builds:*': { yes: ['builds:'], no: ['oci:'] },
};

test('a scope covers its names and no others', () => {
  for (const [text, { yes, no }] of Object.entries(CASES)) {
    const scope = parseScope(text);
    assert.ok(scope.ok, text);
    for (const [named, expected] of [
      ...yes.map((each) => [each, true] as const),
      ...no.map((each) => [each, false] as const),
    ]) {
      const colon = named.indexOf(':');
      const isCovered = covers(scope.value, named.slice(0, colon) as ScopeFace, named.slice(colon + 1));
      assert.equal(isCovered, expected, `${text} and ${named}`);
    }
  }
});

const WRONG: Readonly<Record<string, RegExp>> = {
  '': /FACE:NAME/,
  'team/app': /FACE:NAME/,
  'docker:team/app': /faces are oci, npm/,
  'oci:': /no name of oci/,
  'oci:Team': /no name of oci/,
  'oci:a/*/b': /no name of oci/,
  'oci:a**': /no name of oci/,
  'oci:[a-z]*': /no name of oci/,
  'oci:a,': /FACE:NAME/,
  'npm:@team': /no name of npm/,
  'pypi:-x': /no name of pypi/,
  'artifacts:../up': /no name of artifacts/,
  'builds:web': /builds have no names/,
  [`oci:${'a'.repeat(2000)}`]: /2000 characters/,
};

test('what is no scope is refused with the reason', () => {
  for (const [text, reason] of Object.entries(WRONG)) {
    const scope = parseScope(text);
    assert.ok(!scope.ok, text);
    assert.match(scope.failure, reason, text);
  }
});

test('a scope is kept as text, and one that cannot be read covers nothing', () => {
  const scope = parseScope('pypi:My_Lib, oci:a/*');
  assert.ok(scope.ok);
  assert.equal(scope.value.text, 'pypi:my-lib,oci:a/*');
  assert.deepEqual(keptScope(scope.value.text), scope.value);
  assert.equal(keptScope(null), undefined);
  assert.equal(covers(keptScope('later:a,oci:a')!, 'oci', 'a'), false);
});
