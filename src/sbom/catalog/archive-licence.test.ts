import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zipOf } from '../../archives/testing.ts';
import { archiveLicence } from './archive-licence.ts';

test('a wheel and a jar declare their licence, and what they hold in turn does not', () => {
  const metadata = 'Metadata-Version: 2.4\nName: a\nVersion: 1\nLicense-Expression: MIT\n\nLicense: GPL\n';
  const wheel = zipOf([
    { path: 'a/_vendor/b-1.dist-info/METADATA', content: metadata.replace('MIT', 'GPL-3.0-only') },
    { path: 'a-1.dist-info/METADATA', content: metadata },
  ]);
  assert.equal(archiveLicence('a-1-py3-none-any.whl', wheel), 'MIT');
  const pom = '<project><licenses><license><name>Apache-2.0</name></license></licenses></project>';
  const jar = zipOf([
    { path: 'META-INF/maven/g/a/pom.properties', content: 'groupId=g\nartifactId=a\nversion=1\n' },
    { path: 'META-INF/maven/g/a/pom.xml', content: pom },
  ]);
  assert.equal(archiveLicence('a-1.jar', jar), 'Apache-2.0');
  for (const file of ['a.whl', 'a.jar', 'a.tgz'])
    assert.equal(archiveLicence(file, Buffer.from('no archive')), undefined);
});
