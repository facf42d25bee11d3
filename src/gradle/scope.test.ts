/** What names a build file gives to values. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseGradle } from './parser.ts';
import { scopeOf } from './scope.ts';

function check(text: string, expected: readonly string[]): void {
  test(text, () => {
    const file = { path: 'build.gradle', text };
    assert.deepEqual([...scopeOf(file, parseGradle(file)).shared.keys()], expected);
  });
}

check('ext.min = 21', ['min']);
check('ext { min = 21 }', ['min']);
check("ext.set('min', 21)", ['min']);
// Another name in each build.
check('ext.set("min${kind}", 21)', []);
