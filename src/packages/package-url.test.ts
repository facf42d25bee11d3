import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { normalizeName } from './ecosystem.ts';
import { formatPackageUrl, parsePackageUrl } from './package-url.ts';
import { packageOfPurl, packagePurl } from './packages-of-ecosystems.ts';

/** What is read, and the canonical form of it. */
const CANONICAL = [
  ['pkg:npm/react@18.2.0'],
  ['pkg:npm/%40mui/material@5.13.6'],
  ['pkg:NPM/@mui/material@5.13.6', 'pkg:npm/%40mui/material@5.13.6'],
  ['pkg:PyPI/Typing_Extensions@4.7.1', 'pkg:pypi/typing-extensions@4.7.1'],
  [
    'pkg://maven/com.squareup.okhttp3/okhttp@4.11.0?type=jar',
    'pkg:maven/com.squareup.okhttp3/okhttp@4.11.0?type=jar',
  ],
  ['pkg:maven/HTTPClient/HTTPClient@0.3-3'],
  [
    'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?distro=debian-12&arch=amd64',
    'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64&distro=debian-12',
  ],
  ['pkg:deb/debian/dbus@1:1.14.10-1~deb12u1'],
  ['pkg:golang/github.com/BurntSushi/toml@v1.3.2', 'pkg:golang/github.com/burntsushi/toml@v1.3.2'],
  [
    'pkg:golang/google.golang.org/genproto@abc#/googleapis/./api/../annotations/',
    'pkg:golang/google.golang.org/genproto@abc#googleapis/api/annotations',
  ],
  ['pkg:github/Owner/Name@1', 'pkg:github/owner/name@1'],
  [
    'pkg:oci/base@sha256:244fd47e?repository_url=registry.local/base&Empty=',
    'pkg:oci/base@sha256:244fd47e?repository_url=registry.local/base',
  ],
  ['pkg:generic/a%20b@1.0%20Final?Key=x%2By%26z', 'pkg:generic/a%20b@1.0%20Final?key=x%2By%26z'],
  ['pkg:cargo/serde@1.0.0/', 'pkg:cargo/serde@1.0.0'],
] as const;

test('package URLs have one canonical form', () => {
  for (const [text, canonical = text] of CANONICAL) {
    const url = parsePackageUrl(text);
    assert.ok(url, text);
    assert.equal(formatPackageUrl(url), canonical);
    assert.deepEqual(parsePackageUrl(canonical), url);
  }
});

const REFUSED = [
  '',
  'npm/react@1',
  'pkg:react@1',
  'pkg:maven/@1.3.4',
  'pkg:npm/%zz@1',
  'pkg:npm/a@1?in%20production=true',
  'pkg:npm/a@1?a=1&A=2',
  'pkg:np_m/a@1',
  'pkg:npm/a@1?__proto__=x',
];

test('what is no package URL is refused', () => {
  for (const text of REFUSED) assert.equal(parsePackageUrl(text), undefined, text);
});

test('any package survives the way to its URL and back', () => {
  const word = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter((text) => !/^\.{1,2}$|\/|^\s*$/.test(text));
  fc.assert(
    fc.property(word, word, word, word, (namespace, name, version, value) => {
      const url = { type: 'generic', namespace, name, version, qualifiers: { arch: value } };
      assert.deepEqual(parsePackageUrl(formatPackageUrl(url)), url);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const url = parsePackageUrl(`pkg:${text}`);
      if (url) assert.deepEqual(parsePackageUrl(formatPackageUrl(url)), url);
    }),
    { numRuns: 1000 },
  );
});

const NAMED = [
  ['PyPI', 'Flask-SQLAlchemy', '3.0', 'pkg:pypi/flask-sqlalchemy@3.0'],
  ['PyPI', 'zope.interface', '6.0', 'pkg:pypi/zope-interface@6.0'],
  ['npm', '@babel/core', '7.22.5', 'pkg:npm/%40babel/core@7.22.5'],
  ['npm', 'JSONStream', '1.3.5', 'pkg:npm/JSONStream@1.3.5'],
  ['Maven', 'androidx.appcompat:appcompat', '1.6.1', 'pkg:maven/androidx.appcompat/appcompat@1.6.1'],
  ['Debian', 'curl', '7.88.1-10+deb12u4', 'pkg:deb/debian/curl@7.88.1-10%2Bdeb12u4'],
  ['Ubuntu', 'curl', '8.5.0-2', 'pkg:deb/ubuntu/curl@8.5.0-2'],
  ['Go', 'golang.org/x/net', 'v0.17.0', 'pkg:golang/golang.org/x/net@v0.17.0'],
  ['crates.io', 'serde_json', '1.0.1', 'pkg:cargo/serde_json@1.0.1'],
] as const;

test('a package of an ecosystem has a package URL, and the URL tells the package', () => {
  for (const [ecosystem, name, version, purl] of NAMED) {
    assert.equal(packagePurl({ ecosystem, name, version }), purl);
    assert.deepEqual(packageOfPurl(parsePackageUrl(purl)!), {
      ecosystem,
      name: normalizeName(ecosystem, name),
      version,
    });
  }
  assert.equal(packageOfPurl(parsePackageUrl('pkg:npm/react')!), undefined);
  assert.equal(packageOfPurl(parsePackageUrl('pkg:gem/rails@1')!), undefined);
  assert.equal(
    packagePurl({ ecosystem: 'Debian', name: 'a', version: '1' }, { distro: 'debian-12', arch: 'amd64' }),
    'pkg:deb/debian/a@1?arch=amd64&distro=debian-12',
  );
});
