import assert from 'node:assert/strict';
import { test } from 'node:test';
import { releaseCopies } from './release-copies.ts';

const CASES: readonly (readonly [built: readonly string[], released: readonly string[]])[] = [
  [['dist/mobile/shop.apk', 'dist/mobile/shop.apk.idsig'], ['shop-1.2.0.apk: app']],
  [['dist/mobile/a/b.ipa'], ['a-b-1.2.0.ipa: app']],
  [['dist/components/a/vendor/app.apk'], []],
  [['dist/components/a/b/c/d/e/x-1.2.0-py3-none-any.whl'], ['x-1.2.0-py3-none-any.whl: package']],
  [['dist/components/a/x-1.2.0.tgz', 'dist/components/a/data.tgz'], ['x-1.2.0.tgz: package']],
  [['dist/components/b/x.whl', 'dist/components/a/x.whl', 'dist/components/a/x.whl'], ['x.whl: package']],
];

for (const [built, released] of CASES) {
  test(`released by itself of ${built.join(', ')}`, () => {
    const copies = releaseCopies(built, '1.2.0');
    assert.deepEqual(
      copies.map(({ name, kind }) => `${name}: ${kind}`),
      released,
    );
  });
}
