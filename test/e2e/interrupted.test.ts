/** Builds that are ended from outside, at any point. */
import assert from 'node:assert/strict';
import { type Component, fault, Rig, randomNumbers, SEED, type Started, tryKill, until } from './rig.ts';

const KILLS = Number(process.env.MOBILEOPS_KILLS ?? 10);
const MARK = 'e2e-sleeper';

/** A chain and leaves, each with children of its own that outlive their parent's interest in them. */
function platform(version: string): Record<string, Component> {
  const command = `sleep 300 & head -c 100000 /dev/zero >out.txt; echo ${version} >>out.txt; sleep 0.05; kill %1`;
  const one = (needs: readonly string[]): Component => ({ command, needs });
  return { a: one([]), b: one(['a']), c: one(['b']), d: one([]), e: one(['d']) };
}

/** One action that starts children and never ends. */
const ENDLESS: Readonly<Record<string, Component>> = {
  endless: {
    command: `(exec -a ${MARK} sleep 1000) & (trap '' TERM INT; exec -a ${MARK} sleep 1000) & setsid bash -c 'exec -a ${MARK} sleep 1000' & wait`,
  },
};
const ENDS = { endless: { command: 'echo done >out.txt' } };

async function running(rig: Rig): Promise<Started> {
  const started = rig.start(['build', 'all']);
  await until('the action and its children run', () => rig.processes(MARK).length >= 3);
  return started;
}

fault(
  'kill -9 of the tool at a random point of a build',
  'no process is left, and the next build gives the same bytes as an undisturbed one',
  async (t) => {
    t.diagnostic(`MOBILEOPS_SEED=${SEED}`);
    const random = randomNumbers('kill');
    await using undisturbed = new Rig(platform('x'));
    await undisturbed.build();
    await using rig = new Rig(platform('first'));
    await rig.build();
    const began = performance.now();
    rig.add(platform('second'));
    await rig.build();
    let longestMs = Math.ceil(performance.now() - began);
    let killed = 0;
    for (let round = 0; round < KILLS; round++) {
      rig.add(platform(`round ${round}`));
      const { child, ended } = rig.start(['build', 'all']);
      const timer = setTimeout(() => child.kill('SIGKILL'), random(longestMs));
      if ((await ended).signal === 'SIGKILL') killed++;
      // The machine has less to do than when it was measured.
      else longestMs = Math.ceil(longestMs / 2);
      clearTimeout(timer);
      await rig.assertNothingLeft();
    }
    assert.ok(killed > 0);
    t.diagnostic(`${killed} of ${KILLS} builds were killed before their end`);
    rig.add(platform('x'));
    await rig.build();
    assert.deepEqual(rig.dist(), undisturbed.dist());
    const verified = await rig.run(['cache', 'verify']);
    assert.equal(verified.code, 0, verified.output);
    assert.match(verified.output, /: 0 damaged/);
  },
  120_000 + KILLS * 10_000,
);

fault(
  'kill -9 of the tool while an action runs',
  'the action, its children and its daemons end with it',
  async () => {
    await using rig = new Rig(ENDLESS);
    const { child, ended } = await running(rig);
    child.kill('SIGKILL');
    assert.equal((await ended).signal, 'SIGKILL');
    await rig.assertNothingLeft();
    rig.add(ENDS);
    await rig.build();
    assert.equal(rig.read('dist/components/endless/out.txt'), 'done\n');
  },
);

fault(
  'kill -9 of the launcher of actions',
  'the build fails with a message, and no process is left',
  async () => {
    await using rig = new Rig(ENDLESS);
    const { ended } = await running(rig);
    for (const pid of rig.processes('launcher.py')) tryKill(pid);
    const { code, output } = await ended;
    assert.equal(code, 1, output);
    assert.match(output, /the sandbox ended/);
    await rig.assertNothingLeft();
    rig.add(ENDS);
    await rig.build();
  },
);

const signals = [
  ['Ctrl-C in a terminal (SIGINT to the group)', 'SIGINT', true],
  ['SIGINT to the tool alone', 'SIGINT', false],
  ['SIGTERM to the tool alone', 'SIGTERM', false],
] as const;
for (const [name, signal, toGroup] of signals) {
  fault(name, 'exit code 130, the whole tree of processes is gone, the next build is right', async () => {
    await using rig = new Rig(ENDLESS);
    const { child, ended } = await running(rig);
    const pid = child.pid ?? 0;
    process.kill(toGroup ? -pid : pid, signal);
    const { code, output } = await ended;
    assert.equal(code, 130, output);
    await rig.assertNothingLeft();
    rig.add(ENDS);
    await rig.build();
    assert.equal(rig.read('dist/components/endless/out.txt'), 'done\n');
  });
}

fault('two builds at once in one workspace', 'both end well and the result is right', async () => {
  await using rig = new Rig(platform('x'));
  const ended = await Promise.all([rig.run(['build', 'all']), rig.run(['build', 'all'])]);
  for (const { code, output } of ended) assert.equal(code, 0, output);
  const bytes = rig.dist();
  assert.deepEqual(Object.values(bytes), Array(5).fill(`${'\0'.repeat(100_000)}x\n`));
  assert.deepEqual((await rig.build()).ran, []);
});

fault('two builds at once in two workspaces with one store', 'both are right', async () => {
  await using rig = new Rig(platform('x'));
  const other = `${rig.folder}/other`;
  rig.add(platform('x'), other);
  const ended = await Promise.all([
    rig.run(['build', 'all']),
    rig.run(['build', 'all'], { workspace: other }),
  ]);
  for (const { code, output } of ended) assert.equal(code, 0, output);
  assert.equal(Object.keys(rig.dist()).length, 5);
  assert.deepEqual(rig.dist(other), rig.dist());
});
