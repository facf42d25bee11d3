import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FakeFiles, fakeContext, mobileSpec, renderedDiagnostics } from '../testing.ts';
import { androidRule } from './android-rule.ts';

const VECTOR = '<vector xmlns:android="http://schemas.android.com/apk/res/android"/>';
const TOLD =
  /^mobile\/demo\/src\/main\/res\/drawable\/a\.xml:1:1: warning\[rules\/android-vector\] @drawable\/a/;

const CASES: Readonly<Record<string, readonly [minSdk: number, files: FakeFiles, expected: RegExp]>> = {
  'a vector alone': [19, { 'drawable/a.xml': VECTOR }, TOLD],
  'several of them': [19, { 'drawable/a.xml': VECTOR, 'drawable/b.xml': VECTOR }, /drawable\/a and 1 more:/],
  'a vector, from 21 on': [21, { 'drawable/a.xml': VECTOR }, /^$/],
  'a vector for 21': [19, { 'drawable-anydpi-v21/a.xml': VECTOR }, /^$/],
  'a vector beside a picture': [19, { 'drawable/a.xml': VECTOR, 'drawable-hdpi/a.png': '' }, /^$/],
  'a picture for 21 alone': [19, { 'drawable/a.xml': VECTOR, 'drawable-v21/a.png': '' }, TOLD],
  'a shape': [16, { 'drawable/a.xml': '<shape/>' }, /^$/],
};

for (const [what, [minSdk, files, expected]] of Object.entries(CASES)) {
  test(`what an old Android does not draw is told: ${what}, minSdk ${minSdk}`, () => {
    const android = { applicationId: 'a.b', label: 'a', compileSdk: 34, minSdk, targetSdk: 34 };
    const own = Object.entries(files).map(([path, text]) => [`src/main/res/${path}`, text] as const);
    const all = { 'src/main/AndroidManifest.xml': '<manifest/>', ...Object.fromEntries(own) };
    const plan = androidRule(fakeContext({ spec: mobileSpec({ rule: 'android', android }), files: all }));
    assert.ok(plan.actions.length > 0);
    assert.match(renderedDiagnostics(plan), expected);
  });
}
