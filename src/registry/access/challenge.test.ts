import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseChallenges } from './challenge.ts';

function check(header: string, expected: readonly (readonly [scheme: string, parameters: object])[]): void {
  test(`challenge ${header.slice(0, 60)}`, () => {
    const actual = parseChallenges(header).map(({ scheme, parameters }) => [
      scheme,
      Object.fromEntries(parameters),
    ]);
    assert.deepEqual(actual, expected);
  });
}

check('', []);
check('Basic', [['basic', {}]]);
check('Basic realm="a registry"', [['basic', { realm: 'a registry' }]]);
check('Bearer realm="https://auth.example/token",service="reg",scope="repository:a/b:pull,push"', [
  ['bearer', { realm: 'https://auth.example/token', service: 'reg', scope: 'repository:a/b:pull,push' }],
]);
check('BEARER Realm = x , SERVICE=y', [['bearer', { realm: 'x', service: 'y' }]]);
check('Basic realm="x", Bearer realm="y",error="invalid_token"', [
  ['basic', { realm: 'x' }],
  ['bearer', { realm: 'y', error: 'invalid_token' }],
]);
check('Negotiate YWJj==, Basic realm=x', [
  ['negotiate', {}],
  ['basic', { realm: 'x' }],
]);
check('Negotiate, Basic realm=x', [
  ['negotiate', {}],
  ['basic', { realm: 'x' }],
]);
check('Basic realm="with \\"quotes\\" and , comma"', [['basic', { realm: 'with "quotes" and , comma' }]]);
check('Bearer realm=first, realm=second', [['bearer', { realm: 'first' }]]);
check(',, Basic realm=x,,', [['basic', { realm: 'x' }]]);
check('Bearer realm="does not end', [
  ['bearer', {}],
  ['realm', {}],
  ['does', {}],
  ['not', {}],
]);
check(`Bearer realm="${'x'.repeat(20_000)}"`, []);

test('any header is read in little time, and what is quoted comes back', () => {
  const character = fc.constantFrom('a', 'B', '"', '\\', ',', '=', ' ', '\t', '/', ':', '\u00e9', '\u0000');
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 400 }), (text) => {
      for (const { scheme } of parseChallenges(text)) assert.match(scheme, /^[^\s",=]+$/);
      const quoted = `"${text.replace(/["\\]/g, '\\$&')}"`;
      const [challenge, ...more] = parseChallenges(`Bearer a=1, realm=${quoted}, b="2"`);
      assert.deepEqual(more, []);
      assert.deepEqual(Object.fromEntries(challenge!.parameters), { a: '1', realm: text, b: '2' });
    }),
    { numRuns: 2000 },
  );
  const started = performance.now();
  for (const part of ['"', 'a=', 'a ', ',', '\\', 'a="', 'Basic a=b '])
    parseChallenges(part.repeat(Math.floor(16_000 / part.length)));
  assert.ok(performance.now() - started < 2000);
});
