import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Host } from '../host/index.ts';
import { FakeClock, FakeProcesses, fakeEnv, MemoryFileSystem, noHttp } from '../host/testing.ts';
import { holdWorkspace } from './workspace-lock.ts';

const ROOT = '/work';
const LOCK = '/work/build-cache/lock';

interface Machine {
  readonly fs: MemoryFileSystem;
  readonly clock: FakeClock;
  readonly messages: string[];
  hold(pid: number, signal?: AbortSignal): Promise<Disposable | undefined>;
}

/** Several processes of one machine; each sees itself as `/proc/self`. */
function machine(): Machine {
  const clock = new FakeClock();
  const fs = new MemoryFileSystem();
  const messages: string[] = [];
  fs.makeDirectory('/proc/sys/kernel/random');
  fs.writeFile('/proc/sys/kernel/random/boot_id', 'boot\n');
  fs.makeDirectory('/proc/self/ns');
  fs.symlink('pid:[1]', '/proc/self/ns/pid');
  fs.makeDirectory(ROOT);
  fs.writeFile(`${ROOT}/build-config.yaml`, '');
  return {
    fs,
    clock,
    messages,
    hold(pid, signal = new AbortController().signal) {
      fs.makeDirectory(`/proc/${pid}`);
      for (const name of [pid, 'self'])
        fs.writeFile(`/proc/${name}/stat`, `${pid} (node) S ${'0 '.repeat(18)}${pid} 0`);
      const host: Host = { fs, clock, env: fakeEnv({ pid }), processes: new FakeProcesses(), http: noHttp };
      const onWait = (message: string): void => void messages.push(message);
      return holdWorkspace({ host, onWait, signal, directory: ROOT });
    },
  };
}

describe('holdWorkspace', () => {
  it('leaves nothing behind', async () => {
    const { fs, hold } = machine();
    (await hold(1))![Symbol.dispose]();
    assert.equal(fs.lstat(LOCK), undefined);
  });

  it('makes the second wait for the first, and says for whom', async () => {
    const { clock, messages, hold } = machine();
    const first = (await hold(1))!;
    const sleep = clock.sleep.bind(clock);
    let looks = 0;
    clock.sleep = async (durationMs) => {
      if (++looks === 3) first[Symbol.dispose]();
      return sleep(durationMs);
    };
    assert.ok(await hold(2));
    assert.equal(looks, 3);
    assert.deepEqual(messages, [
      'waiting for another build of this workspace (process 1); if there is none, remove /work/build-cache/lock',
    ]);
  });

  it('takes over from a process that is gone', async () => {
    const { fs, hold } = machine();
    await hold(1);
    fs.remove('/proc/1');
    assert.ok(await hold(2));
    assert.equal(JSON.parse(fs.readText(LOCK)).pid, 2);
    assert.deepEqual(
      fs.readDirectory('/work/build-cache').map(({ name }) => name),
      ['lock'],
    );
  });

  it('does not remove the mark of another', async () => {
    const { fs, hold } = machine();
    const first = (await hold(1))!;
    fs.remove('/proc/1');
    await hold(2);
    first[Symbol.dispose]();
    assert.equal(JSON.parse(fs.readText(LOCK)).pid, 2);
  });

  it('stops waiting when interrupted', async () => {
    const { clock, hold } = machine();
    await hold(1);
    const controller = new AbortController();
    clock.sleep = async () => controller.abort();
    assert.equal(await hold(2, controller.signal), undefined);
  });
});
