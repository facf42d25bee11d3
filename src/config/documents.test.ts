import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { configDiagnostics } from './diagnostics.ts';
import { generatedDocuments } from './documents.ts';
import { type JsonSchema, jsonSchemas } from './json-schemas.ts';

const ROOT = join(import.meta.dirname, '../..');

for (const [path, content] of Object.entries(generatedDocuments())) {
  test(`${path} is current`, () => {
    const file = join(ROOT, path);
    assert.equal(
      existsSync(file) ? readFileSync(file, 'utf8') : '',
      content,
      'run scripts/generate-schemas.mjs',
    );
  });
}

test('every key says what it means', () => {
  const silent: string[] = [];
  const visit = (schema: JsonSchema, path: string): void => {
    for (const [key, each] of Object.entries(schema.properties ?? {})) {
      if (!each.description && path !== '') silent.push(`${path}.${key}`);
      visit(each, `${path}.${key}`);
    }
    const options = [...(schema.items?.oneOf ?? []), ...(schema.items?.anyOf ?? [])];
    for (const each of [schema.items, ...options]) if (each) visit(each, `${path}[]`);
  };
  for (const [name, schema] of Object.entries(jsonSchemas())) visit(schema, name);
  assert.deepEqual(silent, []);
});

const withoutKeys = (key: string, value: unknown): unknown => (key === 'propertyNames' ? undefined : value);

test('a variable may stand where a pattern is checked', () => {
  const patterns = [...JSON.stringify(jsonSchemas(), withoutKeys).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)];
  assert.ok(patterns.length > 20);
  for (const [, pattern] of patterns) assert.match('${NAME}', new RegExp(JSON.parse(pattern!), 'u'));
});

test('codes are of this module and explained', () => {
  for (const [code, { title, explanation }] of Object.entries(configDiagnostics)) {
    assert.match(code, /^config\/[a-z-]+$/);
    assert.ok(title.length > 5 && explanation.length > 20, code);
  }
});

test('an editor finds the schema of each file of the example', () => {
  const platform = join(ROOT, 'examples', 'platform');
  const files = globSync(['build-config.yaml', '{components,mobile}/*/build.yaml'], { cwd: platform });
  assert.ok(files.length > 5);
  for (const file of files) {
    const path = join(platform, file);
    const text = readFileSync(path, 'utf8');
    const named = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1] ?? '';
    const kind = /^kind: (\w+)$/m.exec(text)?.[1] ?? '';
    const schema = `${kind.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase()}.json`;
    assert.equal(relative(ROOT, join(dirname(path), named)), `schemas/${schema}`, file);
  }
});
