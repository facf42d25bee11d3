import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Job, type Limits, schedule } from './scheduler.ts';

interface Work {
  readonly needs?: string;
  readonly cached?: boolean;
  readonly fails?: boolean;
  readonly cpus?: number;
  readonly memory?: number;
  readonly ms?: number;
}

/** Runs jobs that end in the order of their start, one event loop turn later; the trail tells what happened when. */
async function trail(work: Record<string, Work>, limits: Partial<Limits> = {}): Promise<string> {
  const happened: string[] = [];
  const done = new Set<string>();
  const jobs = Object.entries(work).map(([id, each]): Job => {
    const needs = each.needs?.split(' ') ?? [];
    const assertReady = (): void => {
      for (const need of needs) assert.ok(done.has(need), `${id} was reached before ${need} was done`);
    };
    return {
      id,
      needs,
      cpus: each.cpus ?? 1,
      memoryBytes: each.memory ?? 1,
      expectedMs: each.ms ?? 1,
      probe() {
        assertReady();
        assert.ok(!done.has(id), `${id} was probed twice`);
        if (each.cached) {
          happened.push(`=${id}`);
          done.add(id);
        }
        return each.cached ?? false;
      },
      async run() {
        assertReady();
        happened.push(`+${id}`);
        await new Promise((resolve) => setImmediate(resolve));
        happened.push(`${each.fails ? '!' : '-'}${id}`);
        if (!each.fails) done.add(id);
        return !each.fails;
      },
      skip: (because) => void happened.push(`~${id}${because === undefined ? '' : `(${because})`}`),
    };
  });
  const { signal } = new AbortController();
  const outcome = await schedule(jobs, { cpus: 2, memoryBytes: 100, keepGoing: false, signal, ...limits });
  assert.deepEqual(
    outcome.failed,
    Object.keys(work).filter((id) => happened.includes(`!${id}`)),
  );
  return happened.join(' ');
}

describe('scheduler', () => {
  const check = (
    name: string,
    work: Record<string, Work>,
    expected: string,
    limits?: Partial<Limits>,
  ): void => {
    test(name, async () => assert.equal(await trail(work, limits), expected));
  };
  check('nothing', {}, '');
  check('two at a time', { a: {}, b: {}, c: {} }, '+a +b -a +c -b -c');
  check('a chain', { c: { needs: 'b' }, b: { needs: 'a' }, a: {} }, '+a -a +b -b +c -c');
  check(
    'cached jobs release what waits, each once',
    {
      a: { cached: true },
      b: { cached: true, needs: 'a' },
      c: { needs: 'a b' },
      d: { needs: 'c b a' },
    },
    '=a =b +c -c +d -d',
  );
  check(
    'a cached job declared behind its dependents',
    {
      d: { needs: 'b c' },
      c: { needs: 'a' },
      b: { cached: true, needs: 'a' },
      a: { cached: true },
    },
    '=a =b +c -c +d -d',
  );
  check(
    'the longest path first',
    {
      short: { ms: 50 },
      head: { ms: 10 },
      tail: { ms: 100, needs: 'head' },
    },
    '+head -head +tail -tail +short -short',
    { cpus: 1 },
  );
  check(
    'memory is a limit too',
    { a: { memory: 60 }, b: { memory: 60 }, c: { memory: 30 } },
    '+a +c -a +b -c -b',
  );
  check('a job larger than the machine runs alone', { a: { memory: 900 }, b: {} }, '+a -a +b -b');
  check(
    'a failure starts nothing new',
    { a: { fails: true }, b: {}, c: { needs: 'a' }, d: {} },
    '+a +b !a ~c(a) -b ~d',
  );
  check(
    'keep going but for what needs it',
    { a: { fails: true }, b: { needs: 'a' }, c: { needs: 'b' }, d: {} },
    '+a +d !a ~b(a) ~c(a) -d',
    { keepGoing: true },
  );
  check('an abort before the start', { a: {}, b: { needs: 'a' } }, '~a ~b', { signal: AbortSignal.abort() });

  test('a bug in a job is thrown once everything has ended', async () => {
    const job: Job = {
      id: 'a',
      needs: [],
      cpus: 1,
      memoryBytes: 1,
      expectedMs: 1,
      probe: () => false,
      run: () => Promise.reject(new Error('bug')),
      skip: () => {},
    };
    const { signal } = new AbortController();
    await assert.rejects(schedule([job], { cpus: 1, memoryBytes: 1, keepGoing: true, signal }), /bug/);
  });

  test('a chain of ten thousand cached jobs', async () => {
    const work: Record<string, Work> = {};
    for (let index = 0; index < 10_000; index++)
      work[`j${index}`] = { cached: true, ...(index > 0 ? { needs: `j${index - 1}` } : {}) };
    assert.equal((await trail(work)).split(' ').length, 10_000);
  });

  test('random graphs never reach a job before its needs', async () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    for (let round = 0; round < 200; round++) {
      const work: Record<string, Work> = {};
      for (let index = 0; index < 20; index++) {
        const needs = [...new Set([random(20), random(20), random(20)].filter((need) => need < index))].map(
          (need) => `j${need}`,
        );
        work[`j${index}`] = {
          cached: random(2) === 0,
          fails: random(15) === 0,
          ...(needs.length > 0 ? { needs: needs.join(' ') } : {}),
        };
      }
      await trail(Object.fromEntries(Object.entries(work).sort(() => random(3) - 1)), {
        keepGoing: round % 2 === 0,
        cpus: 1 + random(4),
      });
    }
  });
});
