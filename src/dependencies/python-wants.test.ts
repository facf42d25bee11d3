import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withWants } from './python-wants.ts';

const LOCK = {
  packages: [
    { name: 'colorama', version: '0.4.6', marker: "sys_platform == 'win32'", wheels: [] },
    { name: 'numpy', version: '2.4.6', wheels: [] },
    { name: 'numpy', version: '2.5.5', wheels: [] },
    { name: 'pandas', version: '3.1.1', wheels: [] },
    { name: 'pytest', version: '7.4.0', wheels: [] },
  ],
};

const ANNOTATED = `colorama==0.4.6 ; sys_platform == 'win32'  # via pytest
numpy==2.4.6 ; python_full_version < '3.12'  # via pandas
numpy==2.5.5 ; python_full_version >= '3.12'  # via -c constraints.txt, pandas
pandas==3.1.1             # via -r requirements.in
pytest==7.4.0             # via -r requirements.in, pandas
`;

test('the comments of uv tell who wants what', () => {
  const told = withWants(LOCK, ANNOTATED).packages.map(({ name, wants, isAsked }) => [name, wants, isAsked]);
  assert.deepEqual(told, [
    ['colorama', [], undefined],
    ['numpy', [], undefined],
    ['numpy', [], undefined],
    ['pandas', ['numpy', 'pytest'], true],
    ['pytest', ['colorama'], true],
  ]);
});

test('comments of another answer tell nothing', () => {
  assert.deepEqual(withWants(LOCK, ANNOTATED.replace('2.4.6', '2.4.5')), LOCK);
});
