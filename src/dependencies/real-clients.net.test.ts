import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { MemoryCas } from '../cas/index.ts';
import { type Host, realHost } from '../host/index.ts';
import {
  checkLock,
  gatherRequirements,
  type Lockfile,
  makeLock,
  missingFiles,
  packagePlace,
  prepare,
  readLock,
  type TargetNeeds,
  writeLock,
} from './index.ts';
import { library, located } from './testing.ts';

/** A machine without a network must not hold up the tests; but in CI, where they have to run, one lost packet is no reason. */
const RETRIES = process.env.CI === 'true' ? '4' : '0';
const HASTE = {
  npm_config_fetch_retries: RETRIES,
  npm_config_fetch_retry_mintimeout: '1000',
  npm_config_fetch_timeout: '30000',
  PIP_RETRIES: RETRIES,
  PIP_DEFAULT_TIMEOUT: '30',
  UV_HTTP_RETRIES: RETRIES,
  UV_HTTP_TIMEOUT: '30',
};

const NOT_TO_BE_HAD = ['dependencies/network', 'dependencies/missing-client'];

interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly needs: Partial<TargetNeeds>;
  readonly check: (lock: Lockfile) => void;
}

const CASES: Readonly<Record<string, Case>> = {
  PyPI: {
    files: { 'requirements.txt': 'idna<3.7\n', 'requirements-dev.txt': 'iniconfig\n' },
    needs: { python: { requirements: [located('idna>=3')] }, tools: [], testTools: ['pytest'] },
    check: (lock) => {
      const { run, dev } = lock.python['component:a']!;
      assert.deepEqual(
        [...run, ...dev].map(({ name }) => name),
        ['idna', 'iniconfig'],
      );
      assert.equal(run[0]?.version, '3.6');
    },
  },
  npm: {
    files: {
      'a/package.json':
        '{"name":"a","version":"1.0.0","dependencies":{"left-pad":"1.3.0","fsevents-none":"npm:left-pad@1.2.0"}}',
    },
    needs: { nodeFolder: 'a' },
    check: (lock) => {
      const found = lock.node.a!.packages.map(({ path, name, version }) => `${path} ${name} ${version}`);
      assert.deepEqual(found, [
        'node_modules/fsevents-none left-pad 1.2.0',
        'node_modules/left-pad left-pad 1.3.0',
      ]);
    },
  },
  Maven: {
    files: {},
    needs: { maven: [library('com.squareup.okio:okio-jvm:3.6.0')] },
    check: (lock) => {
      const names = lock.maven['component:a']!.files.map(({ name }) => name);
      assert.ok(names.includes('org.jetbrains.kotlin:kotlin-stdlib'), names.join(' '));
    },
  },
};

for (const [ecosystem, each] of Object.entries(CASES)) {
  test(`${ecosystem}: locked and fetched by the real client`, { timeout: 300_000 }, async (t) => {
    const root = mkdtempSync(join(tmpdir(), 'mobileops-net-'));
    t.after(() => rmSync(root, { recursive: true, force: true }));
    const real = realHost();
    const host: Host = { ...real, env: { ...real.env, variables: { ...real.env.variables, ...HASTE } } };
    await lockAndFetch(t, { host, root, each });
  });
}

async function lockAndFetch(
  t: TestContext,
  { host, root, each }: { host: Host; root: string; each: Case },
): Promise<void> {
  const workspace = join(root, 'ws');
  host.fs.makeDirectory(join(workspace, 'a'));
  for (const [path, text] of Object.entries(each.files)) host.fs.writeFile(join(workspace, path), text);
  const needs: TargetNeeds = {
    label: 'component:a',
    python: { requirements: [] },
    maven: [],
    tools: [],
    ...each.needs,
  };
  const python = [located('requirements.txt'), located('requirements-dev.txt')];
  const gather = () =>
    gatherRequirements(host.fs, {
      root: workspace,
      configuration: { dependencies: { python, system: [], node: [] } },
      targets: [needs],
      tools: [],
    }).value;
  const common = { host, cacheDirectory: join(root, 'cache'), sink: () => {}, signal: t.signal };
  const options = { ...common, root: workspace, requirements: gather(), previous: undefined };
  const made = await makeLock({ ...options, cas: new MemoryCas({ fs: host.fs, root: join(root, 'one') }) });
  const unavailable = made.diagnostics.find(({ code }) => NOT_TO_BE_HAD.includes(code));
  if (unavailable) return t.skip(`not run: ${unavailable.message.split('\n')[0]}`);
  assert.deepEqual(made.diagnostics, []);
  writeLock(host.fs, workspace, made.value!);
  const lock = readLock(host.fs, workspace).value!;
  assert.deepEqual(checkLock(lock, gather()), []);
  each.check(lock);
  const cas = new MemoryCas({ fs: host.fs, root: join(root, 'two') });
  const missing = async () => {
    const place = await packagePlace({ host, cacheDirectory: common.cacheDirectory, lock });
    return missingFiles({ lock, needs: [needs], place, cas }).files;
  };
  assert.ok((await missing()) > 0);
  const prepared = await prepare({ ...common, cas, lock, needs: [needs] });
  assert.deepEqual(prepared.diagnostics, []);
  assert.equal(await missing(), 0);
}
