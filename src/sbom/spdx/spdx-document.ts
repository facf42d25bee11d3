import { withoutAbsent } from '../../base/index.ts';
import { licenceExpression } from '../../packages/index.ts';
import { utcSecond } from '../created-time.ts';
import { type JsonText, jsonText, linedJson } from '../lined-json.ts';
import type { Component, ComponentType, Relation, Sbom } from '../model.ts';
import { SpdxIds } from './spdx-ids.ts';

const PURPOSES: Readonly<Record<ComponentType, string>> = {
  application: 'APPLICATION',
  archive: 'ARCHIVE',
  container: 'CONTAINER',
  file: 'FILE',
  library: 'LIBRARY',
  'machine-learning-model': 'OTHER',
  'operating-system': 'OPERATING_SYSTEM',
};

const HASHES = { sha1: 'SHA1', sha256: 'SHA256', sha512: 'SHA512' } as const;

const DOCUMENT = 'SPDXRef-DOCUMENT';
/** SPDX asks for a time, and there is content that tells none. */
const NO_TIME = 315_532_800;
const NO_TIME_COMMENT = 'The content tells no time: this one stands for none.';

/** SPDX 2.3 as JSON. The same bill gives the same bytes. What SPDX takes for not asserted where it is absent, is absent. */
export function spdxText(sbom: Sbom, toolVersion: string): string {
  const { subject, components, created, notListed } = sbom;
  const ids = new SpdxIds();
  const all = [subject, ...components];
  for (const { id, type } of all) ids.add(id, type);
  const references = new Map<string, string>();
  const packages = all.map((component) => jsonText(packageJson(component, ids, references)));
  const name = subject.version === undefined ? subject.name : `${subject.name}-${subject.version}`;
  const head = (serial: string): Record<string, unknown> => ({
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: DOCUMENT,
    name,
    documentNamespace: `https://spdx.org/spdxdocs/${name.replace(/[^A-Za-z0-9._-]+/g, '-')}-${serial}`,
    creationInfo: withoutAbsent({
      created: utcSecond(created ?? NO_TIME),
      creators: [`Tool: mobileops-${toolVersion}`],
      comment: created === undefined ? NO_TIME_COMMENT : undefined,
    }),
    comment: notListed.length > 0 ? notListedText(sbom) : undefined,
    hasExtractedLicensingInfos: references.size > 0 ? licensingInfos(references) : undefined,
  });
  return linedJson({ head, lists: { packages, relationships: relationships(sbom, ids) } });
}

/** Written out member by member: there may be tens of thousands. */
function packageJson(component: Component, ids: SpdxIds, references: Map<string, string>): object {
  const { id, type, name, version, purl, licence, hashes } = component;
  const json: Record<string, unknown> = { SPDXID: ids.of(id), name };
  if (version !== undefined) json.versionInfo = version;
  json.primaryPackagePurpose = PURPOSES[type];
  json.downloadLocation = 'NOASSERTION';
  json.filesAnalyzed = false;
  if (hashes && hashes.length > 0)
    json.checksums = hashes.map(({ algorithm, hex }) => ({
      algorithm: HASHES[algorithm],
      checksumValue: hex,
    }));
  const source = sourceInfo(component);
  if (source !== undefined) json.sourceInfo = source;
  const declared = licence === undefined ? undefined : licenceExpression(licence, references);
  json.licenseDeclared = declared?.expression ?? 'NOASSERTION';
  const words = comment(component);
  if (words !== undefined) json.comment = words;
  if (purl !== undefined)
    json.externalRefs = [
      { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl },
    ];
  return json;
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

function relationships({ subject, components, relations }: Sbom, ids: SpdxIds): JsonText[] {
  const scopes = new Map([subject, ...components].map(({ id, scopes: list }) => [id, list]));
  return [
    relationship(DOCUMENT, 'DESCRIBES', ids.of(subject.id)),
    ...relations.map((relation) => relationText(relation, ids, scopes)),
  ];
}

type ScopesById = ReadonlyMap<string, Component['scopes']>;

/** What only tests or builds need is told so, from the package to who needs it, as SPDX has these relations. */
function relationText({ from, kind, to }: Relation, ids: SpdxIds, scopes: ScopesById): JsonText {
  if (kind === 'contains') return relationship(ids.of(from), 'CONTAINS', ids.of(to));
  if (kind === 'generated-from') return relationship(ids.of(from), 'GENERATED_FROM', ids.of(to));
  const own = scopes.get(to) ?? [];
  if (scopes.get(from) !== undefined || own.length === 0 || own.includes('run'))
    return relationship(ids.of(from), 'DEPENDS_ON', ids.of(to));
  const type = own.includes('development') ? 'DEV_DEPENDENCY_OF' : 'BUILD_TOOL_OF';
  return relationship(ids.of(to), type, ids.of(from));
}

/** Ids of SPDX need no escapes. */
function relationship(element: string, type: string, related: string): JsonText {
  return `{"spdxElementId":"${element}","relationshipType":"${type}","relatedSpdxElement":"${related}"}` as JsonText;
}

function notListedText({ notListed }: Sbom): string {
  return ['Not listed:', ...notListed.map(({ place, why }) => `${place}: ${why}`)].join('\n');
}
