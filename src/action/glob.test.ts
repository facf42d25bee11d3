import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compileGlob, expandBraces, globProblem } from './glob.ts';

function check(pattern: string, yes: readonly string[], no: readonly string[]): void {
  it(pattern, () => {
    const glob = compileGlob([pattern]);
    assert.equal(globProblem(pattern), undefined);
    for (const path of yes) assert.ok(glob.matches(path), `${pattern} matches ${path}`);
    for (const path of no) assert.ok(!glob.matches(path), `${pattern} does not match ${path}`);
  });
}

describe('compileGlob', () => {
  check('a', ['a'], ['b', 'aa', 'a/b', '']);
  check('./a', ['a'], ['./a']);
  check('*', ['a', '.hidden', 'a.ts'], ['a/b']);
  check('*.ts', ['a.ts', '.ts'], ['a.tsx', 'src/a.ts']);
  check('src/*.ts', ['src/a.ts'], ['src/x/a.ts', 'a.ts']);
  check('**', ['a', 'a/b/c', '.x/y'], ['']);
  check('.', ['a', 'a/b'], ['']);
  check('**/*.ts', ['a.ts', 'x/a.ts', 'x/y/a.ts'], ['a.js', 'x/a.ts/b']);
  check('src/**', ['src/a', 'src/a/b'], ['src', 'srcs/a', 'x/src/a']);
  check('src/', ['src/a', 'src/a/b'], ['src', 'srcs/a']);
  check('**/node_modules/', ['node_modules/a', 'x/node_modules/a/b'], ['node_modules', 'xnode_modules/a']);
  check('a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb', 'b', 'a/b/c']);
  check('a/**/**/b', ['a/b', 'a/x/b'], ['a/xb']);
  check('**/a/**', ['a/b', 'x/a/b', 'x/a/b/c'], ['a', 'x/a', 'xa/b']);
  check('a**b', ['ab', 'axxb'], ['a/b', 'ax/xb']);
  check('?', ['a', 'ä', '😀'], ['', 'ab', '/']);
  check('a?c', ['abc', 'a.c'], ['ac', 'a/c']);
  check('[a-c]x', ['ax', 'cx'], ['dx', 'x', '-x']);
  check('[!a-c]x', ['dx', '-x'], ['ax', '/x', 'x']);
  check('[^a]', ['b'], ['a']);
  check('[]a]', [']', 'a'], ['b']);
  check('[a-]', ['a', '-'], ['b']);
  check('[\\]]', [']'], ['\\']);
  check('[a', ['[a'], ['a']);
  check('x[a/b]', ['x[a/b]'], ['xa', 'xb', 'x/']);
  check('{a,b}', ['a', 'b'], ['c', '{a,b}', 'a,b']);
  check('{a,b/c}.{ts,js}', ['a.ts', 'b/c.js'], ['b.ts', 'a.', 'c.js']);
  check('{a,{b,c}d}', ['a', 'bd', 'cd'], ['d', 'b']);
  check('x{,y}', ['x', 'xy'], ['xyy']);
  check('{a', ['{a'], ['a']);
  check('a}', ['a}'], ['a']);
  check('{a,[},]}b', ['ab', '}b', ',b'], ['b']);
  check('\\*', ['*'], ['a', '\\*']);
  check('\\{a,b\\}', ['{a,b}'], ['a']);
  check('a//b', ['a/b'], ['a//b']);
  check('😀*', ['😀', '😀x'], ['x']);

  it('matches when any pattern does', () => {
    const glob = compileGlob(['a', 'b/**']);
    assert.deepEqual(['a', 'b/c', 'c'].map(glob.matches), [true, true, false]);
    assert.ok(!compileGlob([]).matches('a'));
    assert.ok(!compileGlob(['']).matches(''));
  });

  it('needs linear time where backtracking would need for ever', () => {
    const glob = compileGlob([`${'*a'.repeat(40)}b`, `${'**/a/'.repeat(30)}b`, `${'{a,*}'.repeat(5)}c`]);
    assert.ok(!glob.matches('a'.repeat(5000)));
    assert.ok(!glob.matches('a/'.repeat(2500)));
  });
});

describe('globProblem', () => {
  for (const pattern of ['', '/a', '../a', 'a/../b', '{a,b}'.repeat(9), '{a,{b,c}}'.repeat(30)]) {
    it(`refuses ${pattern.slice(0, 20)}`, () => assert.equal(typeof globProblem(pattern), 'string'));
  }
});

/** Backtracking over names and characters, without classes and braces: slow and plain. */
function naive(pattern: string, path: string): boolean {
  const names = pattern.endsWith('/') ? [...pattern.slice(0, -1).split('/'), '**'] : pattern.split('/');
  return naiveNames(names, path.split('/'));
}

function naiveNames(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return path.length === 0;
  if (first === '**' && rest.length === 0) return path.length > 0;
  if (first === '**') return path.some((_, at) => naiveNames(rest, path.slice(at)));
  return path.length > 0 && naiveName(first, path[0]!) && naiveNames(rest, path.slice(1));
}

function naiveName(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  if (pattern[0] === '*')
    return naiveName(pattern.slice(1), name) || (name !== '' && naiveName(pattern, name.slice(1)));
  return (
    name !== '' &&
    (pattern[0] === '?' || pattern[0] === name[0]) &&
    naiveName(pattern.slice(1), name.slice(1))
  );
}

describe('compileGlob against a naive matcher', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 4 });
  const isPlain = (text: string): boolean => text !== '.' && text !== '..';
  const patternName = fc.oneof(
    fc.constant('**'),
    fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.'), minLength: 1, maxLength: 5 }),
  );
  const pattern = fc.array(patternName.filter(isPlain), { minLength: 1, maxLength: 5 });
  const path = fc.array(name.filter(isPlain), { minLength: 1, maxLength: 6 });

  it('agrees', () => {
    fc.assert(
      fc.property(pattern, fc.boolean(), path, (names, isFolder, parts) => {
        const text = names.join('/') + (isFolder ? '/' : '');
        assert.equal(compileGlob([text]).matches(parts.join('/')), naive(text, parts.join('/')));
      }),
      { numRuns: 3000 },
    );
  });

  it('expands braces to what they stand for', () => {
    assert.deepEqual(expandBraces('a{b,c{d,e}}f'), ['abf', 'acdf', 'acef']);
  });

  it('tells a dead state and one that takes everything', () => {
    const { start } = compileGlob(['src/**', 'a/b']);
    assert.ok(start.advance('x').isDead);
    assert.ok(start.advance('src/').isEverything);
    assert.ok(start.advance('src/a/').isEverything);
    assert.ok(!start.advance('a/').isEverything && !start.advance('a/').isDead);
  });
});
