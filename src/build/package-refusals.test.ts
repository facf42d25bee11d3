import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sha256 } from '../base/index.ts';
import { type Lockfile, writeLock } from '../dependencies/index.ts';
import { type Processes, realHost } from '../host/index.ts';
import { knowHost } from '../host/testing.ts';
import { build } from './index.ts';
import { architectureOf } from './machine.ts';
import { sourceProgram } from './testing.ts';

const HEAD = 'apiVersion: build.mobileops.io/v1\n';
const real = realHost();

/** The machine without a program. */
function without(name: string): Processes {
  return new Proxy(real.processes, {
    get(target, key: keyof Processes) {
      if (key === 'which')
        return (each: string, path: string) => (each === name ? undefined : target.which(each, path));
      return target[key].bind(target);
    },
  });
}

/** A lock of no package at all: nothing is to be fetched for it. */
function lockOf(packages: string): Lockfile {
  const architecture = architectureOf(real);
  const from = {
    ...{ from: 'debian:bookworm', architecture, components: 'main', essential: 'true', updates: 'true' },
    packages: sha256(packages),
  };
  const request = { distribution: 'debian', suite: 'bookworm', components: ['main'], architecture } as const;
  const root = {
    from,
    ...request,
    packages: [packages],
    essential: true,
    updates: true,
    locked: [],
    bootstrap: [],
    steps: [],
  };
  const empty = { tools: {}, python: {}, wheels: {}, node: {}, maven: {} };
  return { version: 2, ...empty, roots: { 'image:a': root } };
}

interface Case {
  readonly scripts: 'run' | 'none';
  readonly lock?: string;
  readonly missing?: string;
  /** Of the one who builds. */
  readonly userId?: number;
}

/** How a build of one image of packages ends, and what it says. */
async function outcomeOf(
  t: TestContext,
  { scripts, lock, missing = 'nothing', userId = real.env.userId }: Case,
) {
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-packages-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const workspace = join(folder, 'ws');
  mkdirSync(join(workspace, 'docker'), { recursive: true });
  const spec = `{from: 'debian:bookworm', packages: [tool], scripts: ${scripts}}`;
  writeFileSync(
    join(workspace, 'build-config.yaml'),
    `${HEAD}kind: BuildConfiguration\nmetadata: {name: w}\nspec: {version: 1.0.0}\n`,
  );
  writeFileSync(
    join(workspace, 'docker/a.yaml'),
    `${HEAD}kind: ImageBuild\nmetadata: {name: a}\nspec: ${spec}\n`,
  );
  if (lock !== undefined) writeLock(real.fs, workspace, lockOf(lock));
  knowHost(join(folder, 'cache'));
  const variables = { ...real.env.variables, MOBILEOPS_CACHE: join(folder, 'cache') };
  const processes = without(missing);
  const outcome = await build(
    {
      host: { ...real, processes, env: { ...real.env, variables, userId } },
      program: sourceProgram,
      sink: () => {},
      signal: t.signal,
      directory: workspace,
    },
    { targets: ['all'], mode: 'build', keepGoing: true, jobs: 1 },
  );
  const errors = outcome.diagnostics.filter(({ severity }) => severity === 'error');
  return [outcome.exitCode, ...errors.map(({ code }) => code)];
}

test('an image of packages is refused without a lock, and with one of another request', async (t) => {
  assert.deepEqual(await outcomeOf(t, { scripts: 'none' }), [2, 'dependencies/no-lock']);
  assert.deepEqual(await outcomeOf(t, { scripts: 'none', lock: 'other' }), [2, 'dependencies/stale-lock']);
});

test('what the machine lacks is told before anything runs', async (t) => {
  const lock = 'tool';
  assert.deepEqual(await outcomeOf(t, { scripts: 'none', lock, missing: 'xz' }), [3, 'debian/no-xz']);
  const stranger = { scripts: 'run', lock, userId: 54_321 } as const;
  const [exitCode, code] = await outcomeOf(t, stranger);
  assert.equal(exitCode, 3);
  assert.match(String(code), /^container\//);
});
