/** The manifest of a release names its images as registries do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imagesOf } from './archive-files.ts';

const TARGETS = ['scripts', 'image:base'].map((label) => ({ label }));

for (const [version, tag] of [
  ['1.0.0', '1.0.0'],
  ['1.0.0-rc.1+b7', '1.0.0-rc.1-b7'],
]) {
  test(`an image of ${version}`, () => {
    const identity = { registry: 'r.example.com', imagePrefix: 'team/app-', version };
    const outcome = { identity, targets: TARGETS } as unknown as Parameters<typeof imagesOf>[0];
    assert.deepEqual(imagesOf(outcome), [{ name: 'base', reference: `r.example.com/team/app-base:${tag}` }]);
  });
}
