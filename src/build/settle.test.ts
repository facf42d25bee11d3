import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PlannedAction, treeFromFiles } from '../action/index.ts';
import { MemoryActionCache, MemoryCas } from '../cas/index.ts';
import { FakeClock, FakeProcesses, fakeEnv, MemoryFileSystem, noHttp } from '../host/testing.ts';
import type { DeviceTest, PlannedTest } from '../rules/index.ts';
import type { ActionOutcome } from './action-run.ts';
import { Explanations } from './explanations.ts';
import type { PlannedTarget } from './planner.ts';
import { type SettleInput, settle } from './settle.ts';
import type { SettleOptions } from './settle-options.ts';
import { BuildState } from './state.ts';

const EMPTY = treeFromFiles(new Map());
const ACTION = { id: 'app:demo#test', isCacheable: true, timeoutMs: 1000 } as PlannedAction;
const SIGNING: DeviceTest['signing'] = {
  ...{ kind: 'apk', storeFile: 'demo/key.p12', keyAlias: 'key', keyKind: 'debug', minSdk: 24 },
};
const DEVICE: DeviceTest = {
  ...{ apk: 'app.apk', app: 'mobile/demo.apk', variant: 'debug', appId: 'a.demo', testId: 'a.demo.test' },
  ...{ runner: 'a.Runner', arguments: {} },
};

/** An app whose tests for a device were built, on a machine that cannot sign. */
async function settled(device: DeviceTest) {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/w/demo');
  fs.writeFile('/w/demo/key.p12', 'key');
  const cas = new MemoryCas({ fs, root: '/store' });
  const env = fakeEnv({ variables: { MOBILEOPS_CACHE: '/cache' } });
  const host = { fs, env, clock: new FakeClock(), processes: new FakeProcesses(), http: noHttp };
  const apk = { digest: cas.put('apk'), isExecutable: false };
  const output = treeFromFiles(new Map([['app.apk', apk]]));
  const outcome = { planned: ACTION, status: 'ran', output, durationMs: 1 } as unknown as ActionOutcome;
  const label = { kind: 'app', name: 'demo' };
  const tests: PlannedTest[] = [{ action: ACTION, category: 'device', device }];
  const planned = {
    ...{ kind: 'planned', target: { label, needs: [], directory: 'demo' }, spec: '', requirements: {} },
    plan: { actions: [], tests, artifacts: [], exports: { kind: 'literal', files: [] }, diagnostics: [] },
  } as unknown as PlannedTarget;
  const options = {
    ...{ host, cas, actions: new MemoryActionCache(), root: '/w', signal: new AbortController().signal },
    ...{ state: new BuildState(fs, '/w'), explanations: new Explanations(fs, '/w'), intact: undefined },
    request: { targets: ['app:demo'], mode: 'test', keepGoing: false },
  } as unknown as SettleOptions;
  const toolchain = (name: string) => ({ name, version: '', mounts: [], path: [], env: {}, files: {} });
  return settle(options, {
    planned: new Map([['app:demo', planned]]),
    run: { outcomes: new Map([[ACTION.id, outcome]]), evaluate: () => EMPTY },
    input: { toolchain },
    ...{ diagnostics: [], owners: { isAnothers: () => false }, seesMachine: () => false },
  } as unknown as SettleInput);
}

test('an APK of tests that could not be signed is no success', async () => {
  const { exitCode, targets, diagnostics, deviceTests } = await settled({ ...DEVICE, signing: SIGNING! });
  assert.deepEqual(
    diagnostics.map(({ code, severity }) => [code, severity]),
    [['release/signer-failed', 'error']],
  );
  assert.deepEqual([exitCode, targets[0]!.status, deviceTests], [1, 'failed', undefined]);
});

test('of an app without a key the tests are left, without their APK', async () => {
  const { exitCode, diagnostics, deviceTests } = await settled(DEVICE);
  assert.deepEqual([exitCode, diagnostics], [0, []]);
  assert.deepEqual(
    deviceTests?.map(({ label, apk }) => [label, apk]),
    [['app:demo', undefined]],
  );
});
