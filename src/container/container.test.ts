import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { ContainerBench, containerTest, listLayer } from './container-bench.test.ts';
import type { ContainerLayer, ContainerMount, ContainerRun } from './container-request.ts';

const DAY = '1980-01-01 00:00:00';

containerTest('a command runs in the layers, and what it changed is a layer', async (on, t) => {
  const script = `
    id -u; hostname; umask; cat /proc/self/comm; test -c /dev/null; test -w /dev/shm; test -r /proc/self/status
    echo new > /data/new; rm /data/old; ln /data/new /data/z; chown 1000:100 /data/z
    mkdir -p /opt/x; ln -s ../data /opt/link; mkfifo -m 620 /opt/fifo; ln /opt/fifo /opt/same
    rm -r /data/sub; mkdir /data/sub; echo a > /data/sub/a; echo c > /data/sub/c
    touch -d @5000 /opt/x/of-a-package; chmod 4711 /opt/x/of-a-package`;
  const ran = await on.run(script);
  assert.equal(ran.output, '0\nbuild\n0022\ncat\n');
  assert.equal(ran.exitCode, 0);
  const expected = [
    `drwxr-xr-x 0/0 0 ${DAY} "data/"`,
    `-rw-r--r-- 1000/100 4 ${DAY} "data/new"`,
    `---------- 0/0 0 ${DAY} "data/.wh.old"`,
    `drwxr-xr-x 0/0 0 ${DAY} "data/sub/"`,
    `---------- 0/0 0 ${DAY} "data/sub/.wh.b"`,
    `-rw-r--r-- 0/0 2 ${DAY} "data/sub/c"`,
    `hrw-r--r-- 1000/100 0 ${DAY} "data/z" link to "data/new"`,
    `drwxr-xr-x 0/0 0 ${DAY} "opt/"`,
    `prw--w---- 0/0 0 ${DAY} "opt/fifo"`,
    `lrwxrwxrwx 0/0 0 ${DAY} "opt/link" -> "../data"`,
    `hrw--w---- 0/0 0 ${DAY} "opt/same" link to "opt/fifo"`,
    `drwxr-xr-x 0/0 0 ${DAY} "opt/x/"`,
    '-rws--x--x 0/0 0 1970-01-01 01:23:20 "opt/x/of-a-package"',
  ];
  assert.deepEqual(listLayer(ran), expected);
  assert.equal(ran.layer?.entries, expected.length);

  const again = await ContainerBench.open(t, 'own');
  assert.deepEqual(readFileSync((await again!.run(script)).layer!.path), readFileSync(ran.layer!.path));

  const layer: ContainerLayer = { path: ran.layer!.path, diffId: ran.layer!.diffId };
  const seen = await on.run('ls /data /data/sub /opt; stat -c %h:%u /data/z /opt/same', {
    layers: [on.base(), layer],
  });
  assert.equal(
    seen.output.trim().split(/\s+/).join(' '),
    '/data: new sub z /data/sub: a c /opt: fifo link same x 2:1000 2:0',
  );
  assert.equal(seen.layer, undefined);
});

const UNCHANGED: Readonly<Record<string, string>> = {
  nothing: 'true',
  'the same bytes again': 'cat /data/old > /tmp/x; cat /tmp/x > /data/old; rm /tmp/x',
  'another time': 'touch /data/old /data/sub /data',
  'a file made and deleted': 'echo > /data/new; rm /data/new',
  'a folder emptied and filled': 'cp -r /data/sub /tmp/s; rm -r /data/sub; mv /tmp/s /data/sub',
  'a mode there and back': 'chmod 700 /data/old /data; chmod 644 /data/old; chmod 755 /data',
  'an owner there and back': 'chown 5:5 /data/old; chown 0:0 /data/old',
  'what is mounted': 'echo x > /etc/hosts; echo x > /dev/shm/x; echo x > /etc/resolv.conf',
};

containerTest('a command that changed nothing leaves no layer', async (on) => {
  for (const [name, script] of Object.entries(UNCHANGED)) {
    const ran = await on.run(script);
    assert.deepEqual([name, listLayer(ran)], [name, []]);
    assert.ok(!existsSync(join(on.root, 'layer-0.tar')), name);
  }
});

containerTest('a command that fails leaves its code and no layer', async (on) => {
  const stale = on.path('stale.tar');
  writeFileSync(stale, 'of an earlier run');
  const ran = await on.run('echo x > /new; exit 7', { out: stale });
  assert.deepEqual([ran.exitCode, ran.layer, existsSync(stale)], [7, undefined, false]);
  assert.equal((await on.run('kill -9 $$')).exitCode, 137);
  assert.equal(
    await on.failure('', { argv: ['nothing-of-that-name'] }),
    'cannot start nothing-of-that-name: No such file or directory',
  );
  assert.equal(
    await on.failure('', { argv: ['a\0b'] }),
    'a word of the command, a variable or a path has a zero byte',
  );
});

/** What `sh` sees as user, groups and home. */
const USERS: Readonly<Record<string, string>> = {
  '': '0:0:0:/root',
  root: '0:0:0:/root',
  alice: '1000:1000:1000 100:/home/alice',
  '1001': '1001:100:100 4:/home/bob',
  'bob:adm': '1001:4:4:/home/bob',
  'bob:7': '1001:7:7:/home/bob',
  '7:8': '7:8:8:/',
  '7': '7:0:0:/',
  carol: "user 'carol' is not in the image's /etc/passwd",
  'alice:none': "group 'none' is not in the image's /etc/group",
  'alice:': "'alice:' lacks a group after the colon",
  '99999999999': "user '99999999999' has an id that is too large",
};

containerTest('USER is looked up in the image', async (on) => {
  for (const [user, expected] of Object.entries(USERS)) {
    let seen: string;
    try {
      seen = (await on.run('echo $(id -u):$(id -g):$(id -G):$HOME', { user })).output.trim();
    } catch (error) {
      seen = (error as Error).message;
    }
    assert.deepEqual([user, seen], [user, expected]);
  }
  const dropped = await on.run(
    'grep CapEff /proc/self/status; touch /home/alice/x; touch /x || echo refused',
    { user: 'alice' },
  );
  assert.match(dropped.output, /CapEff:\s+0{16}\n[\s\S]*refused/);
  assert.match((await on.run('grep CapEff /proc/self/status')).output, /00000000a80425fb/);
  // A filter shuts the keyrings of our caller, and setuid programs work nevertheless.
  const status = await on.run('grep -E "^(Seccomp|NoNewPrivs):" /proc/self/status');
  assert.equal(status.output, 'NoNewPrivs:\t0\nSeccomp:\t2\n');
});

containerTest('the mounts of a RUN, none of which comes into the layer', async (on) => {
  const shared = on.folder('shared');
  writeFileSync(join(shared, 'file'), 'from the host\n');
  const other = on.layer([
    { name: 'inner/', kind: '5' },
    { name: 'inner/f', content: 'of another image\n' },
  ]);
  const mounts: ContainerMount[] = [
    { type: 'bind', source: shared, target: '/not/there/yet' },
    { type: 'bind', source: join(shared, 'file'), target: '/one-file' },
    { type: 'bind', source: shared, target: '/rw', isWritable: true },
    { type: 'bind', source: '/inner', layers: [other], target: '/other' },
    { type: 'cache', id: 'c', target: '/cached/c', uid: 1000, gid: 100, mode: 0o750 },
    { type: 'tmpfs', target: '/data/tmp', sizeBytes: 1 << 20 },
    { type: 'tmpfs', target: '/data/tmp/inside' },
    { type: 'secret', content: Buffer.from('hush-file'), target: '/run/secrets/one', mode: 0o440, gid: 100 },
    { type: 'secret', content: Buffer.from('hush-env'), env: 'TOKEN' },
  ];
  const ran = await on.run(
    `cat /not/there/yet/file /one-file /other/f
    (echo x > /not/there/yet/x) 2>/dev/null || echo read-only
    echo mine > /rw/file; rm -f /rw/nothing; cat /rw/file
    stat -c %u:%g:%a /cached/c; ls /cached/c; echo kept > /cached/c/kept
    echo x > /data/tmp/x; echo x > /data/tmp/inside/x
    stat -c %u:%g:%a /run/secrets/one; cat /run/secrets/one; echo; echo $TOKEN
    echo yes > /data/changed`,
    { mounts },
  );
  assert.deepEqual(ran.output.split('\n'), [
    'from the host',
    'from the host',
    'of another image',
    'read-only',
    'mine',
    '1000:100:750',
    '0:100:440',
    'hush-file',
    'hush-env',
    '',
  ]);
  assert.deepEqual(
    listLayer(ran).map((line) => line.split('"')[1]),
    ['data/', 'data/changed'],
  );
  assert.equal(readFileSync(join(shared, 'file'), 'utf8'), 'from the host\n');
  assert.deepEqual(readdirSync(shared), ['file']);
  const second = await on.run('cat /cached/c/kept', { mounts });
  assert.equal(second.output, 'kept\n');
  assert.ok(!holds(on.root, 'hush-') && !holds(on.place.store, 'hush-'), 'a secret is somewhere on the disk');
});

/** Whether a file below `folder` holds `text`; what the range's owners keep to themselves is left out. */
function holds(folder: string, text: string): boolean {
  return ifReadable(() => readdirSync(folder, { withFileTypes: true }), []).some((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return holds(path, text);
    return entry.isFile() && ifReadable(() => readFileSync(path), Buffer.alloc(0)).includes(text);
  });
}

function ifReadable<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

containerTest('a bind of a folder of the host shows that folder, wherever its links lead', async (on) => {
  const root = on.folder('root');
  mkdirSync(join(root, 'inner'));
  writeFileSync(join(root, 'inner', 'file'), 'inner\n');
  const outside = on.folder('outside');
  writeFileSync(join(outside, 'file'), 'of the host\n');
  symlinkSync('/inner', join(root, 'absolute'));
  symlinkSync(outside, join(root, 'leaving'));
  symlinkSync(`../${basename(outside)}`, join(root, 'climbing'));
  const bind = (source: string): ContainerMount => ({ type: 'bind', root, source, target: '/seen' });
  const shown = (source: string): Promise<string> =>
    on.run('cat /seen/file', { mounts: [bind(source)] }).then(({ output }) => output);
  assert.equal(await shown('/inner'), 'inner\n');
  assert.equal(await shown('/absolute'), 'inner\n');
  for (const source of ['/leaving', '/climbing', '/absent'])
    assert.match(await on.failure('true', { mounts: [bind(source)] }), /bind source .*: No such file/);
});

/** Mounts that are refused, with the reason. */
const BAD_MOUNTS: readonly (readonly [ContainerMount, RegExp])[] = [
  [{ type: 'bind', source: '/nothing/here', target: '/x' }, /bind source \/nothing\/here/],
  [{ type: 'tmpfs', target: '/' }, /over the root/],
  [{ type: 'tmpfs', target: '/data/../..' }, /over the root/],
  [{ type: 'tmpfs', target: '/data/old' }, /\/data\/old is no folder in the image/],
  [{ type: 'tmpfs', target: '/data/old/x' }, /\/data\/old is no folder in the image/],
  [{ type: 'secret', content: Buffer.from('x'), target: '/data' }, /\/data is a folder in the image/],
  [{ type: 'tmpfs', target: 'relative' }, /not an absolute path: relative/],
];

containerTest('mounts that cannot be made say why', async (on) => {
  for (const [mount, expected] of BAD_MOUNTS)
    assert.match(await on.failure('true', { mounts: [mount] }), expected);
});

containerTest('a mount follows the links of the image, and never those of the machine', async (on) => {
  const outside = on.folder('outside');
  const links = on.layer([
    { name: 'abs', kind: '2', link: outside },
    { name: 'up', kind: '2', link: '../../../../../../..' + outside },
    { name: 'loop', kind: '2', link: 'loop' },
  ]);
  const layers = [on.base(), links];
  for (const target of ['/abs/x', '/up/y']) {
    const ran = await on.run(`echo x > ${target}/file; cat ${target}/file`, {
      layers,
      mounts: [{ type: 'tmpfs', target }],
    });
    assert.deepEqual([ran.output, ran.layer], ['x\n', undefined]);
  }
  assert.deepEqual(readdirSync(outside), []);
  assert.match(
    await on.failure('true', { layers, mounts: [{ type: 'tmpfs', target: '/loop/x' }] }),
    /too many symbolic links/,
  );
});

containerTest('a network of its own has the loopback alone', async (on) => {
  const script =
    'tail -n +3 /proc/net/dev | sort | while read name rest; do echo $name; done; cat /etc/hosts';
  const ran = await on.run(script);
  assert.match(ran.output, /^lo:\n127\.0\.0\.1\tlocalhost\n/);
  const host = await on.run(`${script}; cat /etc/resolv.conf`, { network: 'host' });
  assert.ok(host.output.includes(readFileSync('/etc/resolv.conf', 'utf8')));
  assert.equal(host.layer, undefined);
});

containerTest(
  'no device can be opened that the command made itself, nor what the kernel has switches for',
  async (on) => {
    const ran = await on.run(
      `for at in / /dev/ /tmp/ /dev/shm/ /c/ /t/; do
      if mknod $at"made" c 1 3 2>/dev/null && cat $at"made" 2>/dev/null; then echo opened in $at; fi
      rm -f $at"made"
    done
    (echo x > /proc/sysrq-trigger) 2>/dev/null || echo kept
    (echo x > /proc/sys/kernel/hostname) 2>/dev/null || echo kept
    chmod 600 /dev/null 2>/dev/null || echo kept
    (: > /sys/kernel/uevent_helper) 2>/dev/null || echo kept`,
      {
        mounts: [
          { type: 'cache', id: 'dev', target: '/c' },
          { type: 'tmpfs', target: '/t' },
        ],
      },
    );
    assert.equal(ran.output, 'kept\nkept\nkept\nkept\n');
  },
);

test('what no run has used for a while can be removed, and is made again', async (t) => {
  const on = await ContainerBench.open(t, 'own');
  if (!on) return;
  const go = on.folder('go');
  const mounts: ContainerMount[] = [
    { type: 'cache', id: 'c', target: '/c' },
    { type: 'bind', source: go, target: '/go' },
  ];
  await on.run('echo x > /c/x', { mounts });
  assert.deepEqual(await on.runner.prune(3_600_000), { ok: true, value: { layers: 0, caches: 0 } });
  let began = (): void => {};
  const beginning = new Promise<void>((resolve) => {
    began = resolve;
  });
  const untilTold = 'echo began; until test -e /go/on; do sleep 0.05; done; ls /c >&2';
  const inUse = on.run(untilTold, { mounts, onOutput: began });
  await beginning;
  assert.deepEqual(await on.runner.prune(-3_600_000), { ok: true, value: { layers: 0, caches: 0 } });
  writeFileSync(join(go, 'on'), '');
  assert.equal((await inUse).exitCode, 0);
  assert.deepEqual(await on.runner.prune(-3_600_000), { ok: true, value: { layers: 1, caches: 1 } });
  assert.equal((await on.run('ls /c; echo made', { mounts })).output, 'made\n');
});

containerTest('all output arrives, whatever its size, and memory stays', async (on) => {
  let count = 0;
  const before = process.memoryUsage().rss;
  await on.run('yes 0123456789 | head -c 200000000', {
    onOutput: (bytes) => (count += bytes.length),
  } as Partial<ContainerRun>);
  assert.equal(count, 200_000_000);
  assert.ok(process.memoryUsage().rss - before < 150_000_000);
});

/** Tells a cache mount again and again that it lives, and that it began. */
const BEAT = [
  'rm -f /beat/now; (while true; do date +%s%N > /beat/new; mv /beat/new /beat/now; sleep 0.05; done) &',
  'until test -e /beat/now; do sleep 0.05; done; echo started; sleep 1000',
].join(' ');
const BEAT_MOUNT: readonly ContainerMount[] = [{ type: 'cache', id: 'beat', target: '/beat' }];

containerTest(
  'a command that takes too long or is interrupted is gone with all that it started',
  async (on) => {
    const mounts = BEAT_MOUNT;
    assert.equal(
      await on.failure(BEAT, { mounts, timeoutMs: 3000 }),
      'did not end within 3 s and was stopped',
    );
    assert.ok(await stands(on), 'the command still runs');
    const abort = new AbortController();
    const onOutput = (): void => abort.abort();
    assert.equal(await on.failure(BEAT, { mounts, signal: abort.signal, onOutput }), 'was interrupted');
    assert.ok(await stands(on), 'the command still runs');
    assert.deepEqual(leftovers(on), []);
    assert.equal(await on.failure(BEAT, { mounts, signal: AbortSignal.abort() }), 'was interrupted');
  },
);

/** Whether nothing writes to the cache mount any more. */
async function stands(on: ContainerBench): Promise<boolean> {
  const seen = await on.run('cat /beat/now; sleep 0.5; cat /beat/now', { mounts: BEAT_MOUNT });
  const [first, second] = seen.output.trim().split('\n');
  return first !== undefined && first === second;
}

function leftovers(on: ContainerBench): string[] {
  const { store } = on.place;
  return (
    readdirSync(store)
      // What Python compiled lies below the path of its source, which may be in a folder `tmp` too.
      .filter((name) => name !== 'compiled' && existsSync(join(store, name, 'tmp')))
      .flatMap((name) => readdirSync(join(store, name, 'tmp')))
  );
}

for (const how of ['by a start of its own', 'by the fork server']) {
  containerTest(
    `when we are killed the command, begun ${how}, ends too, and the next run tidies up`,
    async (on) => {
      const module = (name: string): string => JSON.stringify(join(import.meta.dirname, '..', name));
      const program = on.path('killed.mjs');
      const processes =
        how === 'by the fork server' ? 'new ForkServer(host.processes, program)' : 'host.processes';
      writeFileSync(
        program,
        `import { ForkServer, openContainerRunner } from ${module('container/index.ts')};
      import { realHost } from ${module('host/index.ts')};
      const host = realHost();
      const { program, ...place } = ${JSON.stringify({ ...on.place, host: undefined })};
      const opened = await openContainerRunner({ ...place, program, host: { ...host, processes: ${processes} } });
      const onOutput = (bytes) => process.stdout.write(bytes);
      await opened.value.run({ ...${JSON.stringify(on.runOf(BEAT, { mounts: BEAT_MOUNT }))}, onOutput });`,
      );
      const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [output] = (await once(child.stdout, 'data')) as [Buffer];
      assert.equal(String(output), 'started\n');
      child.kill('SIGKILL');
      await once(child, 'exit');
      // Its worker hears of it as soon as the machine lets it.
      const end = performance.now() + 60_000;
      while (!(await stands(on)) || leftovers(on).length > 0)
        assert.ok(performance.now() < end, `the command still runs, or left ${leftovers(on)}`);
    },
  );
}
