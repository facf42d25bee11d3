import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BuildEvent } from '../../event/index.ts';
import { FakeClock } from '../../host/testing.ts';
import { aRecord, MemoryBuildRecords } from '../../metrics/testing.ts';
import { LiveBuilds } from './live-builds.ts';

const ID = 'build-0001';

function begun(clock: FakeClock): BuildEvent {
  return {
    time: clock.now(),
    type: 'build.started',
    payload: { verb: 'test', mode: 'build', targets: ['all'], jobs: 2 },
  };
}

function finished(clock: FakeClock): BuildEvent {
  const payload = { exitCode: 0, durationMs: 5, targets: [], artifacts: [], diagnostics: [] };
  return { time: clock.now(), type: 'build.finished', payload };
}

function made() {
  const clock = new FakeClock();
  const records = new MemoryBuildRecords();
  const live = new LiveBuilds(records, clock);
  const told: string[] = [];
  live.listen(({ id, status }) => told.push(`${id} ${status}`));
  const status = async (): Promise<string | undefined> => (await records.get(ID))?.status;
  return { clock, records, live, told, status };
}

test('a build is told of while it runs, and its record takes the place of its events', async () => {
  const { clock, records, live, told, status } = made();
  await live.take(ID, [begun(clock)]);
  assert.deepEqual([live.running, live.record(ID)?.requested, await status()], [1, ['all'], 'running']);
  await live.take(ID, [finished(clock)]);
  assert.deepEqual([live.running, live.record(ID), await status()], [0, undefined, 'success']);
  await live.put(aRecord({ id: ID, workspace: 'whole' }));
  assert.equal((await records.get(ID))?.workspace, 'whole');
  assert.deepEqual(told, [`${ID} running`, `${ID} success`, `${ID} success`]);
  assert.equal((await records.totals()).builds.success, 1);
});

test('what comes late of a build that ended does not make it run again', async () => {
  const { clock, live, told, status } = made();
  await live.put(aRecord({ id: ID }));
  assert.equal(await live.take(ID, [begun(clock)]), true);
  assert.deepEqual([live.running, live.record(ID), await status()], [0, undefined, 'success']);
  assert.deepEqual(told, [`${ID} success`]);
});

test('one that is heard of no more is lost, not running for ever', async () => {
  const { clock, live, status } = made();
  await live.take(ID, [begun(clock)]);
  clock.advance(9 * 60_000);
  await live.take(ID, [
    {
      ...begun(clock),
      type: 'action.started',
      payload: { id: 'a', label: 'a', mnemonic: '', description: '' },
    },
  ]);
  clock.advance(9 * 60_000);
  await live.sweep();
  assert.equal(await status(), 'running');
  clock.advance(2 * 60_000);
  await live.sweep();
  assert.deepEqual([await status(), live.running], ['lost', 0]);
  // It was only the network: the record at its end is right.
  await live.put(aRecord({ id: ID }));
  assert.equal(await status(), 'success');
});

test('a server that starts anew ends what it has heard nothing of', async () => {
  const { clock, records, live, status } = made();
  await records.put(aRecord({ id: ID, status: 'running', startMs: clock.now() }));
  clock.advance(11 * 60_000);
  await live.sweep();
  assert.equal(await status(), 'lost');
});

test('there is a limit to builds that are told of at a time', async () => {
  const { clock, live } = made();
  for (let at = 0; at < 200; at++) assert.equal(await live.take(`build-${1000 + at}`, [begun(clock)]), true);
  assert.equal(await live.take(ID, [begun(clock)]), false);
  assert.equal(await live.take('build-1000', [begun(clock)]), true);
});
