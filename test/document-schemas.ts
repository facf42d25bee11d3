/** The official schemas of SPDX 2.3 and CycloneDX 1.6: what we write has to be valid by them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

export type DocumentFormat = 'spdx' | 'cyclonedx';

const read = (name: string): object =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/schemas', `${name}.schema.json`), 'utf8'));

const made = new Map<DocumentFormat, ValidateFunction>();

function validator(format: DocumentFormat): ValidateFunction {
  const known = made.get(format);
  if (known) return known;
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addFormat('iri-reference', /^[^\s<>"{}|\\^`]*$/);
  ajv.addFormat('idn-email', /^[^\s@]+@[^\s@]+$/);
  if (format === 'cyclonedx')
    for (const name of ['cyclonedx-licences', 'jsf-0.82']) ajv.addSchema(read(name));
  const validate = ajv.compile(read(format === 'spdx' ? 'spdx-2.3' : 'cyclonedx-1.6'));
  made.set(format, validate);
  return validate;
}

/** What is wrong with a document by its schema. */
export function schemaProblems(format: DocumentFormat, text: string): readonly string[] {
  const validate = validator(format);
  if (validate(JSON.parse(text))) return [];
  return validate.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Also what a schema cannot say: every name that is used is declared, once. */
export function assertValid(format: DocumentFormat, text: string): void {
  assert.deepEqual(schemaProblems(format, text).slice(0, 10), []);
  assert.deepEqual((format === 'spdx' ? spdxProblems : cyclonedxProblems)(JSON.parse(text)), []);
}

interface SpdxDocument {
  readonly packages: readonly {
    readonly SPDXID: string;
    readonly licenseDeclared: string;
    readonly downloadLocation: string;
  }[];
  readonly hasExtractedLicensingInfos?: readonly { readonly licenseId: string }[];
  readonly relationships: readonly { readonly spdxElementId: string; readonly relatedSpdxElement: string }[];
}

function spdxProblems(document: SpdxDocument): string[] {
  const ids = ['SPDXRef-DOCUMENT', ...document.packages.map(({ SPDXID }) => SPDXID)];
  const known = new Set(ids);
  const licences = new Set(document.hasExtractedLicensingInfos?.map(({ licenseId }) => licenseId));
  const used = document.packages.flatMap(
    ({ licenseDeclared }) => licenseDeclared.match(/LicenseRef-[A-Za-z0-9.-]+/g) ?? [],
  );
  const ends = document.relationships.flatMap((each) => [each.spdxElementId, each.relatedSpdxElement]);
  return [
    ...(known.size === ids.length ? [] : ['an id stands twice']),
    ...ids.filter((id) => !/^SPDXRef-[A-Za-z0-9.-]+$/.test(id)),
    ...ends.filter((id) => !known.has(id)).map((id) => `${id} is nowhere declared`),
    ...document.packages
      .filter(({ downloadLocation }) => !/^(NOASSERTION|NONE|[a-z+]+:\/\/\S+)$/.test(downloadLocation))
      .map(({ SPDXID }) => `${SPDXID} has no download location`),
    ...used.filter((id) => !licences.has(id)).map((id) => `${id} is nowhere declared`),
  ];
}

interface CyclonedxDocument {
  readonly metadata: { readonly component: { readonly 'bom-ref': string } };
  readonly components: readonly { readonly 'bom-ref': string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

function cyclonedxProblems({ metadata, components, dependencies }: CyclonedxDocument): string[] {
  const refs = [metadata.component, ...components].map((component) => component['bom-ref']);
  const known = new Set(refs);
  const used = dependencies.flatMap(({ ref, dependsOn = [] }) => [ref, ...dependsOn]);
  return [
    ...(known.size === refs.length ? [] : ['a bom-ref stands twice']),
    ...used.filter((ref) => !known.has(ref)).map((ref) => `${ref} is nowhere declared`),
  ];
}
