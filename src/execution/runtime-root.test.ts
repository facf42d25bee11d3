import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { DiskCas } from '../cas/index.ts';
import { realHost } from '../host/index.ts';
import { MemoryFileSystem } from '../host/testing.ts';
import { ownProbeAction } from './probe-action.ts';
import { canRunOwn } from './probe-sandbox.ts';
import { runtimeRoot } from './runtime-root.ts';
import { openSandbox } from './sandbox.ts';

const MAPS = `55d0-55d1 r--p 00000000 08:01 11 /opt/node/bin/node
55d1-55d2 r-xp 00001000 08:01 11 /opt/node/bin/node
7f00-7f01 r-xp 00000000 08:01 12 /usr/lib/m/libc.so.6
7f02-7f03 r-xp 00000000 08:01 13 /usr/lib/m/libstdc++.so.6.0.30
7f04-7f05 r--p 00000000 08:01 13 /usr/lib/m/libstdc++.so.6.0.30
7f06-7f07 r-xp 00000000 08:01 14 /usr/lib/m/ld-linux.so.2
7f08-7f09 rw-p 00000000 00:00 0
7f0a-7f0b r-xp 00000000 00:00 0 [vdso]
`;

function machine(texts: Readonly<Record<string, string>> = {}): MemoryFileSystem {
  const fs = new MemoryFileSystem();
  for (const folder of ['/proc/self', '/usr/lib/m', '/usr/lib64', '/store']) fs.makeDirectory(folder);
  const files = {
    'libc.so.6': 'c',
    'libstdc++.so.6.0.30': 'c++',
    'ld-linux.so.2': 'ld',
    'libz.so.1': 'z',
    ...texts,
  };
  for (const [name, text] of Object.entries(files)) fs.writeFile(`/usr/lib/m/${name}`, text);
  fs.writeFile('/proc/self/maps', MAPS);
  fs.symlink('usr/lib64', '/lib64');
  fs.symlink('/usr/lib/m/ld-linux.so.2', '/usr/lib64/ld-linux.so.2');
  fs.symlink('libstdc++.so.6.0.30', '/usr/lib/m/libstdc++.so.6');
  return fs;
}

const rootOf = (fs: MemoryFileSystem) => runtimeRoot(fs, '/store/runtime.json');

test('the root of our own commands is what Node has loaded, with the links that lead to it', () => {
  const root = rootOf(machine());
  assert.deepEqual(root?.binds, [
    '/usr/lib/m/ld-linux.so.2',
    '/usr/lib/m/libc.so.6',
    '/usr/lib/m/libstdc++.so.6.0.30',
  ]);
  assert.deepEqual(root.links, {
    '/lib64': 'usr/lib64',
    '/usr/lib64/ld-linux.so.2': '/usr/lib/m/ld-linux.so.2',
    '/usr/lib/m/libstdc++.so.6': '/usr/lib/m/libstdc++.so.6.0.30',
  });
  assert.equal(rootOf(new MemoryFileSystem()), undefined, 'without /proc nothing can be told');
});

test('another byte in one of them is another root; one that Node has not loaded is not', () => {
  const before = rootOf(machine())?.fingerprint;
  assert.notEqual(rootOf(machine({ 'libc.so.6': 'C' }))?.fingerprint, before);
  assert.equal(rootOf(machine({ 'libz.so.1': 'Z' }))?.fingerprint, before);
});

test('what is remembered is believed as long as the files have the stats that they had', () => {
  const fs = machine();
  const before = rootOf(fs);
  assert.deepEqual(rootOf(fs), before);
  fs.writeFile('/usr/lib/m/libc.so.6', 'longer');
  assert.notEqual(rootOf(fs)?.fingerprint, before?.fingerprint);
});

const SEEN = `const fs = require('node:fs');
const below = (path) => fs.readdirSync(path, { withFileTypes: true }).flatMap((each) =>
  each.isDirectory() ? below(path + '/' + each.name) : [path + '/' + each.name]);
console.log(JSON.stringify(['/usr', '/etc', '/opt', '/bin', '/home'].flatMap((path) => fs.existsSync(path) ? below(path) : [])));`;

test('our own commands find nothing else of the host', async (t) => {
  const host = realHost();
  const store = mkdtempSync(join(tmpdir(), 'mobileops-test-'));
  t.after(() => rmSync(store, { recursive: true }));
  const cas = new DiskCas({ fs: host.fs, clock: host.clock, env: host.env, root: store });
  const script = join(import.meta.dirname, 'launcher.py');
  const runtime = runtimeRoot(host.fs, join(store, 'runtime.json'));
  if (!runtime) return t.skip(`not run: no /proc/self/maps on ${host.env.platform}`);
  const options = { host, cas, store, script, runtime };
  if (!(await canRunOwn(options))) return t.skip('not run: no namespaces on this machine');
  const seesOthers = () => assert.fail('the machine was looked at');
  const sandbox = await openSandbox({ ...options, kind: 'namespaces', machine: seesOthers });
  assert.ok(typeof sandbox === 'object');
  t.after(() => sandbox.close());
  const action = ownProbeAction(cas, host.env.nodePath, SEEN);
  const outcome = await sandbox.executor.execute(action, new AbortController().signal);
  assert.ok(outcome.ok);
  const seen: string[] = JSON.parse(Buffer.from(cas.get(outcome.value.result.stdout)!).toString());
  const own = [
    '/etc/group',
    '/etc/hosts',
    '/etc/machine-id',
    '/etc/mtab',
    '/etc/nsswitch.conf',
    '/etc/passwd',
  ];
  const links = Object.keys(runtime.links).filter((path) => /^\/(usr|etc|opt|bin|home)\//.test(path));
  const shown = runtime.binds.filter((path) => path.startsWith('/usr/'));
  assert.deepEqual(seen.sort(), [...shown, ...links, ...own].sort());
});
