/** A hint that names a verb which is not there sends a person into the void. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { VERBS } from '../src/cli/verb-table.ts';

const ROOT = join(import.meta.dirname, '..');
const known = new Set(VERBS.map(({ name }) => name.split(' ')[0]));

function files(path: string): string[] {
  if (!statSync(join(ROOT, path)).isDirectory()) return [path];
  return readdirSync(join(ROOT, path)).flatMap((name) =>
    name === 'node_modules' || name === 'dist' || name === 'build-cache' ? [] : files(join(path, name)),
  );
}

test('every `mobileops VERB` that is written down is a verb of this version', () => {
  const texts = ['src', 'docs/reference', 'examples', 'README.md']
    .flatMap(files)
    .filter((path) => /\.(ts|md|yaml)$/.test(path) && !path.endsWith('.test.ts'));
  assert.ok(texts.length > 100);
  const unknown = texts.flatMap((path) =>
    [
      ...readFileSync(join(ROOT, path), 'utf8').matchAll(
        /(?<!return )`(?:\.\/)?mobileops ([a-z]+)\b(?! \$\{)/g,
      ),
    ]
      .filter(([, verb]) => !known.has(verb!))
      .map(([text]) => `${path}: ${text}`),
  );
  assert.deepEqual(unknown, []);
});
