import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BuilderOptions, makeBuilders, variablesOf } from './builder.ts';
import { conditionsOf } from './conditions.ts';

const OPTIONS: BuilderOptions = {
  folder: '/s/run',
  prefix: 'apps/p',
  processors: [2, 3, 5],
  hidesProcessors: true,
  clock: { library: '/s/run/clock.so', shiftMs: 176_400_000 },
};

function conditions(
  changes: Partial<BuilderOptions>,
  isVaried = { disk: true, memory: true },
  { apartMs = 3000, whyNoClock }: { apartMs?: number; whyNoClock?: string } = {},
) {
  const options = { ...OPTIONS, ...changes };
  const builders = makeBuilders(options);
  const { folder, processors, hidesProcessors } = options;
  const said = conditionsOf({
    builders,
    folder,
    apartMs,
    processors: processors.length,
    hidesProcessors,
    whyNoClock,
    isOrderVaried: isVaried,
  });
  return {
    varied: Object.fromEntries(said.varied.map(({ name, first, second }) => [name, `${first} | ${second}`])),
    notVaried: Object.fromEntries(said.notVaried.map(({ name, why }) => [name, why])),
  };
}

test('two builders share no condition', () => {
  const { varied } = conditions({});
  assert.deepEqual(varied, {
    processors: '1 | 3',
    jobs: '1 | 3',
    folder: 'a/w/apps/p | second build in a longer folder/w/apps/p',
    home: 'a/home | second build in a longer folder/home',
    'user name': 'first | someone-else',
    umask: '0022 | 0077',
    'time zone': 'America/St_Johns | Asia/Kolkata',
    language: 'C.UTF-8 | tr_TR.UTF-8, LC_ALL POSIX',
    environment: 'nothing more | SOURCE_DATE_EPOCH=1 FOO=bar',
    'file order': 'sorted | reversed',
    clock: 'as it is | 2 days and 60m00s ahead',
    time: 'now | 3.0s later',
  });
});

test('what cannot be varied is said, with the reason', () => {
  assert.equal(conditions({ processors: [0] }).notVaried.processors, 'this machine has one');
  assert.equal(conditions({ hidesProcessors: false }).notVaried.processors, '`taskset` is missing');
  assert.equal(conditions({ processors: [0] }).varied.processors, undefined);
  assert.match(
    conditions({}, { disk: false, memory: true }).notVaried['file order on the disk'] ?? '',
    /order of its own/,
  );
  const none = conditions({}, { disk: false, memory: false });
  assert.match(none.notVaried['file order'] ?? '', /order of its own/);
  assert.equal(none.varied['file order'], undefined);
  assert.match(conditions({}).notVaried['clock of some'] ?? '', /network, RUN/);
  const without = { whyNoClock: 'no cc' };
  assert.match(
    conditions({}, undefined, without).notVaried['minute, day and year'] ?? '',
    /^clock not changed: no cc/,
  );
  assert.equal(conditions({}, undefined, without).varied.clock, undefined);
  assert.ok('day and year' in conditions({}, undefined, { ...without, apartMs: 61_000 }).notVaried);
});

test('the second begins with one processor more than the first, whichever they are', () => {
  const [first, second] = makeBuilders(OPTIONS);
  assert.deepEqual([first.processors, first.visibleCores], ['2', 1]);
  assert.deepEqual([second.processors, second.visibleCores], [undefined, 3]);
});

test('the second can work elsewhere', () => {
  const [first, second] = makeBuilders({ ...OPTIONS, secondFolder: '/dev/shm/x' });
  assert.equal(first.store, '/s/run/a/store');
  assert.equal(second.store, '/dev/shm/x/second build in a longer folder/store');
  assert.match(conditions({ secondFolder: '/dev/shm/x' }).varied.folder ?? '', / \| \/dev\/shm\/x\/second/);
});

test("the caller's variables reach both, but for those that are conditions", () => {
  const caller = {
    PATH: '/bin',
    BUILD_ID: 'x',
    HOME: '/h',
    LC_NUMERIC: 'de',
    XDG_CACHE_HOME: '/c',
    SOURCE_DATE_EPOCH: '9',
  };
  const [first, second] = makeBuilders(OPTIONS).map((builder) => variablesOf(builder, caller));
  const { PATH, BUILD_ID, HOME, LC_NUMERIC, XDG_CACHE_HOME, SOURCE_DATE_EPOCH } = first!;
  assert.deepEqual([PATH, BUILD_ID, HOME], ['/bin', 'x', '/s/run/a/home']);
  assert.deepEqual([LC_NUMERIC, XDG_CACHE_HOME, SOURCE_DATE_EPOCH], [undefined, undefined, undefined]);
  assert.equal(second!.SOURCE_DATE_EPOCH, '1');
  assert.notEqual(first!.MOBILEOPS_CACHE, second!.MOBILEOPS_CACHE);
});
