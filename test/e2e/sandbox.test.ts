/** Actions that reach for the machine, for other actions or for other builds, and builds that share what is kept for both. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Component, fault, Rig, tryKill, until } from './rig.ts';

fault('an action of root writes what the kernel is set to', 'nothing of it can be written', async () => {
  const command =
    "find /proc -path '/proc/[0-9]*' -prune -o -type f -writable -print >out.txt 2>/dev/null || true";
  await using rig = new Rig({ a: { command } });
  await rig.build();
  assert.equal(rig.read('dist/components/a/out.txt'), '');
});

fault('an action changes a device', 'it is refused, and the device serves', async () => {
  const change = 'chmod 666 /dev/full 2>/dev/null || touch -c /dev/full 2>/dev/null';
  const command = `if ${change}; then echo changed; else echo 1 >/dev/null && echo refused; fi >out.txt`;
  await using rig = new Rig({ a: { command } });
  await rig.build();
  assert.equal(rig.read('dist/components/a/out.txt'), 'refused\n');
});

/** As in <linux/keyctl.h>: joins a session, leaves a key there and runs the rest of the line. */
const WITH_KEY = `import ctypes, os, sys
first = {"x86_64": 248}.get(os.uname().machine, 217)
libc = ctypes.CDLL(None)
libc.syscall(first + 2, 1, None)
libc.syscall(first, b"user", b"secret", b"x", 1, -3)
os.execv(sys.argv[1], sys.argv[1:])`;
const SEARCH = `import ctypes, os
first = {"x86_64": 248}.get(os.uname().machine, 217)
print("a key" if ctypes.CDLL(None).syscall(first + 2, 10, -3, b"user", b"secret", 0) > 0 else "none")`;

fault('a secret lies in the keyring of the session', 'actions do not see it', async () => {
  await using rig = new Rig({
    a: { command: 'python3 search.py >out.txt', files: { 'search.py': SEARCH } },
  });
  await rig.build({ around: ['/usr/bin/env', 'python3', '-c', WITH_KEY] });
  assert.equal(rig.read('dist/components/a/out.txt'), 'none\n');
});

fault('an action may use the network', 'it sees certificates and no private keys', async (t) => {
  const command =
    'ls /etc/ssl/certs >/dev/null && if test -e /etc/ssl/private; then echo keys; else echo none; fi >out.txt';
  await using rig = new Rig({ a: { command, more: '  network: true\n' } });
  const { code, output } = await rig.run(['build', 'all']);
  if (/ls: cannot access/.test(output)) return t.skip('not run: no certificates here');
  assert.equal(code, 0, output);
  assert.equal(rig.read('dist/components/a/out.txt'), 'none\n');
});

fault('an output lies too deep for a path', 'the build fails and names it', async () => {
  const dig = 'import os\nfor _ in range(300): os.mkdir("d" * 200); os.chdir("d" * 200)\n';
  await using rig = new Rig({
    a: { command: 'echo 1 >out.txt; cd tree && python3 ../dig.py', files: { 'dig.py': dig, 'tree/f': '' } },
  });
  const { code, output } = await rig.run(['build', 'all']);
  assert.equal(code, 1, output);
  assert.match(output, /tree\/d+/);
  assert.match(output, /more than 3000 bytes/);
});

fault('a folder lies in place of a blob', 'it counts as damage: the next build is right', async () => {
  await using rig = new Rig({ a: { command: 'echo kept >out.txt' } });
  await rig.build();
  const hash = createHash('sha256').update('kept\n').digest('hex');
  const blob = join(rig.cache, 'cas', hash.slice(0, 2), hash);
  rmSync(blob);
  mkdirSync(join(blob, 'folder'), { recursive: true });
  rmSync(rig.path('dist'), { recursive: true });
  await rig.build();
  assert.equal(rig.read('dist/components/a/out.txt'), 'kept\n');
});

const COUNT = 1000;

/** What a component leaves that is large enough to be kept from build to build, and one that looks at it. */
function shared(look: string): Readonly<Record<string, Component>> {
  return {
    many: {
      command: `mkdir d; for i in {1..${COUNT}}; do echo $i text >d/f$i; done`,
      artifact: 'd',
    },
    look: { command: look, needs: ['many'] },
  };
}

const COUNTED = 'ls $DEPS_COMPONENT_MANY/d | wc -l >>out.txt';

fault('two builds fill an empty store with the same files at once', 'both are right', async () => {
  await using rig = new Rig(shared(COUNTED));
  const other = join(rig.folder, 'other');
  rig.add(shared(`: other; ${COUNTED}`), other);
  const ended = await Promise.all([
    rig.run(['build', 'all']),
    rig.run(['build', 'all'], { workspace: other }),
  ]);
  for (const { code, output } of ended) assert.equal(code, 0, output);
  for (const workspace of [rig.workspace, other])
    assert.equal(readFileSync(join(workspace, 'dist/components/look/out.txt'), 'utf8'), `${COUNT}\n`);
});

fault(
  'a file is damaged that an action of another build has mounted',
  'the other build keeps its folder to the end',
  async () => {
    const rest = '1000.4321';
    await using rig = new Rig(shared(`${COUNTED}; sleep ${rest} || true; ${COUNTED}`));
    const other = join(rig.folder, 'other');
    rig.add(shared(`: other; ${COUNTED}`), other);
    const slow = rig.start(['build', 'all']);
    const sleepers = (): number[] => rig.processes(`sleep\0${rest}`);
    await until('the action looks', () => sleepers().length > 0);
    const hash = createHash('sha256').update('7 text\n').digest('hex');
    writeFileSync(join(rig.cache, 'cas', hash.slice(0, 2), hash), 'damage');
    await rig.build({ workspace: other });
    assert.ok(sleepers().length > 0, 'the first build still runs');
    for (const pid of sleepers()) tryKill(pid);
    const { code, output } = await slow.ended;
    assert.equal(code, 0, output);
    assert.equal(rig.read('dist/components/look/out.txt'), `${COUNT}\n${COUNT}\n`);
    assert.equal(readFileSync(join(other, 'dist/components/look/out.txt'), 'utf8'), `${COUNT}\n`);
  },
);
