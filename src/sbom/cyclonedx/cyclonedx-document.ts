import { withoutAbsent } from '../../base/index.ts';
import { licenceExpression } from '../../packages/index.ts';
import { utcSecond } from '../created-time.ts';
import type { Component, ComponentType, Sbom } from '../model.ts';
import { SERIAL_PLACE, withSerial } from '../serial.ts';

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
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${SERIAL_PLACE}`,
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
    components: components.map(componentJson),
    dependencies: dependencies(sbom),
    compositions: [composition(sbom)],
  };
  return `${withSerial(JSON.stringify(document, undefined, 1))}\n`;
}

function componentJson(component: Component): object {
  const { id, type, name, version, purl, licence, hashes, scopes, places } = component;
  const properties = propertiesOf(component);
  return withoutAbsent({
    'bom-ref': id,
    type: TYPES[type],
    name,
    version,
    scope: scopes && scopes.length > 0 ? (scopes.includes('run') ? 'required' : 'excluded') : undefined,
    hashes: hashes?.length
      ? hashes.map(({ algorithm, hex }) => ({ alg: HASHES[algorithm], content: hex }))
      : undefined,
    licenses: licence === undefined ? undefined : licences(licence),
    purl,
    evidence: places?.length ? { occurrences: places.map((location) => ({ location })) } : undefined,
    properties: properties.length > 0 ? properties : undefined,
  });
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

function propertiesOf({ layer, scopes, facts = {} }: Component): object[] {
  const all: Record<string, string | undefined> = {
    ...facts,
    'layer:diff-id': layer?.diffId,
    'layer:number': layer && String(layer.number),
    scopes: scopes?.length ? [...scopes].sort().join(' ') : undefined,
  };
  return Object.keys(all)
    .filter((name) => all[name] !== undefined)
    .sort()
    .map((name) => ({ name: `mobileops:${name}`, value: all[name] }));
}

/** Everything has an entry, so that one without others is known to need none. CycloneDX knows one kind of relation here. */
function dependencies({ subject, components, relations }: Sbom): object[] {
  const needs = new Map<string, Set<string>>([subject, ...components].map(({ id }) => [id, new Set()]));
  for (const { from, to } of relations) needs.get(from)!.add(to);
  return [...needs].map(([ref, dependsOn]) =>
    dependsOn.size === 0 ? { ref } : { ref, dependsOn: [...dependsOn].sort() },
  );
}

function composition({ subject, notListed }: Sbom): object {
  const aggregate = notListed.length > 0 ? 'incomplete' : 'unknown';
  return { aggregate, assemblies: [subject.id] };
}
