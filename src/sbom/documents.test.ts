/** The same bill in both formats; that whole documents are valid is held by test/sbom-verb.test.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cyclonedxText } from './cyclonedx/cyclonedx-document.ts';
import { makeSbom } from './model.ts';
import { spdxText } from './spdx/spdx-document.ts';

const PURL = 'pkg:npm/left@1.3.0';
const BILL = makeSbom({
  subject: { id: 'workspace', type: 'application', name: 'small', version: '1.0.0' },
  components: [
    {
      ...{ id: PURL, type: 'library', name: 'left', version: '1.3.0', purl: PURL, licence: 'MIT' },
      ...{ hashes: [{ algorithm: 'sha256', hex: '07'.repeat(32) }], scopes: ['run'] },
      places: ['web/package-lock.json'],
    },
  ],
  relations: [{ from: 'workspace', kind: 'depends-on', to: PURL }],
  notListed: [{ place: 'mobileops.lock', why: 'it is not there' }],
  created: 1_700_000_000,
  phase: 'pre-build',
});

test('SPDX 2.3: each package with its identity, hash and licence, and who needs it', () => {
  const document = JSON.parse(spdxText(BILL, '1'));
  assert.deepEqual([document.spdxVersion, document.name], ['SPDX-2.3', 'small-1.0.0']);
  assert.equal(document.creationInfo.created, '2023-11-14T22:13:20Z');
  assert.match(document.comment, /mobileops\.lock: it is not there/);
  const left = document.packages.find(({ name }: { name: string }) => name === 'left');
  assert.deepEqual(left.checksums, [{ algorithm: 'SHA256', checksumValue: '07'.repeat(32) }]);
  assert.deepEqual([left.versionInfo, left.licenseDeclared], ['1.3.0', 'MIT']);
  assert.equal(left.externalRefs?.[0]?.referenceLocator, PURL);
  const small = document.packages.find(({ name }: { name: string }) => name === 'small');
  assert.ok(
    document.relationships.some(
      ({ spdxElementId, relationshipType, relatedSpdxElement }: Readonly<Record<string, string>>) =>
        spdxElementId === small.SPDXID &&
        relationshipType === 'DEPENDS_ON' &&
        relatedSpdxElement === left.SPDXID,
    ),
  );
});

test('CycloneDX 1.6: the same, and that the list is not whole', () => {
  const document = JSON.parse(cyclonedxText(BILL, '1'));
  assert.deepEqual([document.bomFormat, document.specVersion], ['CycloneDX', '1.6']);
  const [left] = document.components;
  assert.deepEqual([left.purl, left.version, left.scope], [PURL, '1.3.0', 'required']);
  assert.deepEqual(left.hashes, [{ alg: 'SHA-256', content: '07'.repeat(32) }]);
  assert.match(JSON.stringify(left.licenses), /"MIT"/);
  const needs = document.dependencies.find(({ ref }: { ref: string }) => ref === 'workspace');
  assert.deepEqual(needs?.dependsOn, [PURL]);
  assert.equal(document.compositions[0].aggregate, 'incomplete');
});
