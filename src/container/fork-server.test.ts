/** Runs that are begun by a fork: each is heard alone, and none is lost without a word. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LineProcess, type Processes, realHost } from '../host/index.ts';
import { containerTest, PROGRAM } from './container-bench.test.ts';
import { ForkServer } from './index.ts';

containerTest('many runs at once, with more output than a pipe holds', async (on) => {
  const line = 'y'.repeat(99);
  const runs = Array.from({ length: 4 }, (_, at) =>
    on.run(`yes ${line} | head -n 20000; echo ${at}`, {
      env: { PATH: '/usr/bin:/bin', BIG: 'x'.repeat(100_000) },
    }),
  );
  for (const [at, { output }] of (await Promise.all(runs)).entries())
    assert.equal(output, `${`${line}\n`.repeat(20_000)}${at}\n`);
});

/** Of the real ones, the processes that were started. */
class Started implements Pick<Processes, 'startLines'> {
  readonly all: LineProcess[] = [];

  startLines(...[argv, options]: Parameters<Processes['startLines']>): LineProcess {
    const child = realHost().processes.startLines(argv, options);
    this.all.push(child);
    return child;
  }
}

const ARGV = ['python3', '-I', '-S', PROGRAM];
const env = { PATH: '/usr/bin:/bin' };

test('one process serves all, and its end is theirs', async () => {
  const started = new Started();
  const server = new ForkServer(
    { ...realHost().processes, startLines: (...all) => started.startLines(...all) },
    PROGRAM,
  );
  const start = () => server.startLines(ARGV, { env, onLine: () => {} });
  const runs = [start(), start()];
  runs[0]!.kill('SIGKILL');
  assert.deepEqual(await runs[0]!.exit, { code: -9, signal: undefined });
  runs[0]!.send('too late');
  runs[0]!.end();
  assert.equal(started.all.length, 1);
  started.all[0]!.kill('SIGKILL');
  assert.deepEqual(await runs[1]!.exit, { code: undefined, signal: 'SIGKILL' });
  const next = start();
  next.end();
  assert.deepEqual(await next.exit, { code: 0, signal: undefined }, 'the next one has a new server');
  assert.equal(started.all.length, 2);
  await server.close();
});

test('what a run says is told in whole lines, and its errors apart', async () => {
  const server = new ForkServer(realHost().processes, PROGRAM);
  const told: string[] = [];
  const errors: string[] = [];
  const run = server.startLines(ARGV, {
    env,
    onLine: (line) => told.push(line),
    onErrorLine: (line) => errors.push(line),
  });
  run.send('{"no": "request"}');
  assert.deepEqual(await run.exit, { code: 1, signal: undefined });
  assert.deepEqual(told, []);
  assert.match(errors.join('\n'), /^Traceback[\s\S]*KeyError/);
  await server.close();
});

test('a Python that is not there is told to each run', async () => {
  const server = new ForkServer(realHost().processes, PROGRAM);
  const run = server.startLines(['/no/python', PROGRAM], { env, onLine: () => {} });
  await assert.rejects(run.exit, { code: 'ENOENT' });
  await server.close();
});

test('other programs are started as ever', async () => {
  const server = new ForkServer(realHost().processes, PROGRAM);
  const lines: string[] = [];
  const argv = ['cat', '/proc/self/comm'];
  await server.startLines(argv, { env, onLine: (line) => lines.push(line) }).exit;
  assert.deepEqual(lines, ['cat']);
  assert.equal((await server.run(argv, { env })).stdout.toString(), 'cat\n');
});
