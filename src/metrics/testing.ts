/** What every store of records must do, and records to try it with. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ActionRecord, BuildRecord } from './records/build-record.ts';
import type { BuildFilter, BuildRecords } from './records/build-records.ts';
import { MemoryBuildRecords } from './records/memory-build-records.ts';

export { MemoryBuildRecords };

/** A small successful build. */
export function aRecord(changes: Partial<BuildRecord> = {}): BuildRecord {
  return {
    version: 1,
    id: 'build-0001',
    source: 'mobileops',
    verb: 'build',
    status: 'success',
    startMs: 1_000_000,
    durationMs: 4000,
    exitCode: 0,
    workspace: 'platform',
    buildId: '20260101000000-abcdef012345',
    release: '1.0.0',
    commit: 'abcdef0123456789',
    branch: 'main',
    requested: ['all'],
    jobs: 2,
    resources: { cpuPercent: 50, memoryPercent: 40, diskPercent: null },
    counts: { ran: 1, cached: 1, failed: 0, skipped: 0, upToDate: 0 },
    targets: [{ label: 'component:a', status: 'built', durationMs: 3000 }],
    actions: [anAction({ id: 'component:a#make' })],
    artifacts: [
      { path: 'dist/components/a', label: 'component:a', sizeBytes: 2048, sha256: 'ab'.repeat(32) },
    ],
    scores: [],
    problems: [],
    ...changes,
  };
}

export function anAction(changes: Partial<ActionRecord> = {}): ActionRecord {
  const label = (changes.id ?? 'component:a#make').split('#')[0]!;
  return {
    id: 'component:a#make',
    label,
    mnemonic: 'Step',
    description: 'make',
    status: 'ran',
    readyMs: 10,
    startMs: 100,
    endMs: 3100,
    cpuMs: 2500,
    peakMemoryBytes: 2 ** 20,
    ...changes,
  };
}

interface Made {
  readonly records: BuildRecords;
  readonly close?: () => void | Promise<void>;
}

/** The contract of `BuildRecords`. */
export function describeBuildRecords(name: string, make: () => Made | Promise<Made>): void {
  const check = (title: string, test: (records: BuildRecords) => Promise<void>): void => {
    it(title, async () => {
      const made = await make();
      try {
        await test(made.records);
      } finally {
        await made.close?.();
      }
    });
  };

  describe(`BuildRecords: ${name}`, () => {
    check('gives what was put, and nothing else', async (records) => {
      const record = aRecord();
      await records.put(record);
      assert.deepEqual(await records.get(record.id), record);
      assert.equal(await records.get('build-0002'), undefined);
    });

    check('a running build is replaced by its end, and never the other way round', async (records) => {
      const ended = aRecord();
      const running = aRecord({ status: 'running', targets: [], actions: [], artifacts: [] });
      await records.put(running);
      assert.equal((await records.list({}, { limit: 9 })).builds[0]!.status, 'running');
      await records.put(ended);
      await records.put(running);
      await records.put(ended);
      assert.deepEqual(await records.get(ended.id), ended);
      assert.equal((await records.slowest({}, 9))[0]!.runs, 1);
      assert.equal((await records.totals()).builds.success, 1);
    });

    check('lists the latest first, page by page', async (records) => {
      const ids = Array.from({ length: 7 }, (_, at) => `build-000${at}`);
      for (const [at, id] of ids.entries()) await records.put(aRecord({ id, startMs: 1000 + (at >> 1) }));
      const seen: string[] = [];
      let after: string | undefined;
      for (let pages = 0; pages < 4; pages++) {
        const page = await records.list({}, { limit: 3, ...(after === undefined ? {} : { after }) });
        seen.push(...page.builds.map(({ id }) => id));
        after = page.next;
        if (after === undefined) break;
      }
      assert.deepEqual(seen, ids.toReversed());
      assert.deepEqual(
        await records.list({}, { limit: 3, after: "' OR 1=1" }),
        await records.list({}, { limit: 3 }),
      );
    });

    check('the last of each version is the release', async (records) => {
      const sizes = [100, 200, 300, 400];
      const versions = ['1.0.0', '1.1.0', '1.1.0', '1.2.0'];
      for (const [at, sizeBytes] of sizes.entries()) {
        const verb = at === 3 ? 'build' : 'release';
        const artifacts = [{ path: 'dist/a', label: 'component:a', sizeBytes, sha256: '' }];
        await records.put(
          aRecord({ ...{ id: `build-000${at}`, startMs: at, verb, artifacts }, release: versions[at]! }),
        );
      }
      const of = async (over: 'releases' | 'builds', limit = 9): Promise<(number | undefined)[]> =>
        (await records.trend({}, { over, limit })).points.map((point) => point.sizes['dist/a']);
      assert.deepEqual(await of('releases'), [100, 300]);
      assert.deepEqual(await of('builds'), [100, 200, 300, 400]);
      assert.deepEqual(await of('builds', 2), [300, 400]);
    });

    check('failures come with what was said', async (records) => {
      const failing = anAction({
        id: 'component:b#test',
        status: 'failed',
        failure: 'exit code 2',
        log: "it's <b>\n",
      });
      await records.put(aRecord({ status: 'failed', actions: [anAction(), failing] }));
      const [found, ...others] = await records.failures({}, 9);
      assert.deepEqual(others, []);
      assert.deepEqual(
        [found?.action, found?.failure, found?.log, found?.build.id],
        ['component:b#test', 'exit code 2', "it's <b>\n", 'build-0001'],
      );
    });

    check('totals stay when old records go', async (records) => {
      await records.put(aRecord({ startMs: 10 }));
      await records.put(aRecord({ id: 'build-0002', startMs: 20, status: 'failed' }));
      assert.equal(await records.forgetBefore(20), 1);
      assert.equal(await records.get('build-0001'), undefined);
      assert.deepEqual(
        (await records.slowest({}, 9)).map(({ build }) => build),
        ['build-0002'],
      );
      const { builds, durationMs } = await records.totals();
      assert.deepEqual([builds.success, builds.failed, durationMs], [1, 1, 8000]);
    });

    check('a run of a pipeline is no build, and is there for who asks for it', async (records) => {
      await records.put(aRecord());
      await records.put(aRecord({ id: 'build-0002', verb: 'ci' }));
      const ids = async (filter: BuildFilter): Promise<string[]> =>
        (await records.list(filter, { limit: 9 })).builds.map(({ id }) => id);
      assert.deepEqual([await ids({}), await ids({ verb: 'ci' })], [['build-0001'], ['build-0002']]);
      assert.equal((await records.slowest({}, 9))[0]!.runs, 1);
      assert.equal((await records.totals()).builds.success, 1);
    });

    check('answers like the plain one, whatever was put and asked', async (records) => {
      const plain = new MemoryBuildRecords();
      await fc.assert(
        fc.asyncProperty(RECORD, FILTER, async (record, filter) => {
          for (const each of [records, plain]) await each.put(record);
          assert.deepEqual(await answers(records, filter), await answers(plain, filter));
        }),
        { numRuns: 150 },
      );
    });
  });
}

async function answers(records: BuildRecords, filter: BuildFilter): Promise<unknown[]> {
  const rounded = (await records.slowest(filter, 5)).map((each) => ({
    ...each,
    meanMs: Math.round(each.meanMs),
  }));
  return Promise.all([
    records.list(filter, { limit: 4 }),
    records.list(filter, { limit: 4, after: '3.build-bb' }),
    records.overTime(filter, { sinceMs: 1, partMs: 2, parts: 3 }),
    records.failures(filter, 5),
    records.trend(filter, { over: 'builds', limit: 3 }),
    records.trend(filter, { over: 'releases', limit: 3 }),
    records.choices(),
    records.totals(),
    rounded,
  ]);
}

const few = <const T>(...values: readonly T[]) => fc.constantFrom(...values);
const small = fc.integer({ min: 0, max: 8 });
const WORKSPACES = ['platform', 'Ärger', "o'neil%_"];
const ACTION = fc
  .record({
    id: few('component:a#make', 'component:b#make', 'app:c#dex'),
    status: few('ran', 'cached', 'failed', 'skipped'),
    startMs: small,
    took: small,
  })
  .map(({ took, startMs, ...rest }) => anAction({ ...rest, startMs, endMs: startMs + took }));
const RECORD = fc
  .record({
    id: few('build-aa', 'build-bb', 'build-cc', 'build-dd', 'build-ee', 'build-ff'),
    status: few('running', 'success', 'failed', 'refused', 'interrupted', 'lost'),
    startMs: small,
    durationMs: small,
    verb: few('build', 'release', 'ci'),
    workspace: few(...WORKSPACES),
    branch: few('main', 'topic'),
    release: few('1.0.0', '2.0.0'),
    actions: fc.uniqueArray(ACTION, { maxLength: 3, selector: ({ id }) => id }),
    scores: few([], [{ gate: 'score', measured: 9.5, threshold: 8, unit: 'of 10', passed: true }]),
  })
  .map(aRecord);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const FILTER = fc
  .record({
    workspace: maybe(few(...WORKSPACES)),
    branch: maybe(few('main', 'topic')),
    verb: maybe(few('build', 'release', 'ci')),
    status: maybe(few('running', 'success', 'failed')),
    sinceMs: maybe(small),
    untilMs: maybe(small),
    text: maybe(few('ÄRG', '%_', 'TOPIC', 'abcdef', "o'", 'nothing')),
  })
  .map((filter) => Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)));
