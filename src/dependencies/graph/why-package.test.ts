import assert from 'node:assert/strict';
import { test } from 'node:test';
import { positionOf } from '../../base/index.ts';
import type { Package } from '../../packages/index.ts';
import type { NodeFolder, Requirements } from '../model.ts';
import { library, located } from '../testing.ts';
import { asksOf } from './asks.ts';
import { membersOf } from './json-places.ts';
import { packageLockGraph } from './package-graph.ts';
import { hasName, packagesNamed, whyPackage } from './why-package.ts';

const TEXT = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    '': { dependencies: { a: '1', b: '1' } },
    'node_modules/a': { version: '1.0.0', dependencies: { c: '1' } },
    'node_modules/b': { version: '1.0.0', dependencies: { c: '2' } },
    'node_modules/b/node_modules/c': { version: '2.0.0', dependencies: { a: '1' } },
    'node_modules/c': { version: '1.0.0', dependencies: { a: '1', d: '1' } },
    'node_modules/d': { version: '1.0.0' },
    'node_modules/@s/d': { version: '3.0.0' },
  },
});
const GRAPH = packageLockGraph({ label: 'app:web', folder: 'web', text: TEXT });

const FOLDER: NodeFolder = {
  folder: 'web',
  manifest: {
    path: 'web/package.json',
    text: '{\n  "name": "b",\n  "scripts": {"a": "no", "dependencies": "x"},\n  "deep": {"dependencies": {"a": "0"}},\n  "dependencies": {\n    "a": "1",\n    "b" : "1"\n  }\n}\n',
  },
  packageLock: undefined,
};
const REQUIREMENTS: Requirements = {
  targets: [
    {
      label: 'component:ai',
      python: { requirements: [located('Flask>=2')] },
      maven: [library('g:a:1.0')],
      tools: [],
    },
    { label: 'component:none', python: { requirements: [] }, maven: [], tools: [] },
  ],
  constraints: [{ path: 'requirements.txt', text: '# x\nflask==2.3.2\n' }],
  development: undefined,
  nodeFolders: [FOLDER],
  tools: [],
};
const ASKS = asksOf(REQUIREMENTS, new Map([['web', 'app:web']]));

test('what the files of the workspace ask for has its place', () => {
  const told = ASKS.map(({ label, name, text, span, isConstraint }) => {
    const { line, column } = positionOf(span);
    return `${label} ${name} [${text}] ${span.file.path}:${line}:${column}${isConstraint ? ' holds' : ''}`;
  });
  assert.deepEqual(told, [
    'component:ai flask [Flask>=2] build.yaml:1:1',
    'component:ai flask [flask==2.3.2] requirements.txt:2:1 holds',
    'component:ai g:a [g:a:1.0] build.yaml:1:1',
    'app:web a ["a": "1"] web/package.json:6:5',
    'app:web b ["b" : "1"] web/package.json:7:5',
  ]);
});

test('a package is named in the ways of its ecosystem', () => {
  const found = (text: string): string[] => packagesNamed(GRAPH, text).map(({ purl }) => purl);
  assert.deepEqual(found('c'), ['pkg:npm/c@1.0.0', 'pkg:npm/c@2.0.0']);
  assert.deepEqual(found('c@2.0.0'), ['pkg:npm/c@2.0.0']);
  assert.deepEqual(found('pkg:npm/@s/d@3.0.0'), ['pkg:npm/%40s/d@3.0.0']);
  assert.deepEqual(found('pkg:npm/c'), ['pkg:npm/c@1.0.0', 'pkg:npm/c@2.0.0']);
  assert.deepEqual(found('pkg:pypi/c@1.0.0'), []);
  assert.deepEqual(found('pkg:pypi/c'), []);
  assert.deepEqual(found('C'), []);
});

test('why a package is there: the shortest way from each root, and who wants it', () => {
  const [wanted] = packagesNamed(GRAPH, 'd@1.0.0');
  const why = whyPackage(GRAPH, ASKS, wanted!);
  assert.deepEqual(why.wantedBy, ['pkg:npm/c@1.0.0']);
  assert.deepEqual(
    why.chains.map(({ root, path, asks }) => [root, path.length, asks.map(({ text }) => text)]),
    [['app:web', 3, ['"a": "1"']]],
  );
  const [alone] = packagesNamed(GRAPH, '@s/d');
  assert.deepEqual(whyPackage(GRAPH, ASKS, alone!).chains, []);
});

test('a name is the one of the ecosystem, of Maven also the artifact alone, and has no version', () => {
  const rest = { purl: '', version: '1.0', scopes: [], places: [] } as const;
  const maven = { ecosystem: 'Maven', name: 'g:a', ...rest } as const;
  const python = { ecosystem: 'PyPI', name: 'typing-extensions', ...rest } as const;
  const named = (texts: readonly string[], one: Package): string[] =>
    texts.filter((text) => hasName(one, text));
  assert.deepEqual(named(['g:a', 'a', 'g', 'g:a:1.0', 'b:a', 'A', 'pkg:maven/g/a', 'pkg:npm/a'], maven), [
    'g:a',
    'a',
    'pkg:maven/g/a',
  ]);
  assert.deepEqual(
    named(
      [
        ...['Typing_Extensions', 'typing', 'typing-extensions==1.0', 'typing-extensions@1.0'],
        'pkg:pypi/Typing_Extensions',
      ],
      python,
    ),
    ['Typing_Extensions', 'pkg:pypi/Typing_Extensions'],
  );
});

test('places in a text that is no JSON are found as far as it can be read', () => {
  for (const text of [
    '',
    '{',
    '{"dependencies": {"a": ',
    '{"dependencies": {"a" "b"}}',
    '{"dependencies": {"\\q": "1"}}',
    ']]]}}}{{{',
  ])
    assert.ok(membersOf(text, 'dependencies').size <= 1, text);
});
