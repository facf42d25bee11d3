import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FILE, ownerOf, partsOfFileName } from './names.ts';

function derives(file: string, expected: string): void {
  test(`${file} is ${expected}`, () => {
    const parts = partsOfFileName(file);
    assert.equal(parts ? `${parts.name} ${parts.version}` : 'unknown', expected);
  });
}

derives('mobileops-1.2.0.tar.gz', 'mobileops 1.2.0');
derives('mobileops-1.2.0.tar.gz.sha256', 'mobileops 1.2.0');
derives('mobileops-1.2.0.tar.gz.sigstore.json', 'mobileops 1.2.0');
derives('mobileops-1.2.0-manifest.json', 'mobileops 1.2.0');
derives('mobileops-1.0.0-dev.tar.gz', 'mobileops 1.0.0-dev');
derives('mobile-ops-v2.apk', 'mobile-ops 2');
derives('mobileops-12ba01f.tar.gz', 'mobileops 12ba01f');
derives('mobileops-main.tar.zst', 'mobileops main');
derives('mobileops.tar.gz', 'unknown');

test('names that lead out, hide or mean something to a shell are none', () => {
  for (const name of [
    '..',
    '.',
    '.hidden',
    '-rf',
    'a/b',
    'a\\b',
    'a\0b',
    'a\r\nb',
    'a b',
    '$x',
    '',
    'ä',
    'a"b',
    'a<b',
  ])
    assert.equal(FILE.safeParse(name).success, false, JSON.stringify(name));
});

test('whatever a file is called, its parts come from it', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (file) => {
      const parts = partsOfFileName(file);
      assert.ok(!parts || (file.startsWith(parts.name) && file.includes(parts.version)));
    }),
  );
});

test('a sidecar belongs to the file whose name it has', () => {
  const files = new Set(['a-1.tar.gz', 'a-1.tar.gz.asc', 'b.sha256']);
  assert.equal(ownerOf('a-1.tar.gz.asc', files), 'a-1.tar.gz');
  assert.equal(ownerOf('a-1.tar.gz', files), undefined);
  assert.equal(ownerOf('b.sha256', files), undefined);
});
