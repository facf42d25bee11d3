import { jsonSchemas } from './json-schemas.ts';
import { referencePage } from './reference-page.ts';

/** Files of the repository that are made from the shapes, by path. */
export function generatedDocuments(): Readonly<Record<string, string>> {
  const schemas = Object.entries(jsonSchemas()).map(([name, schema]): [string, string] => [
    `schemas/${name}`,
    `${JSON.stringify(schema, null, 2)}\n`,
  ]);
  return { ...Object.fromEntries(schemas), 'docs/reference/configuration.md': referencePage() };
}
