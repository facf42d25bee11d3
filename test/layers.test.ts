/** The import table: the architecture on one screen. Reads imports as text, so it needs no TypeScript API. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { test } from 'node:test';

const SRC = join(import.meta.dirname, '..', 'src');

/** What each module may import; what is missing here is forbidden. */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  base: [],
  host: ['base'],
  look: ['host'],
  event: ['base'],
  packages: ['base'],
  config: ['base', 'oci'],
  gradle: ['base'],
  graph: ['base', 'config'],
  action: ['base'],
  archives: ['base', 'action'],
  cas: ['base', 'host', 'action'],
  workspace: ['base', 'host', 'config', 'graph', 'action', 'cas'],
  execution: ['base', 'host', 'look', 'event', 'action', 'cas'],
  dependencies: [
    'base',
    'host',
    'event',
    'packages',
    'action',
    'archives',
    'cas',
    'config',
    'oci',
    'registry',
    'debian',
  ],
  oci: ['base'],
  container: ['base', 'host', 'oci'],
  ci: ['base', 'config'],
  quality: ['base', 'host', 'config', 'packages', 'rules', 'scan'],
  registry: ['base', 'host', 'oci', 'cas'],
  debian: ['base', 'host', 'oci'],
  rules: ['base', 'config', 'graph', 'gradle', 'action', 'oci'],
  toolchain: ['base', 'host', 'event', 'action', 'archives', 'cas', 'dependencies', 'rules'],
  tools: ['base', 'host', 'oci', 'action', 'archives', 'debian'],
  inspection: ['base', 'host', 'oci', 'tools'],
  apps: ['base', 'host', 'inspection'],
  versions: ['base', 'host', 'packages', 'apps', 'inspection'],
  sbom: ['base', 'host', 'packages', 'archives', 'tools', 'inspection', 'apps'],
  repro: ['base', 'host', 'event', 'action', 'cas', 'inspection', 'apps'],
  release: ['base', 'host', 'event', 'cas', 'action', 'registry'],
  publish: ['base', 'host', 'packages', 'archives', 'oci', 'registry', 'release'],
  install: ['base', 'host', 'action', 'tools', 'release', 'publish'],
  signing: ['base', 'host'],
  integrity: ['base', 'host'],
  devices: ['base', 'host'],
  metrics: ['base', 'host', 'event'],
  scan: [
    'base',
    'host',
    'action',
    'archives',
    'packages',
    'dependencies',
    'rules',
    'inspection',
    'apps',
    'sbom',
  ],
  doctor: ['base', 'host', 'config', 'graph', 'gradle', 'cas', 'tools', 'signing', 'devices'],
  server: ['base', 'host', 'event', 'archives', 'packages', 'apps', 'oci', 'release', 'metrics'],
  build: [
    'base',
    'host',
    'look',
    'event',
    'config',
    'graph',
    'action',
    'archives',
    'cas',
    'workspace',
    'execution',
    'dependencies',
    'rules',
    'oci',
    'toolchain',
    'tools',
    'registry',
    'release',
    'metrics',
    'debian',
    'container',
  ],
  cli: [
    'base',
    'host',
    'look',
    'event',
    'config',
    'gradle',
    'graph',
    'action',
    'cas',
    'workspace',
    'execution',
    'dependencies',
    'rules',
    'oci',
    'toolchain',
    'tools',
    'inspection',
    'apps',
    'versions',
    'sbom',
    'repro',
    'registry',
    'release',
    'publish',
    'install',
    'signing',
    'integrity',
    'devices',
    'scan',
    'packages',
    'metrics',
    'quality',
    'ci',
    'build',
    'debian',
    'container',
    'server',
    'doctor',
  ],
};

/** Only here may the world be touched. */
const WORLD =
  /\bfrom 'node:(fs|fs\/promises|child_process|http|https|net|os|worker_threads)'|\bprocess\.|\bDate\.now\b|\bMath\.random\b/;
const WORLDLY = (path: string): boolean =>
  path.startsWith('host/') || path === 'main.ts' || path === 'tools/main.ts' || path.endsWith('.test.ts');

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function sources(): Source[] {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  return files.map((file) => {
    const path = file.split(sep).join('/');
    const text = readFileSync(join(SRC, file), 'utf8');
    const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g)].map(
      (match) => match[1]!,
    );
    const imports = specifiers.map((each) =>
      relative(SRC, join(SRC, dirname(file), each))
        .split(sep)
        .join('/'),
    );
    return { path, text, imports };
  });
}

const moduleOf = (path: string): string => path.split('/')[0]!;
const ALL = sources();

test('the source tree was seen', () => {
  assert.ok(ALL.length > 20);
});

test('modules import only what the table names', () => {
  const wrong: string[] = [];
  for (const { path, imports } of ALL) {
    const from = moduleOf(path);
    if (from.endsWith('.ts')) continue;
    if (!TABLE[from]) wrong.push(`${path}: module ${from} is not in the table`);
    for (const target of imports) {
      const to = moduleOf(target);
      if (to !== from && !TABLE[from]?.includes(to)) wrong.push(`${path} -> ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('other modules are imported through their face only', () => {
  const wrong = ALL.flatMap(({ path, imports }) =>
    imports
      .filter(
        (target) => moduleOf(target) !== moduleOf(path) && !/^[a-z]+\/(index|testing)\.ts$/.test(target),
      )
      .map((target) => `${path} -> ${target}`),
  );
  assert.deepEqual(
    wrong.filter((line) => !line.startsWith('tools/main.ts') && !line.startsWith('main.ts')),
    [],
  );
});

test('fakes are used by tests alone', () => {
  const wrong = ALL.filter(({ path }) => !path.endsWith('.test.ts') && !path.endsWith('testing.ts')).flatMap(
    ({ path, imports }) =>
      imports.filter((target) => target.endsWith('/testing.ts')).map((target) => `${path} -> ${target}`),
  );
  assert.deepEqual(wrong, []);
});

test('the world is touched in host/ and main.ts only', () => {
  const wrong = ALL.filter(
    ({ path, text }) => !WORLDLY(path) && WORLD.test(withoutPaths(withoutComments(text))),
  ).map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

/** A file may be named after a process. */
function withoutPaths(text: string): string {
  return text.replace(/\bfrom '\.[^']*'/g, '');
}

test('a build with nothing to do loads nothing of rules and images', () => {
  const late = new Set([
    'rules',
    'oci',
    'container',
    'tools',
    'dependencies',
    'toolchain',
    'debian',
    'registry',
  ]);
  const loaded = new Map<string, string>([['cli/verbs/build.ts', '']]);
  for (const [path, by] of loaded) {
    assert.ok(!late.has(moduleOf(path)), `${by} loads ${path} at the start of every build`);
    const { text } = ALL.find((each) => each.path === path)!;
    for (const [, specifier = ''] of text.matchAll(LOADED_AT_ONCE)) {
      const target = posix.join(posix.dirname(path), specifier);
      if (!loaded.has(target)) loaded.set(target, path);
    }
  }
  assert.ok(loaded.size > 100);
});

/** Not for its types alone, and not late. */
const LOADED_AT_ONCE = /^(?:import|export)\s+(?!type\b)(?:[^'";]*?\bfrom\s+)?'(\.[^']+)'/gm;

test('sibling rules do not import each other', () => {
  const folder = (path: string): string | undefined => /^rules\/([^/]+)\//.exec(path)?.[1];
  const wrong = ALL.flatMap(({ path, imports }) =>
    imports
      .filter((to) => folder(path) && folder(to) && folder(path) !== folder(to))
      .map((to) => `${path} -> ${to}`),
  );
  assert.deepEqual(wrong, []);
});

test('no file imports itself in a circle', () => {
  const byPath = new Map(ALL.map((source) => [source.path, source]));
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    state.set(path, 'open');
    for (const target of byPath.get(path)?.imports ?? []) visit(target, [...trail, path]);
    state.set(path, 'done');
  };
  for (const { path } of ALL) visit(path, []);
  assert.deepEqual(cycles, []);
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
