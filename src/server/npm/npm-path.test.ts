import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseNpmPath } from './npm-path.ts';

function means(path: string, expected: string): void {
  test(`${path} means ${expected}`, () => {
    const parsed = parseNpmPath(path);
    assert.equal(parsed ? Object.values(parsed).join(' ') : 'nothing', expected);
  });
}

means('react', 'package react');
means('@scope/name', 'package @scope/name');
means('react/19.0.0', 'version react 19.0.0');
means('@scope/name/latest', 'version @scope/name latest');
means('react/-/react-19.0.0.tgz', 'tarball react react-19.0.0.tgz');
means('@scope/name/-/name-1.0.0.tgz', 'tarball @scope/name name-1.0.0.tgz');
means('-/package/@scope/name/dist-tags', 'tags @scope/name');
means('-/package/react/dist-tags/next', 'tag react next');
means('react/-rev/3-0', 'removal react 3-0');
means('-/ping', 'ping');
means('-/v1/search', 'search');
means('..', 'nothing');
means('../etc', 'nothing');
means('React', 'nothing');
means('@scope', 'nothing');
means('__proto__', 'nothing');
means('constructor/../x', 'nothing');
means(`${'a'.repeat(300)}`, 'nothing');

test('whatever is asked for is an address or nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab@/-._%~ 1'.split('')), maxLength: 30 }), (path) => {
      const parsed = parseNpmPath(path);
      assert.ok(!parsed || !('package' in parsed) || !parsed.package.split('/').includes('..'));
    }),
  );
});
