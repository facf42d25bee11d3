/** `image run` by the real program: what a command sees, how it is ended, its health, its ports. */
import assert from 'node:assert/strict';
import { chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { imageTar, type TestMember, tarOf } from '../src/container/container-bench.test.ts';
import type { WrittenImage } from '../src/inspection/testing.ts';
import { until } from './e2e/rig.ts';
import { processesWith, type RunRig, runTest, serverProgram } from './run-rig.ts';

const PATH = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin';

/** The programs of the machine, with `sh` and its kin. */
function shellImage(config: object = {}, members: readonly TestMember[] = []): WrittenImage {
  return { layers: [imageTar(), tarOf(members)], config: { config: { Env: [PATH], ...config } } };
}

const SEES = `
echo pid $$ user $(id -u):$(id -g):$(id -G) home $HOME host $(hostname) $HOSTNAME dir $(pwd) own $OWN $GIVEN
echo to stderr >&2; echo to the device > /dev/stdout
stat -c %u:%a /new/volume /data; touch /data/mine || echo refused
(echo x > /sys/kernel/mm/x) 2>/dev/null || echo read-only
ls /proc > /tmp/seen; grep -c '^[0-9]' /tmp/seen
cat`;

runTest('a command sees the image and what it says', async (rig) => {
  rig.image('seen.layout', {
    ...shellImage({
      Entrypoint: ['/bin/sh', '-c'],
      Cmd: [SEES],
      User: 'alice',
      WorkingDir: '/made/here',
      Env: [PATH, 'OWN=of the image'],
      Volumes: { '/new/volume': {}, '/data': {} },
    }),
  });
  const seen = await rig.run(['./seen.layout', '-q', '-e', 'GIVEN', '-e', 'OWN=ours'], {
    input: 'from outside\n',
    env: { GIVEN: 'given' },
  });
  assert.deepEqual(seen.out.split('\n'), [
    'pid 1 user 1000:1000:1000 100 home /home/alice host seen-layout seen-layout dir /made/here own ours given',
    'to the device',
    '0:755',
    '0:755',
    'refused',
    'read-only',
    '2',
    'from outside',
    '',
  ]);
  assert.equal(seen.err, "to stderr\ntouch: cannot touch '/data/mine': Permission denied\n");
  assert.equal(seen.code, 0);
  const root = ['./seen.layout', '--entrypoint', '/bin/sh', '--'];
  assert.equal((await rig.run([...root, '-c', 'echo $0 $1', 'a', 'b'])).out, 'a b\n');
  assert.deepEqual(rig.leftovers(), []);
});

/** Scripts and their exit codes. */
const ENDS: readonly (readonly [string, number])[] = [
  ['exit 7', 7],
  ['kill -TERM $$; exit 8', 8],
  ['/bin/sh -c "kill -9 \\$\\$"', 137],
  ['echo x > /data/new; ls /data', 0],
  ['ls /data/new', 2],
  ['yes | head -c 3000000 | wc -c >&2; yes | head -c 3000000', 0],
];

runTest(
  'a command ends as it ends, and what it wrote is gone',
  async (rig) => {
    rig.image('sh', shellImage({ Entrypoint: ['/bin/sh', '-c'] }));
    for (const [script, code] of ENDS) {
      const ended = await rig.run(['./sh', '--', script]);
      assert.equal(ended.code, code, `${script}: ${ended.err}`);
      if (script.startsWith('yes')) assert.equal(ended.out.length, 3_000_000);
    }
  },
  ['root'],
);

const FILES: readonly TestMember[] = [
  { name: 'text', content: 'no program', mode: 0o755 },
  { name: 'plain', content: 'no program' },
  { name: 'script', content: '#!/no/interpreter\n', mode: 0o755 },
];

const REFUSED: readonly (readonly [readonly string[], number, RegExp])[] = [
  [
    ['absent'],
    127,
    /^error\[container\/no-program\] cannot start absent: the image has no such program in its PATH/,
  ],
  [['/absent'], 127, /\/absent: the image has no such program\n/],
  [['/script'], 127, /\/script: the image lacks the interpreter or the loader that it names/],
  [['/text'], 126, /^error\[container\/not-executable\].*it is not a program that this machine can run/],
  [['/plain'], 126, /cannot start \/plain: Permission denied/],
];

runTest(
  'what cannot be started says why, as a whole',
  async (rig) => {
    rig.image('image', shellImage({}, FILES));
    rig.image('nobody', shellImage({ User: 'carol', Cmd: ['true'] }));
    for (const [words, code, said] of REFUSED) {
      const ended = await rig.run(['./image', '-q', '--', ...words]);
      assert.match(ended.err.replace('./image: ', ''), said);
      assert.deepEqual([ended.code, ended.out], [code, ''], ended.err);
    }
    const unknown = await rig.run(['./nobody']);
    assert.match(unknown.err, /cannot-start\] user 'carol' is not in the image's \/etc\/passwd/);
    assert.equal(unknown.code, 2);
    rig.image('odd', shellImage({ Cmd: ['\ud800'] }));
    const odd = await rig.run(['./odd', '-q']);
    assert.match(
      odd.err,
      /not-executable\] cannot start \\ud800: a word of it or a variable cannot be handed/,
    );
    const foreign = shellImage({ Cmd: ['true'] });
    rig.image('foreign', { ...foreign, config: { ...foreign.config, architecture: 'unheard-of' } });
    const refused = await rig.run(['./foreign']);
    assert.match(refused.err, /foreign-architecture\] the image is for unheard-of.*binfmt_misc/);
    assert.equal(refused.code, 3);
    assert.deepEqual(rig.leftovers(), []);
  },
  ['root'],
);

runTest(
  'a layer is held against its diff id, and one in an archive is copied once',
  async (rig) => {
    const image = shellImage({ Cmd: ['ls', '/data'] });
    rig.image('damaged', {
      ...image,
      compress: (tar) => Buffer.concat([tar.subarray(0, -512), Buffer.alloc(1024)]),
    });
    const damaged = await rig.run(['./damaged']);
    assert.match(damaged.err, /layer sha256:\w{12} holds sha256:\w+, not what it should/);
    assert.equal(damaged.code, 2);
    rig.image('good', image);
    const members = readdirSync(rig.path('good'), { recursive: true, withFileTypes: true });
    const files = members.filter((each) => each.isFile()).map((each) => `${each.parentPath}/${each.name}`);
    const archive = files.map((path) => ({
      name: path.slice(rig.path('good/').length),
      content: readFileSync(path),
    }));
    writeFileSync(rig.path('good.tar'), tarOf(archive));
    for (let count = 0; count < 2; count++) assert.equal((await rig.run(['./good.tar'])).out, 'old\nsub\n');
  },
  ['root'],
);

const TRAP = `trap 'echo stopped; exit 5' USR1; echo ready; while true; do sleep 0.1; done`;
const DEAF = `trap 'echo not now' TERM; echo ready; while true; do sleep 0.1; done`;

runTest(
  'asked to end it gets its STOPSIGNAL, then SIGKILL',
  async (rig) => {
    rig.image('trap', shellImage({ Cmd: ['sh', '-c', TRAP], StopSignal: 'SIGUSR1' }));
    rig.image('deaf', shellImage({ Cmd: ['sh', '-c', DEAF] }));
    rig.image('lost', shellImage({ Cmd: ['sh', '-c', 'echo ready; exec sleep 1000'] }));
    for (const [name, signal, code, said] of [
      ['trap', 'SIGTERM', 5, 'ready\nstopped\n'],
      ['trap', 'SIGINT', 5, 'ready\nstopped\n'],
      ['deaf', 'SIGTERM', 137, 'ready\nnot now\n'],
      ['lost', 'SIGTERM', 137, 'ready\n'],
    ] as const) {
      const going = rig.start([`./${name}`, '--stop-timeout', name === 'deaf' ? '1s' : '60s']);
      await going.says(/ready/);
      going.child.kill(signal);
      const { code: ended, out, err } = await going.ended;
      assert.match(err, /: stopping it with SIG(?:TERM|USR1); a second Ctrl-C kills it\n$/);
      assert.deepEqual([name, ended, out], [name, code, said]);
    }
    assert.deepEqual(rig.leftovers(), []);
  },
  ['root'],
);

runTest('when we are killed, nothing of it is left', async (rig) => {
  const word = `7${Date.now()}`;
  // It gives up what its parent's death would tell it, as gosu and others do.
  const script = `setpriv --reuid 1000 --clear-groups sleep ${word} & (sleep ${word} &); exec sleep ${word}`;
  rig.image('sleeper', shellImage({ Cmd: ['sh', '-c', script] }));
  const going = rig.start(['./sleeper']);
  await until('all three sleep', () => processesWith(word, 'sleep').length === 3);
  going.child.kill('SIGKILL');
  await going.ended;
  await until('none is left', () => processesWith(word).length === 0);
  await until('their folders are gone', () => rig.leftovers().length === 0);
});

const SECOND = 1e9;
const BEGIN = `trap 'exit 0' TERM; sleep 1; touch /tmp/ready; while true; do sleep 0.1; done`;

interface HealthCase {
  readonly check: object;
  readonly cmd?: string;
  readonly words?: string;
  readonly code: number;
  readonly said: RegExp;
}

/** As many as a busy machine may need until something else decides. */
const PATIENT = { Retries: 1000 };
const shell = (line: string): object => ({ Test: ['CMD-SHELL', line], Interval: SECOND });

const HEALTH: Readonly<Record<string, HealthCase>> = {
  'the user, the variables and the processes are those of the command': {
    check: {
      ...shell('test -e /tmp/ready && test $(id -un):$OWN = bob:own && test -d /proc/1 && test $$ -lt 1000'),
      ...PATIENT,
    },
    code: 0,
    said: /x: starting\nx: healthy after \d+\.\ds\n$/,
  },
  'a probe that says no': {
    check: { ...shell('echo not \u001b[31mthis; exit 3'), Interval: SECOND / 5, Retries: 2 },
    code: 1,
    said: /x: unhealthy after .*: the probe ended with 3: not this\nx: error\[container\/unhealthy\]/,
  },
  'a probe that takes too long is killed with what it started': {
    check: { ...shell('echo began; sleep 1000 & sleep 1000'), Timeout: 2 * SECOND, Retries: 1 },
    code: 1,
    said: /unhealthy after .*: the probe took too long: began\n/,
  },
  'a probe that is not there': {
    check: { Test: ['CMD', '/absent'], Interval: SECOND / 10, Retries: 1 },
    code: 1,
    said: /the probe ended with 127: cannot start \/absent: the image has no such program/,
  },
  'a probe that cannot be': {
    check: { Test: ['CMD', 'a\0b'], Interval: SECOND / 10, Retries: 1 },
    code: 1,
    said: /the probe ended with 126: cannot start ab: a word of it or a variable cannot be handed/,
  },
  'a command that ends before': {
    check: { ...shell('false'), ...PATIENT },
    cmd: 'sleep 0.5; exit 9',
    code: 1,
    said: /error\[container\/not-healthy\] its command ended after .* with exit code 9, before it was healthy/,
  },
  'no longer than that': {
    check: { ...shell('false'), Interval: 100 * SECOND },
    words: '--timeout 3s',
    code: 1,
    said: /error\[container\/not-healthy\] not healthy after \d+\.\d*s: the probe ended with 1\n/,
  },
};

runTest(
  'its health, told as it changes and as an exit code',
  async (rig) => {
    for (const [name, { check, cmd = BEGIN, words, code, said }] of Object.entries(HEALTH)) {
      rig.image(
        name,
        shellImage({ Cmd: ['sh', '-c', cmd], User: 'bob', Env: [PATH, 'OWN=own'], Healthcheck: check }),
      );
      const ended = await rig.run([`./${name}`, '--until-healthy', ...(words?.split(' ') ?? [])]);
      assert.match(ended.err.replaceAll(`./${name}: `, 'x: '), said);
      assert.equal(ended.code, code, name);
    }
    const [first] = Object.keys(HEALTH);
    const json = await rig.run([`./${first}`, '--until-healthy', '--json', '-q']);
    const { exitCode, verdict, health, process: ended } = JSON.parse(json.out);
    assert.deepEqual([exitCode, verdict, health, ended], [0, 'healthy', 'healthy', { exitCode: 0 }]);
    assert.deepEqual(rig.leftovers(), []);
  },
  ['root'],
);

async function ask(port: number, bytes: Buffer): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.end(bytes);
  return text(socket);
}

runTest('a static program in an image of its own, by a port of this machine', async (rig, t) => {
  const program = serverProgram(rig);
  if (!program) return t.skip('not run: cc cannot make a static program');
  const members: TestMember[] = [{ name: 'server', content: program, mode: 0o755 }];
  const Healthcheck = { Test: ['CMD', '/server', 'get', '80'], Interval: SECOND };
  const config = {
    Entrypoint: ['/server'],
    Cmd: ['serve', '80'],
    User: '7000:8',
    StopSignal: '3',
    Healthcheck,
  };
  rig.image('server.1', { layers: [tarOf(members)], config: { config } });
  const going = rig.start(['./server.1', '-p', '0:80', '-p', '[::1]:0:80', '-p', '81']);
  const [, port] = await going.says(/port 80 is at 127\.0\.0\.1:(\d+)\n/);
  await going.says(/port 80 is at \[::1\]:\d+\n/);
  const [, other] = await going.says(/port 81 is at 127\.0\.0\.1:(\d+)\n/);
  await going.says(/listening/);
  assert.equal(await ask(Number(port), Buffer.from('abc')), '3 bytes for uid 7000, pid 1\n');
  const large = Buffer.alloc(20_000_000);
  const answers = await Promise.all([large, large, large].map((bytes) => ask(Number(port), bytes)));
  assert.deepEqual(new Set(answers), new Set(['20000000 bytes for uid 7000, pid 1\n']));
  assert.equal(await ask(Number(other), Buffer.alloc(1)).catch(() => ''), '');
  const taken = await rig.run(['./server.1', '-p', `${port}:80`]);
  assert.match(taken.err, /error\[container\/port-taken\] port \d+ of 127\.0\.0\.1: Address already in use/);
  assert.equal(taken.code, 3);
  await going.says(/healthy after/);
  going.child.kill('SIGTERM');
  assert.equal((await going.ended).code, 42);
  assert.equal((await rig.run(['./server.1', '--until-healthy'])).code, 0);
});

runTest('a folder of the machine, to read or to write', async (rig) => {
  rig.image('sh', shellImage({ Entrypoint: ['/bin/sh', '-c'] }));
  const shared = rig.path('home/shared');
  mkdirSync(shared);
  rig.write('home/shared/given', 'given\n');
  chownToHome(rig, shared);
  const script = 'cat /in/given /one; echo made > /out/made; (echo x > /in/x) 2>/dev/null || echo read-only';
  const mounts = [
    '-v',
    './home/shared:/in:ro',
    '-v',
    './home/shared:/out',
    '-v',
    './home/shared/given:/one:ro',
  ];
  const ended = await rig.run(['./sh', ...mounts, '--', script]);
  assert.equal(ended.out, 'given\ngiven\nread-only\n');
  assert.equal(readFileSync(`${shared}/made`, 'utf8'), 'made\n');
});

function chownToHome(rig: RunRig, path: string): void {
  const { uid, gid } = statSync(rig.path('home'));
  chownSync(path, uid, gid);
}

/** Starts a command at a terminal of 30 lines, and answers each text in turn that it waits for. */
const AT_TERMINAL = `
import fcntl, json, os, pty, signal, struct, sys, termios
signal.alarm(120)
pid, fd = pty.fork()
if pid == 0:
    os.execvp("sh", ["sh", "-c", 'stty -g; "$@"; echo code $?; stty -g', "sh", *sys.argv[2:]])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 90, 0, 0))
seen, at = b"", 0
for wanted, keys in [*json.loads(sys.argv[1]), (None, "")]:
    while wanted is None or wanted.encode() not in seen[at:]:
        try:
            data = os.read(fd, 1 << 16)
        except OSError:
            data = b""
        if not data:
            break
        seen += data
    at = len(seen)
    os.write(fd, keys.encode()) if keys else None
sys.stdout.buffer.write(seen)
`;

runTest('a terminal of its own, and ours as it was afterwards', async (rig) => {
  rig.image('sh', shellImage({ Cmd: ['sh'], User: 'alice' }));
  const keys = [
    ['$ ', 'stty size\r'],
    ['30 90\r\n', 'sh -c "echo asleep; exec sleep 1000"\r'],
    ['asleep\r\n', '\u0003'],
    ['$ ', 'echo still $((1 + 1)); exit 9\r'],
  ];
  const around = ['python3', '-c', AT_TERMINAL, JSON.stringify(keys)];
  const { out } = await rig.run(['./sh', '-it'], { around });
  const lines = out.replaceAll('\r', '').trimEnd().split('\n');
  assert.match(out, /still 2/);
  assert.equal(lines.at(-2), 'code 9');
  assert.equal(lines.at(-1), lines[0]);
  const refused = await rig.run(['./sh', '-it']);
  assert.match(refused.err, /error\[container\/no-terminal\]/);
  assert.equal(refused.code, 2);
});
