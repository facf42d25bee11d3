import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gist, redact } from './client.ts';
import { fitsPlatform, type PlatformLimits } from './platform.ts';
import { pylockOf } from './pylock.ts';
import { parseRequirement, requirementLines } from './requirement-lines.ts';

const REQUIREMENTS: Readonly<Record<string, string | undefined>> = {
  numpy: 'numpy',
  'numpy>=1.24.0': 'numpy>=1.24.0',
  'uvicorn[standard] >= 0.2, <1': 'uvicorn>= 0.2, <1',
  'Foo.Bar==1.0; python_version < "3.12"': 'Foo.Bar==1.0 ; python_version < "3.12"',
  'a~=1.0': 'a~=1.0',
  'a (>=1)': 'a(>=1)',
  '-r other.txt': undefined,
  '--index-url https://x': undefined,
  'a @ https://x/a.whl': undefined,
  './local': undefined,
  '': undefined,
  'a b': undefined,
};

for (const [text, expected] of Object.entries(REQUIREMENTS)) {
  test(`requirement '${text}'`, () => assert.equal(parseRequirement(text)?.constraint, expected));
}

test('requirement lines keep their places', () => {
  const text = '# head\r\n  a>=1 # why\r\n\r\nb \\\n  >=2\nc#d\n';
  const lines = requirementLines({ path: 'r.txt', text });
  assert.deepEqual(
    lines.map(({ value }) => value),
    ['a>=1', 'b >=2', 'c#d'],
  );
  assert.deepEqual(
    lines.map(({ span }) => text.slice(span.start, span.start + 1)),
    ['a', 'b', 'c'],
  );
});

test('a resolution without a wheel is refused by name', () => {
  const found = pylockOf(JSON.stringify({ packages: [{ name: 'a', version: '1', sdist: {} }] }), 'x');
  assert.equal(found.ok ? '' : found.failure.message, 'a 1 has no wheel at all (for x)');
});

const LIMITS: readonly (readonly [limits: PlatformLimits, expected: boolean])[] = [
  [{}, true],
  [{ os: ['linux'], cpu: ['x64', 'arm64'] }, true],
  [{ os: ['darwin'] }, false],
  [{ os: ['!win32'] }, true],
  [{ os: ['!linux'] }, false],
  [{ libc: ['musl'] }, false],
  [{ libc: ['glibc'] }, true],
  [{ cpu: ['any'] }, true],
];

for (const [limits, expected] of LIMITS) {
  test(`platform limits ${JSON.stringify(limits)}`, () => {
    assert.equal(fitsPlatform(limits, { os: 'linux', cpu: 'x64', libc: 'glibc' }), expected);
  });
}

test('what a client said is shown without credentials and noise', () => {
  assert.equal(redact('get http://me:secret@host/x'), 'get http://***@host/x');
  assert.equal(gist('npm warn old\nnpm error code E404\n\n    at foo (x.js:1)\n'), 'npm error code E404');
});
