// Writes schemas/*.json and docs/reference/configuration.md from the shapes in src/config/shapes.ts.
// Run by: node scripts/generate-schemas.mjs (Node 24). `src/config/documents.test.ts` fails when they are out of date.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generatedDocuments } from '../src/config/documents.ts';

const root = join(import.meta.dirname, '..');
for (const [path, content] of Object.entries(generatedDocuments())) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  console.log(path);
}
