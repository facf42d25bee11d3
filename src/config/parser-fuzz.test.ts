import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { renderDiagnostic } from '../base/index.ts';
import { parseBuildConfiguration, parseComponentBuild, parseImageBuild, parseMobileBuild } from './parser.ts';

const RUNS = Number(process.env.MOBILEOPS_FUZZ_RUNS ?? 500);
const PARSERS = [parseBuildConfiguration, parseComponentBuild, parseImageBuild, parseMobileBuild];
const KINDS = ['BuildConfiguration', 'ComponentBuild', 'ImageBuild', 'MobileBuild'];

/** A value, or errors that can be shown; never a throw. */
function answers(text: string): void {
  for (const parseFile of PARSERS) {
    const { value, diagnostics } = parseFile({ path: 'fuzz.yaml', text }, { variables: { A: 'a' } });
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    assert.equal(value === undefined, errors.length > 0, text);
    for (const diagnostic of diagnostics) assert.ok(renderDiagnostic(diagnostic).length > 0);
  }
}

const words = fc.constantFrom(
  ...['name', 'spec', 'env', 'needs', 'type', 'tarball', 'buildSteps', 'command', 'metadata', 'artifacts'],
  ...[
    '${A}',
    '${B:-b}',
    '${',
    '<<',
    '__proto__',
    'constructor',
    'toString',
    '200ms',
    '1.0.0',
    'pwa',
    'hybrid',
  ],
  ...['android', 'quality', 'tests', 'resources', 'memory', 'version', 'platform', 'manifest', 'serve'],
  ...['from', 'debian:bookworm', 'debian:nope', 'packages', 'users', 'uid', 'paths', 'healthcheck', 'expose'],
);
const tree = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(words, fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(words, fc.string()), tie('node'), { maxKeys: 6 }),
  ),
})).node;
const headed = fc.tuple(fc.constantFrom(...KINDS), tree).map(([kind, spec]) => ({
  apiVersion: 'build.mobileops.io/v1',
  kind,
  metadata: { name: 'fuzz' },
  spec,
}));
const token = fc.constantFrom(
  ...['&a ', '*a', '- ', '? ', ': ', '\n', '\n  ', '\t', '[', ']', '{', '}', ', ', '"', "'", '|\n', '>-\n'],
  ...[
    '#',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '!!binary ',
    '!x ',
    '<<: ',
    '\r\n',
    '\ufeff',
    '\u0007',
    '\\',
    '@',
    '`',
  ],
  ...[
    'kind: ComponentBuild\n',
    'apiVersion: build.mobileops.io/v1\n',
    'spec:\n',
    'a: b\n',
    '~',
    '.nan',
    '0x',
  ],
);

test('any tree of values is answered', () => {
  fc.assert(
    fc.property(fc.oneof(tree, headed), (value) => answers(stringify(value))),
    { numRuns: RUNS },
  );
});

/** Every path of a value, the root's first. */
function paths(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [path, ...inner.flatMap(([key, each]) => paths(each, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  (copy as Record<string, unknown>)[key] = replaced((value as Record<string, unknown>)[key], rest, by);
  return copy;
}

const FILES = ['build-config.yaml', 'components/ai-core/build.yaml'].map(
  (path) =>
    parse(readFileSync(join(import.meta.dirname, '../../test/fixtures/document', path), 'utf8')) as unknown,
);
const damaged = fc
  .tuple(fc.constantFrom(...FILES), fc.nat(), tree)
  .map(([file, at, by]) => replaced(file, paths(file)[at % paths(file).length]!, by));

test('any damage to a right file is answered', () => {
  fc.assert(
    fc.property(damaged, (value) => answers(stringify(value))),
    { numRuns: RUNS },
  );
});

test('any text is answered', () => {
  const text = fc.oneof(
    fc.array(token, { maxLength: 40 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 200 }),
  );
  fc.assert(fc.property(text, answers), { numRuns: RUNS });
});

test('hostile texts are answered, short and long', () => {
  const size = 2 ** 20;
  for (const part of ['[', '{', '- ', '? ', '&a ', '*a ', 'a: ', '!', '[a,', ']\n', '---\na\n', '\t', '"']) {
    answers(part.repeat(Math.floor(size / part.length)));
    answers(part.repeat(5000));
  }
  answers(Array.from({ length: 20_000 }, (_, at) => `key${at}: ${at}`).join('\n'));
});
