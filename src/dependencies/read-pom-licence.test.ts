import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryFileSystem } from '../host/testing.ts';
import { readPomLicence } from './read-pom-licence.ts';

const parent = (group: string, artifact: string, version: string): string =>
  `<project><parent><groupId>${group}</groupId><artifactId>${artifact}</artifactId>\n<version>${version}</version></parent>`;
const LICENCE = '<licenses><license><name>The\n MIT License</name></license></licenses>';

function licenceIn(poms: Readonly<Record<string, string>>): string | undefined {
  const fs = new MemoryFileSystem();
  for (const [path, text] of Object.entries(poms)) {
    fs.makeDirectory(`/cache/repo/${path}`.replace(/\/[^/]*$/, ''));
    fs.writeFile(`/cache/repo/${path}`, text);
  }
  const path = '/cache/repo/org/example/lib/1.0/lib-1.0.jar';
  return readPomLicence(fs, { path, module: 'org.example:lib', version: '1.0' }).licence;
}

const OWN = 'org/example/lib/1.0/lib-1.0.pom';
const PARENT = 'org/example/parent/2/parent-2.pom';

test('a library is under the licence of its POM, or of the nearest parent that states one', () => {
  assert.equal(licenceIn({ [OWN]: `<project>${LICENCE}` }), 'The MIT License');
  assert.equal(
    licenceIn({ [OWN]: parent('org.example', 'parent', '2'), [PARENT]: LICENCE }),
    'The MIT License',
  );
  assert.equal(licenceIn({ [OWN]: parent('org.example', 'parent', '2') }), undefined);
  assert.equal(licenceIn({}), undefined);
});

test('a circle of parents ends, and none leads out of the cache', () => {
  assert.equal(licenceIn({ [OWN]: parent('org.example', 'lib', '1.0') }), undefined);
  assert.equal(licenceIn({ [OWN]: parent('..', '..', '..'), 'parent.pom': LICENCE }), undefined);
});
