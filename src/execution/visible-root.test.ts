import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryFileSystem } from '../host/testing.ts';
import type { ContentMemo } from './root-scan.ts';
import { rootPlaces, visibleRoot } from './visible-root.ts';

const FILES: Readonly<Record<string, string>> = {
  '/var/lib/dpkg/status': 'Package: bash\nVersion: 5.2\n',
  '/var/lib/dpkg/info/bash.list':
    '/.\n/usr\n/usr/bin\n/usr/bin/bash\n/usr/share\n/usr/share/owned\n/usr/share/owned/text\n/usr/share/man\n/lib\n/lib/owned\n/lib/x86_64-linux-gnu\n',
  '/usr/bin/bash': 'program of bash',
  '/usr/bin/python3.13': 'program of python',
  '/usr/lib/owned/data': 'data of a package',
  '/usr/lib/node_modules/npm/index.js': 'put there by hand',
  '/usr/lib/x86_64-linux-gnu/libc.so.6': 'library',
  '/usr/local/bin/tool': 'own tool',
  '/usr/share/owned/text': 'text',
  '/usr/share/stray/text': 'text that no package owns',
  '/usr/share/man/man1/bash.1': 'manual',
  '/etc/ssl/openssl.cnf': 'settings',
  '/etc/fonts/conf.d/10.conf': 'fonts',
  '/etc/mime.types': 'text/plain txt',
  '/etc/passwd': 'someone',
  '/etc/java-21-openjdk/security': 'policy',
  '/home/tester/notes': 'notes',
  '/opt/vendor/tool': 'vendor',
};
const LINKS: Readonly<Record<string, string>> = {
  '/bin': 'usr/bin',
  '/lib': 'usr/lib',
  '/usr/bin/editor': '/etc/alternatives/editor',
  '/etc/alternatives/editor': '/usr/bin/bash',
  '/etc/localtime': '/nowhere',
};

function put(fs: MemoryFileSystem, path: string, text: string): void {
  fs.makeDirectory(path.slice(0, path.lastIndexOf('/')));
  fs.writeFile(path, text, 0o755);
}

function machine(): MemoryFileSystem {
  const fs = new MemoryFileSystem();
  for (const [path, text] of Object.entries(FILES)) put(fs, path, text);
  fs.makeDirectory('/etc/alternatives');
  for (const [path, target] of Object.entries(LINKS)) fs.symlink(target, path);
  return fs;
}

function relink(fs: MemoryFileSystem, target: string, path: string): void {
  fs.unlink(path);
  fs.symlink(target, path);
}

type Seen = ReturnType<typeof visibleRoot>;

function see(fs: MemoryFileSystem, memo?: ContentMemo): Seen {
  return visibleRoot(fs, rootPlaces(fs), { before: memo });
}

/** As the store keeps it between builds. */
function kept({ memo }: Seen): ContentMemo {
  return JSON.parse(JSON.stringify(memo)) as ContentMemo;
}

/** The change is seen, or not, whether or not the scan remembers the one before. */
function check(what: string, change: (fs: MemoryFileSystem) => void, isSeen: boolean): void {
  test(`${what}: ${isSeen ? 'another' : 'the same'} fingerprint`, () => {
    const fs = machine();
    const before = see(fs);
    change(fs);
    for (const memo of [undefined, kept(before)]) {
      const { root } = see(fs, memo);
      assert.equal(root.fingerprint !== before.root.fingerprint, isSeen);
    }
  });
}

const seen: Readonly<Record<string, (fs: MemoryFileSystem) => void>> = {
  'a package is upgraded': (fs) => put(fs, '/var/lib/dpkg/status', 'Package: bash\nVersion: 5.3\n'),
  'the package database goes away': (fs) => fs.remove('/var/lib/dpkg'),
  'a program changes in place, same size, time put back': (fs) => {
    const { mtimeMs } = fs.lstat('/usr/bin/bash')!;
    put(fs, '/usr/bin/bash', 'program of hash');
    fs.setTimes('/usr/bin/bash', mtimeMs);
  },
  'a program is replaced by rename, same size, time put back': (fs) => {
    const { mtimeMs } = fs.lstat('/usr/bin/bash')!;
    fs.replaceFile('/usr/bin/bash', 'program of hash', 0o755);
    fs.setTimes('/usr/bin/bash', mtimeMs);
  },
  'a program is no longer executable': (fs) => fs.chmod('/usr/bin/bash', 0o644),
  'a program is added': (fs) => put(fs, '/usr/bin/gcc', 'compiler'),
  'a program is removed': (fs) => fs.unlink('/usr/bin/python3.13'),
  'an alternatives link changes': (fs) => relink(fs, '/usr/bin/python3.13', '/etc/alternatives/editor'),
  'a link to a program changes': (fs) => relink(fs, '/usr/bin/bash', '/usr/bin/editor'),
  'a link beside /usr changes': (fs) => relink(fs, 'usr/sbin', '/bin'),
  'a shown file of /etc changes': (fs) => put(fs, '/etc/mime.types', 'text/plain text'),
  'a file deep in a shown folder of /etc changes': (fs) => put(fs, '/etc/fonts/conf.d/10.conf', 'others'),
  'a file of a versioned folder of /etc changes': (fs) => put(fs, '/etc/java-21-openjdk/security', 'none'),
  'a shown folder is added to /etc': (fs) => put(fs, '/etc/python3/debian_config', 'x'),
  'a library is added': (fs) => put(fs, '/usr/lib/x86_64-linux-gnu/libssl.so.3', 'x'),
  'a library is removed': (fs) => fs.unlink('/usr/lib/x86_64-linux-gnu/libc.so.6'),
  'a library changes in place': (fs) => put(fs, '/usr/lib/x86_64-linux-gnu/libc.so.6', 'lubrary'),
  'a header is added': (fs) => put(fs, '/usr/include/x.h', 'x'),
  'a file of a package changes in place, same size': (fs) => put(fs, '/usr/share/owned/text', 'tixt'),
  'a file of a package is no longer executable': (fs) => fs.chmod('/usr/share/owned/text', 0o644),
  'a file is put beside those of a package': (fs) => put(fs, '/usr/share/owned/stray', 'x'),
};
for (const [what, change] of Object.entries(seen)) check(what, change, true);

const notSeen: Readonly<Record<string, (fs: MemoryFileSystem) => void>> = {
  'nothing changes': () => {},
  'a program is touched': (fs) => fs.setTimes('/usr/bin/bash', 5),
  'a program is written again with the same bytes': (fs) => put(fs, '/usr/bin/bash', 'program of bash'),
  'something in /usr/local changes': (fs) => put(fs, '/usr/local/bin/tool', 'new'),
  'something is added to /usr/local': (fs) => put(fs, '/usr/local/lib/x.so', 'new'),
  'a folder that no package owns changes': (fs) => put(fs, '/usr/share/stray/text', 'new'),
  'a folder beside a package in /usr/lib changes': (fs) => put(fs, '/usr/lib/node_modules/npm/x.js', 'new'),
  'a manual changes': (fs) => put(fs, '/usr/share/man/man1/bash.1', 'new'),
  'what only the network needs changes': (fs) => put(fs, '/etc/ssl/openssl.cnf', 'new'),
  'something in /opt changes': (fs) => put(fs, '/opt/vendor/tool', 'new'),
  'something in /home changes': (fs) => put(fs, '/home/tester/notes', 'new'),
  'a file of /etc that is not shown changes': (fs) => put(fs, '/etc/passwd', 'new'),
  'a folder that is not shown is added to /etc': (fs) => put(fs, '/etc/nginx/nginx.conf', 'new'),
};
for (const [what, change] of Object.entries(notSeen)) check(what, change, false);

test('what no package owns is hidden; what packages own, and links that lead somewhere, are shown', () => {
  const { root } = see(machine());
  assert.deepEqual(root.empty, ['/usr/lib/node_modules', '/usr/local', '/usr/share/man', '/usr/share/stray']);
  assert.deepEqual(root.links, { '/bin': 'usr/bin', '/lib': 'usr/lib' });
  assert.deepEqual(root.binds, [
    '/usr',
    '/etc/alternatives',
    '/etc/fonts',
    '/etc/java-21-openjdk',
    '/etc/mime.types',
  ]);
});

test('a folder that a package comes to own is shown from then on', () => {
  const fs = machine();
  const before = see(fs);
  put(fs, '/var/lib/dpkg/info/stray.list', '/usr/share/stray\n/usr/share/stray/text\n');
  put(fs, '/var/lib/dpkg/status', 'Package: bash\nPackage: stray\n');
  const { root } = see(fs, kept(before));
  assert.ok(!root.empty.includes('/usr/share/stray'));
});

test('a second scan with the memory of the first reads no content', () => {
  const fs = machine();
  const before = see(fs);
  fs.calls.length = 0;
  const after = see(fs, kept(before));
  assert.deepEqual(after, before);
  const reads = fs.calls.filter(
    ({ operation, path }) =>
      ['open', 'read', 'readFile', 'readText'].includes(operation) && !path.startsWith('/var/lib/dpkg'),
  );
  assert.deepEqual(reads, []);
});

test('after one change only the changed file is read, and what is gone is forgotten', () => {
  const fs = machine();
  const before = see(fs);
  put(fs, '/usr/bin/bash', 'another program');
  fs.unlink('/usr/bin/python3.13');
  fs.calls.length = 0;
  const { memo } = see(fs, kept(before));
  const opened = fs.calls
    .filter(({ operation, path }) => operation === 'open' && path.startsWith('/usr'))
    .map(({ path }) => path);
  assert.deepEqual(opened, ['/usr/bin/bash']);
  const programs = Object.keys(memo.files).filter((key) => key.startsWith('/usr/bin/'));
  assert.deepEqual(programs.length, 1);
});

test('a file that cannot be read counts as such, and as itself once it can', () => {
  const readable = see(machine());
  const fs = machine();
  fs.addFault({ operation: 'open', path: /python3/, code: 'EACCES' });
  const unreadable = see(fs);
  assert.notEqual(unreadable.root.fingerprint, readable.root.fingerprint);
  assert.equal(see(fs, kept(unreadable)).root.fingerprint, unreadable.root.fingerprint);
  fs.clearFaults();
  fs.chmod('/usr/bin/python3.13', 0o755);
  assert.equal(see(fs, kept(unreadable)).root.fingerprint, readable.root.fingerprint);
});

for (const [what, remove] of [
  ['no package database', '/var/lib/dpkg'],
  ['a database without lists', '/var/lib/dpkg/info'],
] as const) {
  test(`${what}: only what is known to be made by hand is hidden`, () => {
    const fs = machine();
    fs.remove(remove);
    assert.deepEqual(see(fs).root.empty, ['/usr/lib/node_modules', '/usr/local', '/usr/share/man']);
  });
}

test('a machine with next to nothing has a fingerprint', () => {
  const { root } = see(new MemoryFileSystem());
  assert.match(root.fingerprint, /^[0-9a-f]{64}$/);
  assert.deepEqual(root.binds, ['/usr']);
});

test('a file of a package that changed with size and time put back shows once it was seen before', () => {
  const fs = machine();
  const before = see(fs);
  const { mtimeMs } = fs.lstat('/usr/share/owned/text')!;
  put(fs, '/usr/share/owned/text', 'tixt');
  fs.setTimes('/usr/share/owned/text', mtimeMs);
  const changed = see(fs, kept(before));
  assert.notEqual(changed.root.fingerprint, before.root.fingerprint);
  assert.equal(see(fs, kept(changed)).root.fingerprint, changed.root.fingerprint);
});

test('what another disk showed says nothing', () => {
  const fs = machine();
  const before = see(fs);
  const memo = { ...kept(before), disk: 'another' };
  assert.equal(see(fs, memo).root.fingerprint, before.root.fingerprint);
});

test('what only actions with network see has a fingerprint of its own', () => {
  const fs = machine();
  const before = see(fs);
  put(fs, '/etc/ssl/openssl.cnf', 'new');
  assert.notEqual(see(fs).root.networkFingerprint, before.root.networkFingerprint);
});

test('of a folder that one package fills with thousands of files only its own mode counts', () => {
  const fs = machine();
  const names = Array.from({ length: 2100 }, (_, index) => `/usr/lib/vast/${index}`);
  put(fs, '/var/lib/dpkg/info/vast.list', ['/usr/lib/vast', ...names].join('\n'));
  for (const name of names) put(fs, name, 'x');
  const before = see(fs);
  put(fs, '/usr/lib/vast/7', 'y');
  assert.equal(see(fs).root.fingerprint, before.root.fingerprint);
  assert.ok(!before.root.empty.includes('/usr/lib/vast'));
  fs.remove('/usr/lib/vast');
  assert.notEqual(see(fs).root.fingerprint, before.root.fingerprint);
});

test('of the network files no folder with private keys, and where links lead counts', () => {
  const fs = machine();
  put(fs, '/etc/ssl/private/host.key', 'secret');
  put(fs, '/etc/ssl/certs/ca.crt', 'certificate');
  put(fs, '/run/resolve/resolv.conf', 'nameserver 1.1.1.1');
  fs.symlink('/run/resolve/resolv.conf', '/etc/resolv.conf');
  const before = see(fs).root;
  assert.deepEqual(before.networkFiles, ['/etc/resolv.conf', '/etc/ssl/certs', '/etc/ssl/openssl.cnf']);
  put(fs, '/etc/ssl/private/host.key', 'another');
  assert.equal(see(fs).root.networkFingerprint, before.networkFingerprint);
  put(fs, '/run/resolve/resolv.conf', 'nameserver 2.2.2.2');
  assert.notEqual(see(fs).root.networkFingerprint, before.networkFingerprint);
  assert.equal(see(fs).root.fingerprint, before.fingerprint);
});
