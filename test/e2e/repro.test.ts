/** `repro` through the real command line: what it finds, where and why, and what it leaves behind. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Ended, Rig, until } from './rig.ts';

interface Report {
  readonly isReproducible: boolean;
  readonly targets: readonly {
    readonly label: string;
    readonly isSame: boolean;
    readonly artifacts: readonly {
      readonly differences: readonly {
        readonly place: readonly string[];
        readonly causes: readonly { readonly kind: string }[];
        readonly cures: readonly string[];
        readonly proof?: string;
      }[];
    }[];
  }[];
  readonly steps: readonly {
    readonly label: string;
    readonly description: string;
    readonly inputs: string;
    readonly experiments: readonly { readonly condition: string; readonly isSame: boolean }[];
  }[];
  readonly conditions: Record<'varied' | 'notVaried', readonly { readonly name: string }[]>;
}

async function repro(rig: Rig, ...words: string[]): Promise<Ended & { readonly report: Report }> {
  const ended = await rig.run(['repro', ...words, '--json', '--quiet']);
  return { ...ended, report: JSON.parse(ended.output) as Report };
}

/** Causes by the last name of the place, of a target. */
function causesOf({ targets }: Report, label: string): Record<string, string> {
  const differences = targets
    .filter((target) => target.label === label)
    .flatMap(({ artifacts }) => artifacts.flatMap(({ differences: all }) => all));
  return Object.fromEntries(
    differences.map(({ place, causes }) => [place.at(-1)!, causes.map(({ kind }) => kind).join()]),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'mobileops-repro-test-'));
after(() => rmSync(folder, { recursive: true }));

test('a component is taken apart by cause, and one that is the same is said to be', async () => {
  const leaks = [
    'mkdir out',
    'date > out/date',
    'date +%s > out/epoch',
    'echo $RANDOM$RANDOM > out/random',
    'cat /proc/sys/kernel/random/uuid > out/uuid',
    'nproc > out/processors',
    'date +%s.%N > x && tar -cf out/packed.tar x',
    'echo same > out/same',
  ];
  await using rig = new Rig({
    leaky: { command: leaks.join(' && '), artifact: 'out' },
    steady: { command: 'echo $SOURCE_DATE_EPOCH $TZ $LANG $HOME $USER $(umask) $(pwd) > out.txt' },
    after: { command: 'cat /deps/component/leaky/out/date > out.txt', needs: ['leaky'] },
  });
  const { code, report } = await repro(rig, 'after', 'steady');
  assert.equal(code, 1);
  assert.deepEqual(report.targets.map(({ label, isSame }) => [label, isSame]).sort(), [
    ['component:after', false],
    ['component:leaky', false],
    ['component:steady', true],
  ]);
  const causes = causesOf(report, 'component:leaky');
  const hasProcessors = report.conditions.varied.some(({ name }) => name === 'processors');
  assert.deepEqual(causes, {
    'out/date': 'time',
    'out/epoch': 'time',
    x: 'time',
    'out/random': 'random',
    'out/uuid': 'random',
    ...(hasProcessors ? { 'out/processors': 'cores' } : {}),
  });
  assert.deepEqual(causesOf(report, 'component:after'), { 'dist/components/after/out.txt': 'time' });
  assert.deepEqual(
    report.steps.map(({ label, inputs }) => [label, inputs]),
    [['component:leaky', 'equal']],
    'what follows from another step is not where it begins',
  );
  const [again, ...others] = report.steps[0]!.experiments;
  assert.deepEqual([again?.condition, again?.isSame], ['nothing', false]);
  assert.deepEqual(
    others.map(({ condition, isSame }) => `${condition}: ${isSame}`),
    hasProcessors ? ['processors: false'] : [],
    'one condition was enough to show all',
  );
  assert.deepEqual(readdirSync(join(rig.cache, 'repro')), []);
});

test('what depends on the day is found, by steps that see the clock of another one', async () => {
  await using rig = new Rig({
    dated: {
      command: 'mkdir out && date +%F > out/day && (echo a; date +%F) | sha256sum > out/id',
      artifact: 'out',
    },
    steady: { command: 'env | sort > out.txt' },
    online: { command: 'date +%Y > out.txt', more: '  network: true\n' },
  });
  const { code, report } = await repro(rig, 'dated', 'steady', 'online', '--apart', '0s');
  const isShifted = report.conditions.varied.some(({ name }) => name === 'clock');
  assert.ok(isShifted, JSON.stringify(report.conditions));
  assert.equal(code, 1);
  const causes = causesOf(report, 'component:dated');
  const told = JSON.stringify([causes, report.steps], undefined, 1);
  assert.deepEqual(causes, { 'out/day': 'time', 'out/id': 'time' }, told);
  assert.deepEqual(report.targets.map(({ label, isSame }) => [label, isSame]).sort(), [
    ['component:dated', false],
    ['component:online', true],
    ['component:steady', true],
  ]);
  const [step] = report.steps;
  assert.deepEqual(
    step!.experiments
      .map(({ condition, isSame }) => [condition, isSame])
      .filter(([name]) => name !== 'processors'),
    [
      ['nothing', true],
      ['clock', false],
    ],
  );
  const [difference] = report.targets.flatMap(({ artifacts }) =>
    artifacts.flatMap(({ differences }) => differences),
  );
  assert.match(difference!.proof ?? '', /nothing changed but the clock/);
});

test('an id that is made from what another step wrote follows', async () => {
  await using rig = new Rig({
    leaky: { command: 'head -c 8 /dev/urandom > out.txt' },
    after: {
      command: '(echo v1; cat /deps/component/leaky/out.txt) | sha256sum | cut -c 1-16 > out.txt',
      needs: ['leaky'],
    },
  });
  const { report } = await repro(rig, 'after', '--apart', '0s');
  assert.deepEqual(causesOf(report, 'component:after'), { 'dist/components/after/out.txt': 'follows' });
  assert.deepEqual(
    report.steps.map(({ label }) => label),
    ['component:leaky'],
  );
});

test('what is the same ends with 0, and the workspace is not touched', async () => {
  await using rig = new Rig({ steady: { command: 'sort words > out.txt', files: { words: 'b\na\n' } } });
  rig.write('components/steady/new file', 'not committed');
  const { code, report } = await repro(rig, 'steady');
  assert.deepEqual([code, report.isReproducible, report.steps], [0, true, []]);
  assert.deepEqual(
    readdirSync(rig.workspace).filter((name) => name === 'dist'),
    [],
  );
});

test('with --keep both builds stay', async () => {
  await using rig = new Rig({ steady: { command: 'echo same > out.txt' } });
  const { output } = await rig.run(['repro', 'steady', '--keep', '--apart', '0s']);
  const kept = [...output.matchAll(/^ {2}(\/.*\/w)$/gm)].map(([, path]) => path!);
  assert.equal(kept.length, 2, output);
  for (const path of kept)
    assert.equal(readFileSync(join(path, 'dist/components/steady/out.txt'), 'utf8'), 'same\n');
});

test('a build that fails is told as one, and nothing is said of sameness', async () => {
  await using rig = new Rig({ broken: { command: 'echo no such luck && exit 3' } });
  const { code, output } = await rig.run(['repro', 'broken']);
  assert.equal(code, 1, output);
  assert.match(output, /no such luck/);
  assert.match(output, /error\[cli\/no-second-build\] the first build .*: component:broken failed/);
  assert.doesNotMatch(output, /reproducible/);
});

test('a second build that fails where the first went well is told as that', async () => {
  await using rig = new Rig({ jobs: { command: '[ "$(nproc)" = 1 ] && echo one > out.txt' } });
  const { code, output } = await rig.run(['repro', 'jobs', '--apart', '0s']);
  if (availableParallelism() === 1) return assert.equal(code, 0, output);
  assert.equal(code, 1, output);
  assert.match(output, /the second build .*: component:jobs failed/);
  assert.match(output, /the first build went well with the same sources/);
});

test('a label that is not there is wrong input', async () => {
  await using rig = new Rig({ steady: { command: 'echo same > out.txt' } });
  const { code, output } = await rig.run(['repro', 'steadi']);
  assert.equal(code, 2, output);
  assert.match(output, /graph\/unknown-target/);
});

test('the second build can work in another place, and leaves nothing there', async () => {
  await using rig = new Rig({
    steady: { command: 'ls -U data | sort > out.txt', files: { 'data/a': '', 'data/b': '' } },
  });
  const elsewhere = join(folder, 'elsewhere');
  const missing = await rig.run(['repro', 'steady', '--second-in', elsewhere]);
  assert.equal(missing.code, 2, missing.output);
  assert.match(missing.output, /no-directory.*not there/);
  mkdirSync(elsewhere);
  const words = ['repro', 'steady', '--second-in', elsewhere, '--apart', '0s'];
  const { code, output } = await rig.run(words);
  assert.equal(code, 0, output);
  assert.ok(output.includes(`${elsewhere}/repro-`), output);
  assert.deepEqual(readdirSync(elsewhere), []);
});

test('interrupted, it ends what it began and leaves nothing', async () => {
  await using rig = new Rig({ slow: { command: 'sleep 600' } });
  const { child, ended } = rig.start(['repro', 'slow']);
  await until('the step runs', () => rig.processes('sleep').length > 0);
  child.kill('SIGINT');
  const { code } = await ended;
  assert.equal(code, 130);
  await until('its processes are gone', () => rig.processes().length === 0);
  assert.deepEqual(readdirSync(join(rig.cache, 'repro')), []);
});

test('what a run left that was killed goes with the next one', async () => {
  await using rig = new Rig({ slow: { command: 'sleep 600' }, steady: { command: 'echo same > out.txt' } });
  const { child, ended } = rig.start(['repro', 'slow']);
  await until('the step runs', () => rig.processes('sleep').length > 0);
  child.kill('SIGKILL');
  await ended;
  await until('its processes are gone', () => rig.processes().length === 0);
  assert.equal(readdirSync(join(rig.cache, 'repro')).length, 1);
  assert.equal((await rig.run(['repro', 'steady', '--apart', '0s'])).code, 0);
  assert.deepEqual(readdirSync(join(rig.cache, 'repro')), []);
});

/** As in `images.test.ts`: a shell is more than a test can carry. */
const PROGRAM = `
#include <stdio.h>
int main(int count, char **words) {
  FILE *from = fopen(words[1], "r"), *to = fopen(words[2], "w");
  if (from == NULL || to == NULL) { perror("copy"); return 1; }
  for (int byte; (byte = fgetc(from)) != EOF;) fputc(byte, to);
  return fclose(to);
}
`;
writeFileSync(join(folder, 'copy.c'), PROGRAM);
const compiled = spawnSync('cc', ['-O1', '-static', '-o', join(folder, 'copy'), join(folder, 'copy.c')]);
const SKIP = compiled.status !== 0 && 'not run: cc or a static C library is missing';

test('of an image, the file, its layer and its RUN are named', { skip: SKIP }, async (t) => {
  await using rig = new Rig();
  mkdirSync(rig.path('docker'), { recursive: true });
  writeFileSync(rig.path('copy'), readFileSync(join(folder, 'copy')), { mode: 0o755 });
  writeFileSync(
    rig.path('docker/Dockerfile.stamp'),
    `FROM scratch
COPY copy /copy
RUN ["/copy", "/copy", "/same"]
RUN ["/copy", "/proc/sys/kernel/random/uuid", "/id"]
RUN ["/copy", "/id", "/id2"]
RUN ["/copy", "/proc/sys/kernel/random/uuid", "/other"]
`,
  );
  const { code, output, report } = await repro(rig, 'image:stamp', '--apart', '0s');
  if (code === 3) return t.skip(`not run: ${output}`);
  assert.equal(code, 1);
  assert.deepEqual(causesOf(report, 'image:stamp'), { id: 'random', id2: 'follows', other: 'random' });
  const [difference] = report.targets[0]!.artifacts[0]!.differences;
  assert.deepEqual(difference?.place, ['dist/images/stamp', 'layer 3', 'id']);
  assert.match(difference.proof ?? '', /nothing changed/);
  assert.deepEqual(
    report.steps.map(({ description, inputs }) => [description, inputs]),
    [
      ['RUN ["/copy", "/proc/sys/kernel/random/uuid", "/id"]', 'equal'],
      ['RUN ["/copy", "/proc/sys/kernel/random/uuid", "/other"]', 'different'],
    ],
    'what copies the one is not to blame, what does the same anew is',
  );
});
