/** Actions that misbehave, and builds in which some fail. */
import assert from 'node:assert/strict';
import { existsSync, utimesSync } from 'node:fs';
import { type Component, type Ended, fault, Rig, until } from './rig.ts';

interface Misbehaviour {
  readonly fault: string;
  readonly happens: string;
  readonly component: Component;
  readonly message: RegExp;
  readonly code?: number;
}

const MISBEHAVIOURS: readonly Misbehaviour[] = [
  {
    fault: 'an action reads a file of the workspace that is no input',
    happens: 'the file is not there, and the action fails with its own message',
    component: { command: 'cat ../../build-config.yaml >out.txt' },
    message: /No such file or directory/,
  },
  {
    fault: 'an action writes into the system',
    happens: 'it is refused: a read-only file system',
    component: { command: 'echo x >/usr/bin/mobileops-e2e && echo x >out.txt' },
    message: /Read-only file system/,
  },
  {
    fault: 'a declared output is missing',
    happens: 'the build fails and names it',
    component: { command: 'true' },
    message: /out\.txt/,
  },
  {
    fault: 'an output is a symlink out of the tree',
    happens: 'the build fails and names it',
    component: { command: 'ln -s /etc/passwd out.txt' },
    message: /out\.txt/,
  },
  {
    fault: 'an action prints invalid UTF-8',
    happens: 'it is shown with replacement characters',
    component: { command: "printf 'before\\xff\\xfeafter\\n'; exit 3" },
    message: /before\ufffd\ufffdafter/,
  },
  {
    fault: 'an action prints 1 GB',
    happens: 'its end is shown, and our own output stays below 1 MB',
    component: { command: 'head -c 1000000000 /dev/zero; echo; echo the end; exit 3' },
    message: /the end/,
  },
  {
    fault: 'an action ignores SIGTERM and its time limit passes',
    happens: 'it is killed, and the build says so',
    component: { command: "trap '' TERM; while :; do sleep 1; done", more: '  timeout: 1s\n' },
    message: /within 1\.0s/,
  },
];
for (const { fault: what, happens, component, message, code = 1 } of MISBEHAVIOURS) {
  fault(what, happens, async () => {
    await using rig = new Rig({ bad: component });
    const ended = await rig.run(['build', 'all']);
    assert.equal(ended.code, code, ended.output.slice(-3000));
    assert.match(ended.output, message);
    assert.ok(ended.output.length < 1_000_000);
    await rig.assertNothingLeft();
  });
}

fault('an action forks a daemon', 'the daemon ends with the action', async () => {
  await using rig = new Rig({
    a: { command: 'setsid sleep 1000 >/dev/null 2>&1 </dev/null & echo x >out.txt' },
  });
  await rig.build();
  await rig.assertNothingLeft();
});

const FAILING: Readonly<Record<string, Component>> = {
  first: { command: 'echo why it failed; exit 4' },
  second: { command: 'exit 5' },
  after: { command: 'echo x >out.txt', needs: ['first'] },
  good: { command: 'echo x >out.txt' },
};

function startedLabels({ events }: Ended): string[] {
  return events.filter(({ type }) => type === 'action.started').map(({ payload }) => String(payload.label));
}

fault(
  'two targets fail with --keep-going',
  'the rest is built, what needs them is not started, both are listed',
  async () => {
    await using rig = new Rig(FAILING);
    const ended = await rig.run(['build', 'all', '-k']);
    assert.equal(ended.code, 1);
    assert.deepEqual(startedLabels(ended).sort(), ['component:first', 'component:good', 'component:second']);
    assert.match(ended.output, /why it failed/);
    assert.match(ended.output, /first[\s\S]*exit code 4/);
    assert.match(ended.output, /second[\s\S]*exit code 5/);
    assert.equal(rig.read('dist/components/good/out.txt'), 'x\n');
  },
);

fault('a target fails', 'nothing that needs it is started or put into dist/', async () => {
  await using rig = new Rig(FAILING);
  const ended = await rig.run(['build', 'all', '-j1']);
  assert.equal(ended.code, 1);
  assert.ok(!startedLabels(ended).includes('component:after'));
  assert.ok(!existsSync(rig.path('dist/components/after/out.txt')));
});

const SOURCE: Readonly<Record<string, Component>> = {
  a: {
    command: 'cat source.txt >out.txt',
    files: { 'source.txt': 'one\n' },
    env: `    SEEN: "\${SEEN_VARIABLE:-none}"\n`,
  },
};
const builtOf = (rig: Rig): string => rig.read('dist/components/a/out.txt');

fault(
  'a file is edited again and again, same size, modification time kept',
  'each edit is built',
  async () => {
    await using rig = new Rig(SOURCE);
    await rig.build();
    const time = new Date('2026-01-01T00:00:00Z');
    for (const text of ['two\n', 'six\n', 'ten\n']) {
      rig.write('components/a/source.txt', text);
      utimesSync(rig.path('components/a/source.txt'), time, time);
      await rig.build();
      assert.equal(builtOf(rig), text);
    }
  },
);

for (const time of ['1999-01-01T00:00:00Z', '2099-01-01T00:00:00Z']) {
  fault(
    `a file is edited and its modification time is in ${time.slice(0, 4)}`,
    'the edit is built',
    async () => {
      await using rig = new Rig(SOURCE);
      await rig.build();
      rig.write('components/a/source.txt', 'two\n');
      utimesSync(rig.path('components/a/source.txt'), new Date(time), new Date(time));
      assert.deepEqual((await rig.build()).ran, ['component:a']);
      assert.equal(builtOf(rig), 'two\n');
      assert.deepEqual((await rig.build()).ran, []);
    },
  );
}

fault('an edit is reverted', 'no action runs: the earlier result comes from the store', async () => {
  await using rig = new Rig(SOURCE);
  await rig.build();
  rig.write('components/a/source.txt', 'two\n');
  assert.deepEqual((await rig.build()).ran, ['component:a']);
  rig.write('components/a/source.txt', 'one\n');
  assert.deepEqual((await rig.build()).ran, []);
  assert.equal(builtOf(rig), 'one\n');
});

fault(
  'a variable changes that a target declares',
  'it is built again; one it does not declare changes nothing',
  async () => {
    await using rig = new Rig(SOURCE);
    await rig.build();
    assert.deepEqual((await rig.build({ env: { OTHER_VARIABLE: 'x' } })).ran, []);
    assert.deepEqual((await rig.build({ env: { SEEN_VARIABLE: 'x' } })).ran, ['component:a']);
  },
);

fault('a source is edited while its action runs', 'the next build is right', async () => {
  await using rig = new Rig({
    a: { command: 'cat source.txt >out.txt; exec -a e2e-slow sleep 3', files: { 'source.txt': 'one\n' } },
  });
  const { ended } = rig.start(['build', 'all']);
  await until('the action runs', () => rig.processes('e2e-slow').length > 0);
  rig.write('components/a/source.txt', 'two\n');
  await ended;
  await rig.build();
  assert.equal(builtOf(rig), 'two\n');
});

fault('one processor or two', 'the same bytes', async () => {
  await using one = new Rig(SOURCE);
  await using two = new Rig(SOURCE);
  for (const [rig, jobs] of [
    [one, '-j1'],
    [two, '-j2'],
  ] as const) {
    rig.add({ b: { command: 'id >out.txt' } });
    const { code, output } = await rig.run(['build', 'all', jobs]);
    assert.equal(code, 0, output);
  }
  assert.deepEqual(two.dist(), one.dist());
});

fault('no namespaces (MOBILEOPS_SANDBOX=plain)', 'the same bytes, and no process is left', async () => {
  await using sandboxed = new Rig(SOURCE);
  await using plain = new Rig(SOURCE);
  await sandboxed.build();
  await plain.build({ env: { MOBILEOPS_SANDBOX: 'plain' } });
  assert.deepEqual(plain.dist(), sandboxed.dist());
  await plain.assertNothingLeft();
});
