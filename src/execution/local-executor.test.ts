import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  DEFAULT_RESOURCES,
  encodeAction,
  listTree,
  type PlannedAction,
  type Tree,
  treeFromFiles,
} from '../action/index.ts';
import { DiskCas } from '../cas/index.ts';
import { realHost } from '../host/index.ts';
import { actionEnvironment } from './environment.ts';
import type { ReadyAction, ReadyMount } from './executor.ts';
import { openSandbox, type Sandbox, type SandboxKind } from './sandbox.ts';
import { rootPlaces, visibleRoot } from './visible-root.ts';

const host = realHost();
const script = join(import.meta.dirname, 'launcher.py');
const NETWORK_FILES = ['/etc/hosts', '/etc/ssl/certs', '/etc/ssl/openssl.cnf', '/etc/pki/tls/certs']
  .filter((path) => host.fs.lstat(path))
  .join(' ');
const { root } = visibleRoot(host.fs, rootPlaces(host.fs));

/** Tries to get a /proc that can be written, with all the powers that a nested user namespace gives. */
const MOUNT_PROC = `import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(0x10000000 | 0x20000 | 0x20000000) == 0:
    pid = os.fork()
    if pid:
        os.waitpid(pid, 0)
        os._exit(0)
    if libc.mount(b"none", b"/", None, 16384 | 1 << 18, None) == 0 and libc.mount(b"proc", b"/proc", b"proc", 0, None) == 0:
        os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY)
    elif libc.mount(None, b"/proc", None, 32 | 4096, None) == 0:
        os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY)
print(os.strerror(ctypes.get_errno()))`;

const MARK_FOLDERS = `import fcntl, os, struct
acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", tag, bits, 0xffffffff) for tag, bits in ((1, 6), (4, 0), (32, 0)))
for folder in (".", os.environ["TMPDIR"], os.environ["HOME"]):
    for name, value in (("system.posix_acl_default", acl), ("user.left", b"x")):
        try: os.setxattr(folder, name, value)
        except OSError: pass
    fd = os.open(folder, os.O_RDONLY)
    flags = struct.unpack("q", fcntl.ioctl(fd, 0x80086601, bytes(8)))[0]
    try: fcntl.ioctl(fd, 0x40086602, struct.pack("q", flags | 0x40))
    except OSError: pass`;

/** In the keyring of the session and in that of the user. */
const ADD_KEYS = `import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 248}.get(os.uname().machine, 217)
for ring in (-3, -4): print(os.strerror(ctypes.get_errno()) if libc.syscall(number, b"user", b"left", b"x", 1, ring) < 0 else "a key")`;

/** Folders in folders, the last of which nobody may enter, beside another that is deeper than a process has files open. */
const DIG = `import os
for name, depth in (("d" * 200, 40), ("e", 5000)):
    top = os.open(".", os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name)
        os.chdir(name)
    os.mkdir("f", 0)
    os.fchdir(top)`;

interface Run {
  readonly files?: Readonly<Record<string, string>>;
  readonly command: string;
  readonly outputs?: readonly string[];
  readonly mounts?: readonly {
    readonly at: string;
    readonly files: Readonly<Record<string, string>>;
    readonly access: ReadyMount['access'];
  }[];
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly network?: boolean;
  readonly staging?: PlannedAction['staging'];
}

class Rig {
  readonly store = mkdtempSync(join(tmpdir(), 'mobileops-test-'));
  readonly cas = new DiskCas({ fs: host.fs, clock: host.clock, env: host.env, root: this.store });
  sandbox: Sandbox | undefined;
  problem = '';

  async open(kind: SandboxKind, more: { readonly memoryLeaveBytes?: number } = {}): Promise<void> {
    const machine = () => Promise.resolve(root);
    const place = { host, cas: this.cas, store: this.store, script };
    const opened = await openSandbox({ ...place, machine, kind, ...more });
    if (typeof opened === 'string') this.problem = opened;
    else this.sandbox = opened;
  }

  async close(): Promise<void> {
    await this.sandbox?.close();
    const sessions = readdirSync(join(this.store, 'sessions'));
    rmSync(this.store, { recursive: true });
    assert.deepEqual(sessions, [], 'a session was left');
  }

  slotsOnDisk(): number {
    const [session = ''] = readdirSync(join(this.store, 'sessions'));
    return readdirSync(join(this.store, 'sessions', session)).filter((name) => /^a\d/.test(name)).length;
  }

  tree(files: Readonly<Record<string, string>>): Tree {
    const leaves = Object.entries(files).map(([path, text]) => {
      const isExecutable = path.endsWith('*');
      return [isExecutable ? path.slice(0, -1) : path, { digest: this.cas.put(text), isExecutable }] as const;
    });
    return treeFromFiles(new Map(leaves));
  }

  /** The exit code or failure, what was printed, and the captured files with their texts. */
  async run(run: Run): Promise<{ end: number | string; output: string; files: Record<string, string> }> {
    const work = this.tree(run.files ?? {});
    const planned: PlannedAction = {
      id: 'test',
      owner: undefined,
      mnemonic: 'Test',
      description: 'test',
      argv: ['bash', '-c', run.command],
      env: {},
      work: { kind: 'tree', tree: work },
      mounts: [],
      outputs: run.outputs ?? [''],
      network: run.network ?? false,
      timeoutMs: run.timeoutMs ?? 60_000,
      resources: DEFAULT_RESOURCES,
      staging: run.staging ?? 'overlay',
      isCacheable: true,
    };
    const env = actionEnvironment({ timezone: 'Europe/Berlin', locale: 'C.UTF-8' }, {});
    const command = { argv: planned.argv, env, outputPaths: planned.outputs, workingDirectory: 'w' };
    const encoded = encodeAction({
      command,
      inputRoot: work.digest,
      timeoutMs: 0,
      isCacheable: true,
      salt: '',
      platform: {},
    });
    const mounts = (run.mounts ?? []).map(({ at, files, access }) => ({
      at,
      tree: this.tree(files),
      access,
    }));
    const action: ReadyAction = { planned, work, mounts, env, encoded };
    const outcome = await this.sandbox!.executor.execute(action, run.signal ?? new AbortController().signal);
    if (!outcome.ok) {
      return {
        end: outcome.failure.failure.kind,
        output: Buffer.from(outcome.failure.output).toString(),
        files: {},
      };
    }
    const { result, outputTree } = outcome.value;
    return {
      end: result.exitCode,
      output: Buffer.from(this.cas.get(result.stdout)!).toString(),
      files: this.texts(outputTree),
    };
  }

  texts(tree: Tree): Record<string, string> {
    return Object.fromEntries(
      listTree(tree).map((entry) =>
        'symlink' in entry
          ? [entry.path, `-> ${entry.symlink}`]
          : [
              entry.path + (entry.isExecutable ? '*' : ''),
              Buffer.from(this.cas.get(entry.digest)!).toString(),
            ],
      ),
    );
  }
}

for (const kind of ['namespaces', 'plain'] as const) {
  describe(`local executor, ${kind}`, () => {
    const rig = new Rig();
    before(() => rig.open(kind));
    after(() => rig.close());

    const check = (
      name: string,
      run: Run,
      expected: { end?: number | string; output?: string | RegExp; files?: Record<string, string> },
    ): void => {
      test(name, async (t) => {
        if (!rig.sandbox) return t.skip(`not run: namespaces do not work here (${rig.problem})`);
        const actual = await rig.run(run);
        assert.equal(actual.end, expected.end ?? 0, actual.output);
        if (typeof expected.output === 'string') assert.equal(actual.output, expected.output);
        else if (expected.output) assert.match(actual.output, expected.output);
        if (expected.files) assert.deepEqual(actual.files, expected.files);
      });
    };

    check(
      'captures what was added, changed and deleted',
      {
        files: { a: '1', b: '2', 'd/c': '3', 'd/e': '4', 'run.sh*': 'x' },
        command:
          'echo new > n; echo 22 > b; rm a; rm d/e; chmod +x d/c; ln -s d/c link; mkdir -p x/y; echo z > x/y/z',
      },
      { files: { b: '22\n', 'd/c*': '3', link: '-> d/c', n: 'new\n', 'run.sh*': 'x', 'x/y/z': 'z\n' } },
    );
    check(
      'a folder that is removed and made again hides the old one',
      {
        files: { 'd/old': '1', 'd/sub/old': '2' },
        command: 'rm -r d; mkdir d; echo 3 > d/new',
      },
      { files: { 'd/new': '3\n' } },
    );
    check(
      'a file replaced by a folder, and the other way round',
      {
        files: { a: '1', 'b/c': '2' },
        command: 'rm -r a b; mkdir a; echo 3 > a/x; echo 4 > b',
      },
      { files: { 'a/x': '3\n', b: '4\n' } },
    );
    check('a renamed folder', { files: { 'a/b/c': '1' }, command: 'mv a z' }, { files: { 'z/b/c': '1' } });
    check(
      'only the declared outputs',
      { command: 'mkdir out; echo 1 > out/a; echo 2 > other', outputs: ['out'] },
      { files: { 'out/a': '1\n' } },
    );
    check(
      'a declared output that is absent fails',
      { command: 'true', outputs: ['out'] },
      { end: 'missing-output' },
    );
    check('an exit code is a result', { command: 'echo no; exit 7' }, { end: 7, output: 'no\n' });
    check(
      'standard output and error keep their order',
      { command: 'echo 1; echo 2 >&2; echo 3' },
      { output: '1\n2\n3\n' },
    );
    check(
      'the environment is ours',
      { command: 'echo $TZ $SOURCE_DATE_EPOCH $LC_ALL $(umask) $HOST_SECRET' },
      { output: 'Europe/Berlin 315532800 C.UTF-8 0022\n' },
    );
    check(
      'inputs have fixed times and modes',
      {
        files: { f: '1', 'x*': '2' },
        command: 'stat -c "%n %a %Y" f x; stat -c "%a" $TMPDIR',
      },
      { output: 'f 644 315532800\nx 755 315532800\n700\n' },
    );
    check(
      'plain tar is deterministic',
      {
        files: { b: '1', a: '2' },
        command:
          'touch c; tar -czf 1.tgz a b c; sleep 1.1; touch c; tar -czf 2.tgz a b c; cmp 1.tgz 2.tgz && echo same',
      },
      { output: 'same\n' },
    );
    check(
      'a mount is read at its place',
      {
        command: 'cat /deps/component/x/f /w/node_modules/m; echo 1 > node_modules/scratch',
        mounts: [
          { at: '/deps/component/x', files: { f: 'dep ' }, access: 'read-only' },
          { at: '/w/node_modules', files: { m: 'mod' }, access: 'scratch' },
        ],
      },
      { output: 'dep mod', files: {} },
    );
    check(
      'a process left behind is ended',
      { command: '(setsid sleep 1000 &) ; echo done' },
      { output: 'done\n' },
    );
    check(
      'a time limit ends what ignores SIGTERM',
      { command: 'trap "" TERM; echo started; while true; do sleep 0.1; done', timeoutMs: 2000 },
      { end: 'timeout', output: 'started\n' },
    );
    check('invalid UTF-8 is kept as bytes', { command: "printf 'a\\377b'" }, { output: 'a\ufffdb' });
    check(
      'a long output is cut in the middle',
      { command: 'head -c 30000000 /dev/zero | tr "\\0" x; echo end' },
      { output: /^x+\n\[mobileops: \d+ bytes of output left out\]\nx+end\n$/ },
    );
    check('a FIFO cannot be an output', { command: 'mkfifo p' }, { end: 'unsupported-output' });
    check(
      'a folder that forbids reading is captured all the same',
      { command: 'mkdir d; echo 1 > d/f; chmod 000 d/f; chmod 000 d' },
      { files: { 'd/f': '1\n' } },
    );
    check(
      'what lies too deep for a path is refused, and removed',
      { command: `python3 -c '${DIG}'` },
      { end: 'unsupported-output' },
    );
    check(
      'a program that is not there',
      { command: 'exec /nonexistent' },
      { end: 127, output: /nonexistent/ },
    );
    test('the next action sees nothing of the last one', async (t) => {
      if (!rig.sandbox) return t.skip(`not run: namespaces do not work here (${rig.problem})`);
      const look = 'ls -A $TMPDIR $HOME | grep -v : | tr -d "\\n"; ls -A';
      const command = `${look}; echo 1 > $TMPDIR/a; echo 2 > $HOME/b`;
      // More than there are folders that rest before they are used again.
      for (let round = 0; round < 12; round++) {
        const { end, output } = await rig.run({ command });
        assert.deepEqual([end, output], [0, '']);
      }
    });

    test('an interrupt ends the action', async (t) => {
      if (!rig.sandbox) return t.skip(`not run: namespaces do not work here (${rig.problem})`);
      const controller = new AbortController();
      const running = rig.run({ command: 'echo started; sleep 1000', signal: controller.signal });
      setTimeout(() => controller.abort(), 200);
      assert.equal((await running).end, 'interrupted');
    });
    test('what is too large for memory is run again on the disk', async (t) => {
      if (!rig.sandbox) return t.skip(`not run: namespaces do not work here (${rig.problem})`);
      const freeBytes = host.env.platform === 'linux' ? host.fs.freeBytes('/dev/shm') : 0;
      if (freeBytes < 2 ** 30) return t.skip('not run: no memory for files here');
      const large = new Rig();
      await large.open(kind, { memoryLeaveBytes: freeBytes - 64 * 2 ** 20 });
      const small = await large.run({ command: 'echo 1 > f' });
      const before = large.slotsOnDisk();
      // In memory it waits to be noticed, and is then run anew elsewhere.
      const inMemory = 'test "$(stat -f -c %T "$TMPDIR")" = tmpfs';
      const run = {
        command: `head -c 128M /dev/zero > f; if ${inMemory}; then sleep 10; fi; rm f; echo end`,
      };
      const { end, output } = await large.run(run);
      const after = large.slotsOnDisk();
      await large.close();
      assert.deepEqual([small.files, before], [{ f: '1\n' }, 0]);
      assert.deepEqual([end, output, after], [0, 'end\n', 1]);
    });
    test('what an action leaves on the folders themselves is gone with them', async (t) => {
      if (!rig.sandbox) return t.skip(`not run: namespaces do not work here (${rig.problem})`);
      await rig.run({ command: `python3 -c '${MARK_FOLDERS}'` });
      const look = `python3 -c 'import os
for folder in (".", os.environ["TMPDIR"], os.environ["HOME"]): print(os.listxattr(folder))'; touch f; chmod +x f; stat -c %a f; umask 0; touch g; stat -c %a g; lsattr -d $TMPDIR | cut -d" " -f1 | tr -d e-`;
      const seen = new Set<string>();
      for (let count = 0; count < 12; count++) seen.add((await rig.run({ command: look })).output);
      assert.deepEqual([...seen], ['[]\n[]\n[]\n755\n666\n\n']);
    });
    test('a lost input is named', async (t) => {
      if (!rig.sandbox) return t.skip(`not run: namespaces do not work here (${rig.problem})`);
      const work = rig.tree({ gone: 'a text that will be removed from the store' });
      rmSync(rig.cas.fileOf(work.files[0]!.digest, false)!);
      const actual = await rig.run({ files: { gone: 'another' }, command: 'true' });
      assert.equal(actual.end, 0);
    });

    if (kind === 'plain') return;
    check(
      'the root is read-only',
      { command: 'touch /usr/x /x /deps/x /etc/x 2>/dev/null; echo $?' },
      { output: '1\n' },
    );
    check(
      'a read-only mount cannot be written',
      {
        command: 'echo 1 > /deps/component/x/f',
        mounts: [{ at: '/deps/component/x', files: { f: 'dep' }, access: 'read-only' }],
      },
      { end: 1, output: /Read-only file system/ },
    );
    check(
      'nor made writable',
      {
        command: 'mount -o remount,bind,rw /deps/component/x; unshare -m true; echo 1 > /deps/component/x/f',
        mounts: [{ at: '/deps/component/x', files: { f: 'dep' }, access: 'read-only' }],
      },
      { end: 1, output: /permission denied[\s\S]*Operation not permitted[\s\S]*Read-only file system/i },
    );
    check(
      'the process that started the action leads nowhere',
      {
        command:
          'ls -d /proc/1/fd/*/.. /proc/1/root/usr /proc/1/cwd/usr 2>/dev/null; grep CapEff /proc/self/status',
      },
      { output: 'CapEff:\t00000000000004fb\n' },
    );
    check(
      'the host is out of sight',
      {
        command:
          'ls -d /root /home/* /opt/* /usr/local/* /work /srv 2>/dev/null; ls /proc | grep -c "^[0-9]"',
      },
      { output: /^\d\n$/ },
    );
    check(
      'there is no network but loopback',
      {
        command:
          'cat /proc/net/dev | grep -c :; python3 -c "import socket; s = socket.socket(); s.bind((\'127.0.0.1\', 0)); s.listen(); socket.create_connection(s.getsockname(), 1)" && echo lo',
      },
      { output: '1\nlo\n' },
    );
    check(
      'an action with network sees certificates, but no private keys',
      {
        network: true,
        command: `for path in ${NETWORK_FILES}; do test -s $path || echo lacks $path; done; ls -d /etc/ssl/private /etc/pki/tls/private 2>/dev/null`,
      },
      { end: 2, output: '' },
    );
    test('a network is used again only when nothing was left in it', async (t) => {
      if (!rig.sandbox) return t.skip(`not run: namespaces do not work here (${rig.problem})`);
      const speak =
        'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); socket.create_connection(s.getsockname(), 1)';
      const look =
        'readlink /proc/self/ns/net; cat /proc/net/snmp /proc/net/netstat; tail -n +2 /proc/net/tcp';
      const seen: string[] = [];
      for (const command of [look, look, `python3 -c '${speak}'`, look, look])
        seen.push((await rig.run({ command })).output);
      assert.equal(seen[1], seen[0]);
      assert.equal(seen[4], seen[3]);
      const withoutName = (text = ''): string => text.slice(text.indexOf('\n'));
      assert.equal(withoutName(seen[3]), withoutName(seen[0]));
    });
    check(
      'what the kernel is set to cannot be changed, so the next one finds the same',
      { command: 'echo 5 > /proc/sys/net/ipv4/ip_default_ttl' },
      { end: 1, output: /Read-only file system/ },
    );
    check(
      'nothing of the kernel can be written, whoever calls',
      {
        command:
          'find /proc -path "/proc/[0-9]*" -prune -o -type f -writable -print 2>/dev/null; for file in sysrq-trigger sys/kernel/core_pattern; do test -e /proc/$file && : >>/proc/$file; done; grep -o " /proc ro," /proc/self/mountinfo',
      },
      { output: /^(bash: line 1: \/proc\/\S+ Read-only file system\n){0,2} \/proc ro,\n$/ },
    );
    check(
      'nor through a namespace of its own',
      { command: `python3 -c '${MOUNT_PROC}'` },
      { output: /^(Operation not permitted|Read-only file system|Invalid argument)\n$/ },
    );
    check(
      'keys of the kernel lead nowhere, neither to the caller nor to the next action',
      { command: `python3 -c '${ADD_KEYS}'` },
      { output: 'Function not implemented\nFunction not implemented\n' },
    );
    check(
      'devices can be read and written, but are what they are',
      {
        command:
          'echo 1 >/dev/null; echo 1 >>/dev/zero; echo 1 2>/dev/null >/dev/full || echo full; for name in zero random urandom; do head -c 1 /dev/$name | wc -c; done; for node in /dev/full /dev/tty; do chmod 666 $node; chown 0 $node; touch -c $node; done 2>&1 | grep -c "Read-only file system"',
      },
      { output: /^(bash: .*\n)?full\n1\n1\n1\n6\n$/ },
    );
    check(
      'what is printed through /proc/self/fd arrives',
      { command: 'echo 1 >/dev/stdout; echo 2 >/proc/self/fd/2; cat < <(echo 3)' },
      { output: '1\n2\n3\n' },
    );
    check(
      'everybody is root inside, and cannot become anyone else',
      { command: 'id -u; chown 1 /tmp 2>/dev/null || echo no' },
      { output: '0\nno\n' },
    );
    test('groups of a root user are left behind', async (t) => {
      if (host.env.userId !== 0) return t.skip('not run: only root can leave its groups');
      const before = process.getgroups!();
      const member = new Rig();
      try {
        process.setgroups!([4, 27]);
        await member.open(kind);
      } finally {
        process.setgroups!(before);
      }
      if (!member.sandbox) return t.skip(`not run: namespaces do not work here (${member.problem})`);
      const { output } = await member.run({ command: 'id -G' });
      await member.close();
      assert.equal(output, '0\n');
    });
    check(
      'a copy where an action asks for one',
      { files: { 'a/b': '1' }, command: 'mv a z; ln z/b hard; echo 2 > hard; cat z/b', staging: 'copy' },
      { output: '2\n', files: { hard: '2\n', 'z/b': '2\n' } },
    );
    check(
      'the store cannot be reached through an input',
      { files: { f: 'kept' }, command: 'echo changed > f' },
      { files: { f: 'changed\n' } },
    );
    check('and still has what it had', { files: { f: 'kept' }, command: 'cat f' }, { output: 'kept' });
  });
}
