/** Cache mounts: who shares one, what a new one begins with. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ContainerBench, containerTest } from './container-bench.test.ts';
import type { ContainerMount } from './container-request.ts';

type CacheMount = ContainerMount & { readonly type: 'cache' };

function cache(more: Partial<CacheMount>): CacheMount {
  return { type: 'cache', id: 'c', target: '/c', ...more };
}

containerTest('cache mounts are shared, locked or private', async (on) => {
  const both = async (sharing: 'shared' | 'locked' | 'private', first: string): Promise<string[]> => {
    const mounts: ContainerMount[] = [{ type: 'cache', id: sharing, target: '/c', sharing }];
    const script = `if mkdir /c/one 2>/dev/null; then ${first}; else touch /c/two; echo second; fi`;
    const runs = await Promise.all([on.run(script, { mounts }), on.run(script, { mounts })]);
    return runs.map(({ output }) => output.trim()).sort();
  };
  const waits = 'until test -e /c/two; do sleep 0.05; done; echo first';
  assert.deepEqual(await both('shared', waits), ['first', 'second']);
  const alone = 'sleep 1; rmdir /c/one; echo alone';
  assert.deepEqual(await both('locked', alone), ['alone', 'alone']);
  assert.deepEqual(await both('private', alone), ['alone', 'alone']);
});

containerTest(
  'runs that lock several caches, or one twice, do not wait for each other for ever',
  async (on) => {
    const locked = (id: string, target: string): CacheMount => cache({ id, target, sharing: 'locked' });
    const run = (mounts: readonly ContainerMount[]): Promise<{ readonly exitCode: number }> =>
      on.run('sleep 0.3', { mounts });
    const orders = [
      [locked('one', '/a'), locked('two', '/b/deep')],
      [locked('one', '/b/deep'), locked('two', '/a')],
    ];
    for (const { exitCode } of await Promise.all(orders.map(run))) assert.equal(exitCode, 0);
    const twice = [locked('same', '/a'), cache({ id: 'same', target: '/b' })];
    assert.equal((await on.run('echo x > /a/x; cat /b/x', { mounts: twice })).output, 'x\n');
  },
);

containerTest(
  'an entry for other lock files begins with the newest one, and leaves it as it is',
  async (on) => {
    const see = async (locks: string, script: string, id = 'by-locks'): Promise<string> =>
      (await on.run(script, { mounts: [cache({ id, locks, uid: 7, mode: 0o750 })] })).output;
    const fill =
      'echo 1 > /c/a; ln /c/a /c/b; ln -s a /c/l; mkdir -m 500 /c/d; chown 1000:100 /c/d; mkfifo /c/f';
    assert.equal(await see('one', `${fill}; stat -c %u:%a /c`), '7:750\n');
    const list = 'cd /c; echo $(ls); stat -c "%h %a %u:%g" a b d .; readlink l';
    assert.equal(
      await see('two', `${list}; echo 2 > /c/a; rm /c/b`),
      'a b d f l\n2 644 0:0\n2 644 0:0\n2 500 1000:100\n3 750 7:0\na\n',
    );
    assert.equal(await see('one', 'cat /c/a; ls /c/b'), '1\n/c/b\n', 'the other one is as it was');
    assert.equal(await see('two', 'cat /c/a'), '2\n');
    assert.equal(await see('three', 'cat /c/a'), '2\n', 'the one that was used last');
    assert.equal(await see('three', 'ls /c', 'another-id'), '');
  },
);

test('of one cache a few entries are kept', async (t) => {
  const on = await ContainerBench.open(t, 'own');
  if (!on) return;
  for (let at = 0; at < 6; at++)
    await on.run(`echo ${at} > /c/${at}`, { mounts: [cache({ locks: `${at}` })] });
  const [area] = readdirSync(on.place.store).filter((name) => name !== 'compiled');
  assert.equal(readdirSync(join(on.place.store, area!, 'caches')).length, 4);
  assert.equal((await on.run('echo $(ls /c)', { mounts: [cache({ locks: '5' })] })).output, '0 1 2 3 4 5\n');
});

containerTest(
  'a cache begins with the files of an image, and begins again when they are others',
  async (on) => {
    const seed = (text: string) =>
      on.layer([
        { name: 'seed/', kind: '5', mode: 0o700, uid: 5 },
        { name: 'seed/x', content: text, uid: 6 },
        { name: 'link', kind: '2', link: '/seed' },
        { name: 'file', content: '' },
      ]);
    const see = async (text: string, source: string, script: string): Promise<string> =>
      (await on.run(script, { mounts: [cache({ id: 'from', source, layers: [seed(text)] })] })).output;
    assert.equal(
      await see('1', '/seed', 'cat /c/x; stat -c :%u:%a /c /c/x; echo 2 > /c/x'),
      '1:5:700\n:6:644\n',
    );
    assert.equal(await see('1', '/seed', 'cat /c/x'), '2\n');
    assert.equal(await see('3', '/seed', 'cat /c/x'), '3');
    assert.equal(await see('1', '/', 'cat /c/seed/x'), '1');
    assert.equal(await see('1', '/link', 'cat /c/x'), '1');
    const failure = (source: string): Promise<string> =>
      on.failure('true', { mounts: [cache({ id: 'from', source, layers: [seed('1')] })] });
    assert.match(await failure('/absent'), /cache source \/absent: No such file/);
    assert.match(await failure('/file'), /cache source \/file: Not a directory/);
  },
);
