import { withoutAbsent } from '../../base/index.ts';
import { licenceExpression } from '../../packages/index.ts';
import { utcSecond } from '../created-time.ts';
import { type JsonText, jsonText, linedJson } from '../lined-json.ts';
import type { Component, ComponentType, Sbom } from '../model.ts';

const TYPES: Readonly<Record<ComponentType, string>> = {
  application: 'application',
  archive: 'file',
  container: 'container',
  file: 'file',
  library: 'library',
  'machine-learning-model': 'machine-learning-model',
  'operating-system': 'operating-system',
};

const HASHES = { sha1: 'SHA-1', sha256: 'SHA-256', sha512: 'SHA-512' } as const;

/** CycloneDX 1.6 as JSON (ECMA-424, 1st edition). The same bill gives the same bytes. */
export function cyclonedxText(sbom: Sbom, toolVersion: string): string {
  const { subject, components, created, phase, notListed } = sbom;
  const head = (serial: string): Record<string, unknown> => ({
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${serial}`,
    version: 1,
    metadata: withoutAbsent({
      timestamp: created === undefined ? undefined : utcSecond(created),
      lifecycles: [{ phase }],
      tools: { components: [{ type: 'application', name: 'mobileops', version: toolVersion }] },
      component: componentJson(subject),
      properties:
        notListed.length > 0
          ? notListed.map(({ place, why }) => ({ name: 'mobileops:not-listed', value: `${place}: ${why}` }))
          : undefined,
    }),
    compositions: [composition(sbom)],
  });
  const lists = {
    components: components.map((component) => jsonText(componentJson(component))),
    dependencies: dependencies(sbom),
  };
  return linedJson({ head, lists });
}

/** Written out member by member: there may be tens of thousands. */
function componentJson(component: Component): object {
  const { id, type, name, version, purl, licence, hashes, scopes, places } = component;
  const json: Record<string, unknown> = { 'bom-ref': id, type: TYPES[type], name };
  if (version !== undefined) json.version = version;
  if (scopes && scopes.length > 0) json.scope = scopes.includes('run') ? 'required' : 'excluded';
  if (hashes && hashes.length > 0)
    json.hashes = hashes.map(({ algorithm, hex }) => ({ alg: HASHES[algorithm], content: hex }));
  const licenses = licence === undefined ? undefined : licences(licence);
  if (licenses) json.licenses = licenses;
  if (purl !== undefined) json.purl = purl;
  if (places && places.length > 0) json.evidence = { occurrences: places.map((location) => ({ location })) };
  const properties = propertiesOf(component);
  if (properties.length > 0) json.properties = properties;
  return json;
}

/** What is an expression stands as one; a name that no list has stands as a name. */
function licences(declared: string): object[] | undefined {
  const references = new Map<string, string>();
  const licence = licenceExpression(declared, references);
  if (!licence) return undefined;
  if (licence.id !== undefined) return [{ license: { id: licence.id, acknowledgement: 'declared' } }];
  const name = references.get(licence.expression);
  if (name !== undefined) return [{ license: { name, acknowledgement: 'declared' } }];
  return [{ expression: licence.expression, acknowledgement: 'declared' }];
}

function propertiesOf({ layer, scopes = [], facts }: Component): object[] {
  const isPlain = scopes.length === 0 || (scopes.length === 1 && scopes[0] === 'run');
  if (!layer && !facts && isPlain) return [];
  const all: Record<string, string> = { ...facts };
  if (layer) {
    all['layer:diff-id'] = layer.diffId;
    all['layer:number'] = String(layer.number);
  }
  if (!isPlain) all.scopes = [...scopes].sort().join(' ');
  return Object.keys(all)
    .sort()
    .map((name) => ({ name: `mobileops:${name}`, value: all[name] }));
}

/** Everything has an entry, so that one without others is known to need none. CycloneDX knows one kind of relation here. */
function dependencies({ subject, components, relations }: Sbom): JsonText[] {
  const needs = new Map<string, string[]>();
  for (const { id } of [subject, ...components]) needs.set(id, []);
  for (const { from, to } of relations) needs.get(from)!.push(to);
  return [...needs].map(([ref, to]) =>
    jsonText(to.length === 0 ? { ref } : { ref, dependsOn: [...new Set(to)].sort() }),
  );
}

function composition({ subject, notListed }: Sbom): object {
  const aggregate = notListed.length > 0 ? 'incomplete' : 'unknown';
  return { aggregate, assemblies: [subject.id] };
}
