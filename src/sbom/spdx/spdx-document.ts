import { withoutAbsent } from '../../base/index.ts';
import { licenceExpression } from '../../packages/index.ts';
import { utcSecond } from '../created-time.ts';
import type { Component, ComponentType, Relation, Sbom } from '../model.ts';
import { SERIAL_PLACE, withSerial } from '../serial.ts';
import { SpdxIds } from './spdx-ids.ts';

const PURPOSES: Readonly<Record<ComponentType, string>> = {
  application: 'APPLICATION',
  archive: 'ARCHIVE',
  container: 'CONTAINER',
  file: 'FILE',
  library: 'LIBRARY',
  'machine-learning-model': 'OTHER',
  'operating-system': 'OPERATING-SYSTEM',
};

const HASHES = { sha1: 'SHA1', sha256: 'SHA256', sha512: 'SHA512' } as const;

const DOCUMENT = 'SPDXRef-DOCUMENT';
/** SPDX asks for a time, and there is content that tells none. */
const NO_TIME = 315_532_800;
const NO_TIME_COMMENT = 'The content tells no time: this one stands for none.';

/** SPDX 2.3 as JSON. The same bill gives the same bytes. */
export function spdxText(sbom: Sbom, toolVersion: string): string {
  const { subject, components, relations, created, notListed } = sbom;
  const ids = new SpdxIds();
  const all = [subject, ...components];
  for (const { id, type } of all) ids.add(id, type);
  const references = new Map<string, string>();
  const packages = all.map((component) => packageJson(component, ids, references));
  const scopes = new Map(all.map(({ id, scopes: list }) => [id, list]));
  const name = subject.version === undefined ? subject.name : `${subject.name}-${subject.version}`;
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: DOCUMENT,
    name,
    documentNamespace: `https://spdx.org/spdxdocs/${name.replace(/[^A-Za-z0-9._-]+/g, '-')}-${SERIAL_PLACE}`,
    creationInfo: withoutAbsent({
      created: utcSecond(created ?? NO_TIME),
      creators: [`Tool: mobileops-${toolVersion}`],
      comment: created === undefined ? NO_TIME_COMMENT : undefined,
    }),
    ...(notListed.length > 0 ? { comment: notListedText(sbom) } : {}),
    packages,
    ...(references.size > 0 ? { hasExtractedLicensingInfos: licensingInfos(references) } : {}),
    relationships: [
      relationship(DOCUMENT, 'DESCRIBES', ids.of(subject.id)),
      ...relations.map((relation) => relationJson(relation, ids, scopes)),
    ],
  };
  return `${withSerial(JSON.stringify(document, undefined, 1))}\n`;
}

function packageJson(component: Component, ids: SpdxIds, references: Map<string, string>): object {
  const { id, type, name, version, purl, licence, hashes } = component;
  const declared = licence === undefined ? undefined : licenceExpression(licence, references);
  return withoutAbsent({
    SPDXID: ids.of(id),
    name,
    versionInfo: version,
    primaryPackagePurpose: PURPOSES[type],
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    checksums: hashes?.length
      ? hashes.map(({ algorithm, hex }) => ({ algorithm: HASHES[algorithm], checksumValue: hex }))
      : undefined,
    sourceInfo: sourceInfo(component),
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: declared?.expression ?? 'NOASSERTION',
    copyrightText: 'NOASSERTION',
    comment: comment(component),
    externalRefs:
      purl === undefined
        ? undefined
        : [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
  });
}

function sourceInfo({ places = [], layer }: Component): string | undefined {
  const parts = [
    ...(places.length > 0 ? [`named by ${places.join(', ')}`] : []),
    ...(layer ? [`brought by layer ${layer.number} (${layer.diffId})`] : []),
  ];
  return parts.length > 0 ? parts.join('; ') : undefined;
}

function comment({ type, facts = {}, scopes = [] }: Component): string | undefined {
  const lines = [
    ...(type === 'machine-learning-model' ? ['machine-learning model'] : []),
    ...(scopes.length > 0 && !scopes.includes('run') ? [`scope: ${[...scopes].sort().join(', ')}`] : []),
    ...Object.keys(facts)
      .sort()
      .map((name) => `${name}: ${facts[name]}`),
  ];
  return lines.length > 0 ? lines.join('\n') : undefined;
}

function licensingInfos(references: ReadonlyMap<string, string>): object[] {
  return [...references]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([licenseId, name]) => ({ licenseId, extractedText: name, name }));
}

type ScopesById = ReadonlyMap<string, Component['scopes']>;

/** What only tests or builds need is told so, from the package to who needs it, as SPDX has these relations. */
function relationJson({ from, kind, to }: Relation, ids: SpdxIds, scopes: ScopesById): object {
  if (kind === 'contains') return relationship(ids.of(from), 'CONTAINS', ids.of(to));
  const own = scopes.get(to) ?? [];
  if (scopes.get(from) !== undefined || own.length === 0 || own.includes('run'))
    return relationship(ids.of(from), 'DEPENDS_ON', ids.of(to));
  const type = own.includes('development') ? 'DEV_DEPENDENCY_OF' : 'BUILD_TOOL_OF';
  return relationship(ids.of(to), type, ids.of(from));
}

function relationship(spdxElementId: string, relationshipType: string, relatedSpdxElement: string): object {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}

function notListedText({ notListed }: Sbom): string {
  return ['Not listed:', ...notListed.map(({ place, why }) => `${place}: ${why}`)].join('\n');
}
