/** What is written down of a command with the machine's network. All servers are on the loopback. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { type ContainerBench, containerTest } from './container-bench.test.ts';
import type { ReachedAddress } from './network-record.ts';

/** A program that any user can start: connect and send by each of the calls. */
const CALLS = `
import socket, sys
port = int(sys.argv[1])
for _ in range(2):
    socket.create_connection(("127.0.0.1", port)).close()
with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as s:
    s.connect_ex(("::ffff:127.0.0.1", 1))
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.sendto(b"x", ("127.0.0.1", 2))
    s.sendmsg([b"x"], [], 0, ("127.0.0.1", 3))
    s.connect(("127.0.0.1", 4))
    s.send(b"not asked about")
with socket.socket(socket.AF_UNIX) as s:
    s.connect_ex("\\0nobody")
    s.connect_ex("/nowhere")
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    s.listen()
`;

function shown(all: readonly ReachedAddress[], names: Readonly<Record<number, string>> = {}): string[] {
  return all.map(
    ({ protocol, host, port = 0, count }) => `${protocol} ${host} ${names[port] ?? port} ${count}`,
  );
}

/** Python of the machine, as it is. */
async function python(on: ContainerBench, script: string, ...words: readonly string[]) {
  const path = on.path('script.py');
  writeFileSync(path, script);
  const machine = ['/usr', '/etc/alternatives'].map(
    (source) => ({ type: 'bind', source, target: source }) as const,
  );
  return on.run('', {
    argv: ['/usr/bin/python3', '/script.py', ...words],
    mounts: [...machine, { type: 'bind', source: path, target: '/script.py' }],
    network: 'host',
    user: 'alice',
  });
}

containerTest('every address that a command names is recorded, and where it listens', async (on, t) => {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const ran = await python(on, CALLS, String(port));
  assert.equal(ran.output, '');
  const { network } = ran;
  assert.ok(network?.isRecorded);
  assert.deepEqual(shown(network.addresses, { [port]: 'SERVER' }).sort(), [
    'tcp 127.0.0.1 1 1',
    'tcp 127.0.0.1 SERVER 2',
    'udp 127.0.0.1 2 1',
    'udp 127.0.0.1 3 1',
    'udp 127.0.0.1 4 1',
    'unix @nobody 0 1',
  ]);
  assert.deepEqual(
    network.listened.map(({ protocol, host }) => `${protocol} ${host}`),
    ['tcp 127.0.0.1'],
  );
  assert.equal(network.missed, 0);
});

containerTest('host names that DNS is asked for are recorded', async (on) => {
  writeFileSync(on.path('resolv.conf'), 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n');
  const resolv = { type: 'bind', source: on.path('resolv.conf'), target: '/etc/resolv.conf' } as const;
  const ran = await on.run('getent ahosts Some.Name.test', { mounts: [resolv], network: 'host' });
  assert.ok(ran.network?.isRecorded);
  assert.deepEqual(ran.network.names, ['some.name.test']);
  assert.ok(ran.network.addresses.some(({ protocol, port }) => protocol === 'udp' && port === 53));
});

containerTest('what passes the record by does not exist, and without network there is none', async (on) => {
  const ring =
    'import ctypes; print(ctypes.CDLL(None, use_errno=True).syscall(425, 1, None), ctypes.get_errno())';
  assert.equal((await python(on, ring)).output, '-1 38\n');
  const closed = await on.run('true');
  assert.equal(closed.network, undefined);
});

/** Calls with any arguments, from threads and from processes that are killed in the middle of one. */
const NONSENSE = `
import ctypes, os, random, signal, socket, threading
libc = ctypes.CDLL(None)
good = ctypes.create_string_buffer(bytes(random.randrange(256) for _ in range(4096)), 4096)
start = ctypes.addressof(good)
words = [0, 1, 16, 64, 2**31, 2**63, 2**64 - 1, start, start + 100, start + 4090]
stream, datagram = socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
def call(count):
    for _ in range(count):
        number = random.choice([42, 44, 46, 50, 307] if os.uname().machine == "x86_64" else [203, 201, 206, 211, 269])
        fd = random.choice([0, 1, 99, -1, stream.fileno(), datagram.fileno()])
        libc.syscall(number, *[ctypes.c_ulong(each) for each in [fd, *random.choices(words, k=5)]])
threads = [threading.Thread(target=call, args=(200,)) for _ in range(4)]
for each in threads: each.start()
for each in threads: each.join()
for _ in range(10):
    pid = os.fork()
    if pid == 0:
        while True: call(10)
    threading.Event().wait(0.01)
    os.kill(pid, signal.SIGKILL)
    os.wait()
print("done")`;

containerTest('calls that name nothing do no harm', async (on) => {
  const ran = await python(on, NONSENSE);
  assert.equal(ran.output, 'done\n');
  assert.ok(ran.network?.isRecorded);
});

containerTest('a thousand addresses are recorded, and the others counted', async (on) => {
  const many = `
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    for port in range(1, 1101):
        s.connect(("127.0.0.1", port))`;
  const { network } = await python(on, many);
  assert.ok(network?.isRecorded);
  assert.deepEqual([network.addresses.length, network.missed], [1000, 100]);
});
