/**
 * The requirement files of the document contradict each other: `deps lock` tells all of it at once. Here by what uv says of the two
 * packages that do, in .ci/full by uv itself. `UPDATE_GOLDEN=1` writes the expected text anew, never under CI.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { renderDiagnostic } from '../src/base/index.ts';
import type { Located } from '../src/config/index.ts';
import { gatherRequirements, makeLock, type TargetNeeds } from '../src/dependencies/index.ts';
import { CACHE, type FakeWorld, fakeWorld, located } from '../src/dependencies/testing.ts';
import type { FakeCall, FakeRun } from '../src/host/testing.ts';
import { isLong } from './long.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures/document');
const GOLDEN = join(import.meta.dirname, 'golden/contradictions/document.txt');
const UPDATE = process.env.UPDATE_GOLDEN === '1' && !process.env.CI;
const BUILD_FILE = 'components/ai-core/build.yaml';
const text = (path: string): string => readFileSync(join(FIXTURE, path), 'utf8');

/** What the two packages want, as their metadata say, and the lines that go against it. */
const WISHES = [
  { asker: 'tensorflow==2.12.0', wants: 'numpy>=1.22,<1.24', against: ['numpy==1.24.3', 'numpy>=1.24.0'] },
  { asker: 'sphinx-rtd-theme==1.2.2', wants: 'sphinx>=1.6,<7', against: ['sphinx==7.1.1'] },
] as const;

function fakeUv(world: () => FakeWorld, { argv, options }: FakeCall): FakeRun | undefined {
  if (!argv.includes('compile')) return undefined;
  const read = (name: string): string[] => world().fs.readText(join(options.cwd!, name)).split('\n');
  const asked = read('requirements.in');
  const lines = [...asked, ...read('constraints.txt')];
  const isThere = (name: string): boolean => asked.some((line) => line.startsWith(name));
  for (const { asker, wants, against } of WISHES) {
    const [name = ''] = asker.split('==');
    const line = against.find((each) => lines.includes(each));
    if (line === undefined || !lines.includes(asker) || !isThere(name)) continue;
    const cause = `Because ${asker} depends on ${wants} and you require ${line}, we can conclude that your requirements and ${asker} are incompatible.`;
    return { code: 1, stderr: `error: No solution found when resolving dependencies\n  cause: ${cause}` };
  }
  const toml = 'name = "numpy"\nversion = "1.23.5"\nname = "sphinx"\nversion = "6.2.1"\n';
  world().fs.writeFile(join(options.cwd!, 'pylock.toml'), toml);
  return {};
}

test('all contradictions of the document are told at once, each as a chain with its places', async (t) => {
  const files = ['requirements.txt', 'requirements-dev.txt'].map((path) => [`/ws/${path}`, text(path)]);
  const world: FakeWorld = fakeWorld(
    { first: (call) => fakeUv(() => world, call) },
    Object.fromEntries(files) as Record<string, string>,
  );
  const own = ['tensorflow>=2.12.0', 'torch>=2.0.0', 'numpy>=1.24.0', 'scikit-learn>=1.3.0'].map(inBuildFile);
  const target: TargetNeeds = {
    label: 'component:ai-core',
    python: { requirements: own },
    maven: [],
    tools: [],
    testTools: ['pytest'],
  };
  const python = [located('requirements.txt'), located('requirements-dev.txt')];
  const configuration = { dependencies: { python, system: [], node: [] } };
  const gathered = gatherRequirements(world.fs, { root: '/ws', configuration, targets: [target], tools: [] });
  const { host, cas } = world;
  const made = await makeLock({
    ...{ host, cas, root: '/ws', cacheDirectory: CACHE, requirements: gathered.value },
    ...{ previous: undefined, sink: () => {}, signal: t.signal },
  });
  assert.equal(made.value, undefined);
  const told = `${made.diagnostics.map((each) => renderDiagnostic(each)).join('\n\n')}\n`;
  if (UPDATE) writeFileSync(GOLDEN, told);
  assert.equal(told, readFileSync(GOLDEN, 'utf8'));
});

function inBuildFile(value: string): Located<string> {
  const file = { path: BUILD_FILE, text: text(BUILD_FILE) };
  const start = file.text.indexOf(value);
  return { value, span: { file, start, end: start + value.length } };
}

if (isLong)
  test('uv itself says the same', { timeout: 900_000 }, (t) => {
    const root = mkdtempSync(join(tmpdir(), 'mobileops-contradictions-'));
    t.after(() => rmSync(root, { recursive: true, force: true }));
    cpSync(FIXTURE, root, { recursive: true });
    for (const path of ['package.json', 'package-lock.json']) writeFileSync(join(root, path), '{}');
    for (const path of [
      'unit/test_ai_core.py',
      'integration/test_ai_integration.py',
      'performance/benchmark_inference.py',
    ]) {
      mkdirSync(join(root, 'components/ai-core/tests', dirname(path)), { recursive: true });
      writeFileSync(join(root, 'components/ai-core/tests', path), '');
    }
    const main = join(import.meta.dirname, '../src/main.ts');
    const { stderr } = spawnSync(process.execPath, [main, 'deps', 'lock', '-C', root, '--no-color'], {
      encoding: 'utf8',
    });
    if (stderr.includes('dependencies/network')) return t.skip('not run: no package index');
    const told = stderr.split('\n\n').filter((each) => each.includes('dependencies/contradiction'));
    assert.equal(`${told.map((each) => each.trim()).join('\n\n')}\n`, readFileSync(GOLDEN, 'utf8'));
  });
