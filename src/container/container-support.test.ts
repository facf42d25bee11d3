import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiagnostic } from '../base/index.ts';
import type { Host } from '../host/index.ts';
import { fakeEnv, MemoryFileSystem } from '../host/testing.ts';
import { openContainerRunner } from './index.ts';

const PASSWD = 'root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n';

interface Machine {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Partial<Host['env']>;
  readonly absent?: readonly string[];
  /** What the program says to the probe. */
  readonly answer?: unknown;
}

/** What a machine is told, and what the program was asked. */
async function open(machine: Machine): Promise<{ readonly said: string; readonly asked: unknown }> {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/etc');
  for (const [path, text] of Object.entries({ '/etc/passwd': PASSWD, ...machine.files }))
    fs.writeFile(path, text);
  let asked: unknown;
  const processes: Host['processes'] = {
    run: () => Promise.reject(new Error('not used')),
    startDetached: () => {},
    which: (name) => (machine.absent?.includes(name) ? undefined : `/usr/bin/${name}`),
    startLines: (_argv, { onLine }) => ({
      pid: 1,
      send: (line) => {
        asked = JSON.parse(line);
        onLine(JSON.stringify(machine.answer ?? { done: {} }));
      },
      end: () => {},
      kill: () => {},
      exit: Promise.resolve({ code: 0, signal: undefined }),
    }),
  };
  const host = { fs, processes, env: fakeEnv(machine.env) };
  const opened = await openContainerRunner({ host, python: 'python3', program: '/p.py', store: '/store' });
  if (opened.ok) return { said: 'ok', asked };
  assert.equal(opened.failure.cause, 'environment');
  return { said: renderDiagnostic(opened.failure), asked };
}

const CASES: Readonly<Record<string, readonly [Machine, string | RegExp]>> = {
  'root needs no range': [{ env: { userId: 0 } }, 'ok'],
  'a user with a range': [
    { files: { '/etc/subuid': 'bob:1:65536\nalice:200000:65536\n', '/etc/subgid': 'alice:300000:70000\n' } },
    'ok',
  ],
  'a range by number': [
    { files: { '/etc/subuid': '1000:200000:65536\n', '/etc/subgid': '1000:200000:65536\n' } },
    'ok',
  ],
  'no range at all': [
    {},
    'error[container/no-id-range] commands of images need 65536 ids for a user other than root, and alice has none: ' +
      'the line "alice:100000:65536" in /etc/subuid and the line "alice:100000:65536" in /etc/subgid grant them\n' +
      '  help: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 alice',
  ],
  'a range that is too small, beside others': [
    { files: { '/etc/subuid': 'alice:100000:1000\nbob:165536:65536\n', '/etc/subgid': '# none\n' } },
    /"alice:231072:65536" in \/etc\/subuid/,
  ],
  'a range for one kind alone': [
    { files: { '/etc/subuid': 'alice:100000:65536\n' } },
    /"alice:165536:65536"/,
  ],
  'a user of another directory': [
    { env: { userId: 5000, variables: { USER: 'carol' } }, files: { '/etc/subuid': '', '/etc/subgid': '' } },
    /and carol has none/,
  ],
  'no helpers': [
    { absent: ['newgidmap'] },
    /^error\[container\/no-helpers\].*need newgidmap for a user other than root\n {2}help: install the package uidmap/,
  ],
  'no Linux': [{ env: { platform: 'darwin' } }, /^error\[container\/no-linux\]/],
  'no namespaces': [
    { env: { userId: 0 }, answer: { failed: { kind: 'no-namespaces', message: 'Operation not permitted' } } },
    /^error\[container\/no-namespaces\] this machine does not allow what commands of images need: Operation not permitted/,
  ],
  'no overlay on the disk': [
    {
      env: { userId: 0 },
      answer: { failed: { kind: 'unsupported', step: 'overlay', message: 'Invalid argument' } },
    },
    /^error\[container\/no-overlay\].*\n {2}help: MOBILEOPS_CACHE/,
  ],
  'a root with few ids': [
    {
      env: { userId: 0 },
      answer: { failed: { kind: 'unsupported', step: 'owners', message: 'Invalid argument' } },
    },
    /^error\[container\/no-id-range\].*\n {2}help: this root has not all ids/,
  ],
};

for (const [name, [machine, expected]] of Object.entries(CASES)) {
  test(`what a machine is told: ${name}`, async () => {
    const { said } = await open(machine);
    if (typeof expected === 'string') assert.equal(said, expected);
    else assert.match(said, expected);
  });
}

test('the program is told the range', async () => {
  const files = { '/etc/subuid': 'alice:200000:65536\n', '/etc/subgid': 'alice:300000:65536\n' };
  const { asked } = await open({ files });
  assert.deepEqual(asked, {
    op: 'probe',
    store: '/store',
    area: '1000-200000-300000',
    ids: { uid: 1000, uidStart: 200_000, gidStart: 300_000 },
  });
  assert.deepEqual((await open({ env: { userId: 0 } })).asked, {
    op: 'probe',
    store: '/store',
    area: 'root',
    ids: null,
  });
});
