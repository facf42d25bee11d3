import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { ContainerBench, listLayer, type TestMember, tarOf } from './container-bench.test.ts';
import type { ContainerLayer, ContainerMount, ContainerRun } from './container-request.ts';

const DAY = '1980-01-01 00:00:00';

test('a command runs in the layers, and what it changed is a layer', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
  const script = `
    id -u; hostname; umask; cat /proc/self/comm; test -c /dev/null; test -w /dev/shm; test -r /proc/self/status
    echo new > /data/new; rm /data/old; ln /data/new /data/z; chown 1000:100 /data/z
    mkdir -p /opt/x; ln -s ../data /opt/link; mkfifo -m 620 /opt/fifo
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
    `drwxr-xr-x 0/0 0 ${DAY} "opt/x/"`,
    '-rws--x--x 0/0 0 1970-01-01 01:23:20 "opt/x/of-a-package"',
  ];
  assert.deepEqual(listLayer(ran), expected);
  assert.equal(ran.layer?.entries, expected.length);

  const again = await ContainerBench.open(t, 'own');
  assert.deepEqual(readFileSync((await again!.run(script)).layer!.path), readFileSync(ran.layer!.path));

  const layer: ContainerLayer = { path: ran.layer!.path, diffId: ran.layer!.diffId };
  const seen = await on.run('ls /data /data/sub /opt; stat -c %h:%u /data/z', { layers: [on.base(), layer] });
  assert.equal(
    seen.output.trim().split(/\s+/).join(' '),
    '/data: new sub z /data/sub: a c /opt: fifo link x 2:1000',
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

test('a command that changed nothing leaves no layer', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
  for (const [name, script] of Object.entries(UNCHANGED)) {
    const ran = await on.run(script);
    assert.deepEqual([name, listLayer(ran)], [name, []]);
    assert.ok(!existsSync(join(on.root, 'layer-0.tar')), name);
  }
});

test('a command that fails leaves its code and no layer', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
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

test('USER is looked up in the image', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
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

test('the mounts of a RUN, none of which comes into the layer', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
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

test('a bind of a folder of the host shows that folder, wherever its links lead', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
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

test('mounts that cannot be made say why', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
  for (const [mount, expected] of BAD_MOUNTS)
    assert.match(await on.failure('true', { mounts: [mount] }), expected);
});

test('a mount follows the links of the image, and never those of the machine', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
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

test('cache mounts are shared, locked or private', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
  const both = async (sharing: 'shared' | 'locked' | 'private'): Promise<string[]> => {
    const mounts: ContainerMount[] = [{ type: 'cache', id: sharing, target: '/c', sharing }];
    const script =
      'if mkdir /c/one 2>/dev/null; then sleep 1; rmdir /c/one; echo alone; else echo together; fi';
    const runs = await Promise.all([on.run(script, { mounts }), on.run(script, { mounts })]);
    return runs.map(({ output }) => output.trim()).sort();
  };
  assert.deepEqual(await both('shared'), ['alone', 'together']);
  assert.deepEqual(await both('locked'), ['alone', 'alone']);
  assert.deepEqual(await both('private'), ['alone', 'alone']);
});

test('a network of its own has the loopback alone', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
  const script =
    'tail -n +3 /proc/net/dev | sort | while read name rest; do echo $name; done; cat /etc/hosts';
  const ran = await on.run(script);
  assert.match(ran.output, /^lo:\n127\.0\.0\.1\tlocalhost\n/);
  const host = await on.run(`${script}; cat /etc/resolv.conf`, { network: 'host' });
  assert.ok(host.output.includes(readFileSync('/etc/resolv.conf', 'utf8')));
  assert.equal(host.layer, undefined);
});

test('no device can be opened that the command made itself, nor what the kernel has switches for', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
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
});

test('what no run has used for a while can be removed, and is made again', async (t) => {
  const on = await ContainerBench.open(t, 'own');
  if (!on) return;
  const mounts: ContainerMount[] = [{ type: 'cache', id: 'c', target: '/c' }];
  await on.run('echo x > /c/x', { mounts });
  assert.deepEqual(await on.runner.prune(3_600_000), { ok: true, value: { layers: 0, caches: 0 } });
  let began = (): void => {};
  const beginning = new Promise<void>((resolve) => {
    began = resolve;
  });
  const inUse = on.run('echo began; sleep 3; ls /c >&2', { mounts, onOutput: began });
  await beginning;
  assert.deepEqual(await on.runner.prune(-3_600_000), { ok: true, value: { layers: 0, caches: 0 } });
  assert.equal((await inUse).exitCode, 0);
  assert.deepEqual(await on.runner.prune(-3_600_000), { ok: true, value: { layers: 1, caches: 1 } });
  assert.equal((await on.run('ls /c; echo made', { mounts })).output, 'made\n');
});

test('layers above each other: whiteouts, opaque folders, folders without a member, devices, twice the same', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
  const lower = on.layer([
    { name: 'd/', kind: '5', mode: 0o751, uid: 7, gid: 8, mtime: 2000 },
    { name: 'd/keep', content: 'k' },
    { name: 'd/gone', content: 'g' },
    { name: 'd/deep/', kind: '5', mode: 0o700, mtime: 2000 },
    { name: 'd/deep/x', content: 'x' },
    { name: 'o/', kind: '5' },
    { name: 'o/hidden', content: 'h' },
    { name: 'o/sub/', kind: '5' },
    { name: 'o/sub/hidden', content: 'h' },
    { name: 'dev-like', content: 'a file' },
    { name: 'becomes-folder', content: 'f' },
    { name: 'becomes-file/', kind: '5' },
    { name: 'becomes-file/x', content: 'x' },
  ]);
  const upper = on.layer([
    { name: 'd/.wh.gone' },
    { name: 'd/deep/y', content: 'y' },
    { name: 'o/.wh..wh..opq' },
    { name: 'o/sub/.wh.hidden' },
    { name: 'o/sub/new', content: 'n' },
    { name: 'dev-like', kind: '3' },
    { name: 'becomes-folder/', kind: '5' },
    { name: 'becomes-folder/x', content: 'x' },
    { name: 'becomes-file', content: 'f' },
    { name: '.wh.nothing' },
  ]);
  const script =
    'cd /; find d o dev-like becomes-* 2>/dev/null | sort; stat -c %n:%u:%g:%a:%Y d d/deep; ls o/sub';
  const ran = await on.run(`set +e; ${script}; rm -r /o; true`, { layers: [on.base(), upper, lower, upper] });
  assert.deepEqual(ran.output.trim().split('\n'), [
    'becomes-file',
    'becomes-folder',
    'becomes-folder/x',
    'd',
    'd/deep',
    'd/deep/x',
    'd/deep/y',
    'd/keep',
    'o',
    'o/sub',
    'o/sub/new',
    'd:7:8:751:2000',
    'd/deep:0:0:700:2000',
    'new',
  ]);
  assert.deepEqual(
    listLayer(ran).map((line) => line.split('"')[1]),
    ['.wh.o'],
  );
  assert.equal((await on.run('echo x', { layers: [on.base(), lower, upper] })).layer, undefined);
});

/** Layers that must be refused, or that do no harm: members, and what is said. */
const HOSTILE: Readonly<Record<string, readonly [readonly TestMember[] | Buffer, RegExp]>> = {
  'a path that goes up': [
    [{ name: 'a/../../x', content: 'x' }],
    /a path that leaves the image: a\/\.\.\/\.\.\/x/,
  ],
  'a path of PAX that goes up': [[{ name: 'x', pax: { path: '../x' } }], /leaves the image/],
  'a path through a link': [
    [
      { name: 'l', kind: '2', link: '/etc' },
      { name: 'l/passwd', content: 'x' },
    ],
    /through a symbolic link: l/,
  ],
  'a path through a link upwards': [
    [
      { name: 'l', kind: '2', link: '../../..' },
      { name: 'l/a/b', content: 'x' },
    ],
    /through a symbolic link: l/,
  ],
  'a hard link upwards': [[{ name: 'h', kind: '1', link: '../../etc/passwd' }], /leaves the image/],
  'a hard link to the machine': [
    [{ name: 'h', kind: '1', link: '/etc/shadow' }],
    /hard link to what it lacks: \/etc\/shadow/,
  ],
  'a hard link through a link': [
    [
      { name: 'l', kind: '2', link: '/' },
      { name: 'h', kind: '1', link: 'l/etc/passwd' },
    ],
    /hard link to what it lacks/,
  ],
  'a hard link to a folder': [
    [
      { name: 'd/', kind: '5' },
      { name: 'h', kind: '1', link: 'd' },
    ],
    /what is no file/,
  ],
  'a file where a folder is needed': [
    [
      { name: 'f', content: 'x' },
      { name: 'f/x', content: 'x' },
    ],
    /a file where it needs a folder: f/,
  ],
  'an owner outside of the range': [
    [{ name: 'f', pax: { uid: '4294967295' } }],
    /outside of the range of ids, 4294967295:0: f/,
  ],
  'a name that is too long': [[{ name: 'x', pax: { path: 'n'.repeat(300) } }], /File name too long/],
  'a huge header': [[{ name: 'x', kind: 'x', size: 2 ** 31 }], /a header of more than 1 MiB/],
  'a damaged PAX header': [[{ name: 'x', kind: 'x', content: '99 path=x\n' }], /damaged PAX header/],
  'an unknown kind': [[{ name: 'x', kind: 'M' }], /unknown kind/],
  'an end in the middle': [
    tarOf([{ name: 'x', content: 'x'.repeat(1000) }]).subarray(0, 900),
    /ends in the middle of a file/,
  ],
  'a wrong checksum': [Buffer.from(tarOf([{ name: 'x' }])).fill(65, 0, 1), /wrong checksum/],
  'no tar at all': [Buffer.from('hello'.repeat(300)), /numbers cannot be read|wrong checksum/],
  'a cut gzip': [Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]), /ends in the middle of its gzip stream/],
  zstd: [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), /compressed with zstd, which is not supported/],
  'a whiteout of nothing': [[{ name: 'd/.wh.' }], /whiteout without a name/],
  'a whiteout upwards': [[{ name: 'd/.wh...' }], /whiteout without a name/],
  'a sparse map that overlaps': [
    [
      {
        name: 's',
        content: 'x'.repeat(512),
        pax: { 'GNU.sparse.size': '9999', 'GNU.sparse.map': '0,400,100,112' },
      },
    ],
    /damaged sparse map/,
  ],
  'a sparse file of a pebibyte': [
    [{ name: 's', content: '', pax: { 'GNU.sparse.size': String(2 ** 50), 'GNU.sparse.map': '0,0' } }],
    /File too large|exit 0/,
  ],
};

test('hostile layers are refused with the reason', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
  for (const [name, [content, expected]] of Object.entries(HOSTILE)) {
    const said = await on.failure('true', { layers: [on.base(), on.layer(content as Buffer)] });
    assert.match(said, expected, name);
  }
  const odd = on.layer([{ name: 'x' }]);
  const wrong = { ...odd, diffId: `sha256:${'0'.repeat(64)}` };
  assert.match(
    await on.failure('true', { layers: [wrong] }),
    /holds sha256:[0-9a-f]{64}, not what it should/,
  );
  assert.match(
    await on.failure('true', { layers: [{ ...odd, path: '/nothing' }] }),
    /No such file or directory/,
  );
});

test('odd layers that do no harm are taken', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
  const odd = on.layer([
    { name: '/absolute', content: 'a' },
    { name: './/dot/./x', content: 'd' },
    { name: Buffer.from([0x66, 0xff, 0xfe]), content: 'not UTF-8' },
    { name: 'twice', content: 'first' },
    { name: 'twice', content: 'last' },
    { name: 'again/', kind: '5' },
    { name: 'again/x', content: 'x' },
    { name: 'again', content: 'a file' },
    { name: 'null', kind: '3' },
    { name: 'disk', kind: '4' },
    { name: 'sparse', content: '', pax: { 'GNU.sparse.size': String(2 ** 40), 'GNU.sparse.map': '0,0' } },
    {
      name: 'attributes',
      pax: {
        'SCHILY.xattr.user.a': 'b',
        'SCHILY.xattr.trusted.overlay.opaque': 'y',
        'SCHILY.xattr.user.overlay.opaque': 'y',
      },
    },
    { name: 'setuid', mode: 0o6755, uid: 1000, gid: 100 },
  ]);
  const ran = await on.run(
    'cat /absolute /dot/x /twice /again; echo; ls /f* | od -An -tx1; stat -c %s:%b /sparse; stat -c %a:%u:%g /setuid; ls /null /disk 2>&1 | grep -c "No such"; mv /f* /g',
    { layers: [on.base(), odd] },
  );
  assert.deepEqual(ran.output.trim().split(/\n\s*/), [
    'adlasta file',
    '2f 66 ff fe 0a',
    '1099511627776:0',
    '6755:1000:100',
    '2',
  ]);
});

test('a layer of many files needs little memory', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
  const many = Array.from({ length: 30_000 }, (_, at) => ({ name: `many/${at % 100}/${at}` }));
  const ran = await on.run('find /many | wc -l; rm -r /many', { layers: [on.base(), on.layer(many)] });
  assert.equal(ran.output, '30101\n');
  assert.deepEqual(
    listLayer(ran).map((line) => line.split('"')[1]),
    ['.wh.many'],
  );
});

test('names, attributes and sizes that need more than a plain header', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
  const long = 'n'.repeat(120);
  const ran = await on.run(
    `mkdir -p /new/${long}; cd /new; echo x > ${long}/${long}; ln ${long}/${long} link; ln -s ${long} ${long}-s
    echo x > "$(printf 'f\\377')"; echo x > schön; touch -d @-5 before; chown 3000000:65534 link 2>/dev/null || chown 1:65534 link
    truncate -s 20M sparse; echo x >> sparse; dd if=/dev/zero of=zeros bs=1M count=17 2>/dev/null; truncate -s 1000G hole`,
  );
  const names = listLayer(ran).map((line) => line.split('"')[1]);
  assert.deepEqual(names, [
    'new/',
    'new/before',
    'new/f\\377',
    'new/hole',
    'new/link',
    `new/${long}/`,
    `new/${long}/${long}`,
    `new/${long}-s`,
    'new/sch\\303\\266n',
    'new/sparse',
    'new/zeros',
  ]);
  assert.ok(ran.layer!.sizeBytes < 100_000);
  const layer = { path: ran.layer!.path, diffId: ran.layer!.diffId };
  const seen = await on.run(
    `cd /new; stat -c %s:%h link sparse zeros hole; tail -c 2 sparse; cat ${long}-s/${long}`,
    {
      layers: [on.base(), layer],
    },
  );
  assert.deepEqual(seen.output.trim().split('\n'), [
    '2:2',
    '20971522:1',
    '17825792:1',
    '1073741824000:1',
    'x',
    'x',
  ]);
});

test('known clocks are kept out of the layer, and said', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
  const today = Math.floor(Date.now() / 86_400_000);
  const script = `
    mkdir -p /var/log/apt /var/cache/ldconfig /var/lib/apt/lists /opt/__pycache__
    date +%N > /var/log/apt/history.log; date +%N > /var/log/dpkg.log; date +%N > /var/cache/ldconfig/aux-cache
    date +%N > /etc/machine-id; echo x > /var/log/mine.log
    echo 'alice:!:${today}:0:99999:7:::' > /etc/shadow; echo 'bob:!:19000:0:99999:7:::' >> /etc/shadow
    echo 'x = 1' > /opt/m.py
    { printf '\\247\\r\\r\\n\\0\\0\\0\\0'; printf "$(stat -c %Y /opt/m.py | { read t; printf '\\\\%03o\\\\%03o\\\\%03o\\\\%03o' $((t & 255)) $((t >> 8 & 255)) $((t >> 16 & 255)) $((t >> 24)); })"; printf '\\6\\0\\0\\0code'; } > /opt/__pycache__/m.cpython-311.pyc`;
  const ran = await on.run(script);
  assert.deepEqual(ran.scrubbed, [
    '/etc/machine-id',
    '/etc/shadow',
    '/opt/__pycache__/m.cpython-311.pyc',
    '/var/cache/ldconfig/aux-cache',
    '/var/log/apt/history.log',
    '/var/log/dpkg.log',
  ]);
  const names = listLayer(ran).map((line) => line.split('"')[1]!);
  assert.deepEqual(
    names.filter((name) => !name.endsWith('/')),
    ['etc/shadow', 'opt/__pycache__/m.cpython-311.pyc', 'opt/m.py', 'var/log/mine.log'],
  );
  const layers = [on.base(), { path: ran.layer!.path, diffId: ran.layer!.diffId }];
  const seen = await on.run(
    'cat /etc/shadow; stat -c %Y /opt/m.py; od -An -tu4 -j8 -N4 /opt/__pycache__/*.pyc',
    { layers },
  );
  assert.deepEqual(seen.output.trim().split(/\n\s*/), [
    'alice:!:3652:0:99999:7:::',
    'bob:!:19000:0:99999:7:::',
    '315532800',
    '315532800',
  ]);
});

test('all output arrives, whatever its size, and memory stays', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
  let count = 0;
  const before = process.memoryUsage().rss;
  await on.run('yes 0123456789 | head -c 200000000', {
    onOutput: (bytes) => (count += bytes.length),
  } as Partial<ContainerRun>);
  assert.equal(count, 200_000_000);
  assert.ok(process.memoryUsage().rss - before < 150_000_000);
});

/** Tells a cache mount again and again that it lives, and that it began. */
const BEAT =
  '(while true; do date +%s%N > /beat/new; mv /beat/new /beat/now; sleep 0.05; done) & sleep 1; echo started; sleep 1000';
const BEAT_MOUNT: readonly ContainerMount[] = [{ type: 'cache', id: 'beat', target: '/beat' }];

test('a command that takes too long or is interrupted is gone with all that it started', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
  const mounts = BEAT_MOUNT;
  assert.equal(await on.failure(BEAT, { mounts, timeoutMs: 3000 }), 'did not end within 3 s and was stopped');
  await stands(on);
  const abort = new AbortController();
  const onOutput = (): void => abort.abort();
  assert.equal(await on.failure(BEAT, { mounts, signal: abort.signal, onOutput }), 'was interrupted');
  await stands(on);
  assert.deepEqual(leftovers(on), []);
  assert.equal(await on.failure(BEAT, { mounts, signal: AbortSignal.abort() }), 'was interrupted');
});

/** Fails when something still writes to the cache mount. */
async function stands(on: ContainerBench): Promise<void> {
  const seen = await on.run('cat /beat/now; sleep 0.5; cat /beat/now', { mounts: BEAT_MOUNT });
  const [first, second] = seen.output.trim().split('\n');
  assert.ok(first !== undefined && first === second, 'the command still runs');
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

test('when we are killed the command ends too, and the next run tidies up', async (t) => {
  const on = await ContainerBench.open(t);
  if (!on) return;
  const module = (name: string): string => JSON.stringify(join(import.meta.dirname, '..', name));
  const program = on.path('killed.mjs');
  writeFileSync(
    program,
    `import { openContainerRunner } from ${module('container/index.ts')};
    import { realHost } from ${module('host/index.ts')};
    const place = { ...${JSON.stringify({ ...on.place, host: undefined })}, host: realHost() };
    const opened = await openContainerRunner(place);
    const onOutput = (bytes) => process.stdout.write(bytes);
    await opened.value.run({ ...${JSON.stringify(on.runOf(BEAT, { mounts: BEAT_MOUNT }))}, onOutput });`,
  );
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = (await once(child.stdout, 'data')) as [Buffer];
  assert.equal(String(output), 'started\n');
  child.kill('SIGKILL');
  await once(child, 'exit');
  await new Promise((done) => setTimeout(done, 500));
  await stands(on);
  assert.deepEqual(leftovers(on), []);
});
