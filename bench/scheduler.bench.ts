/** 10,000 jobs with up to three needs each: all run, and all answered by the cache. */
import { type Job, schedule } from '../src/execution/index.ts';
import { micro, printFigures } from './micro-measure.ts';
import { makeWorkspace } from './workspace.ts';

const COUNT = 10_000;
const { components } = makeWorkspace(COUNT);
const jobs = (isCached: boolean, done: () => void): Job[] =>
  components.map(({ name, needs }) => ({
    id: name,
    needs,
    cpus: 1,
    memoryBytes: 1,
    expectedMs: 10,
    probe() {
      if (isCached) done();
      return isCached;
    },
    async run() {
      done();
      return true;
    },
    skip() {},
  }));

for (const isCached of [false, true]) {
  await micro(`schedule 10,000 jobs, ${isCached ? 'all cached' : 'all run'}, each`, COUNT, async () => {
    let ran = 0;
    const limits = { cpus: 2, memoryBytes: 100, keepGoing: false, signal: new AbortController().signal };
    await schedule(
      jobs(isCached, () => ran++),
      limits,
    );
    if (ran !== COUNT) throw new Error(`${ran} jobs`);
  });
}
printFigures();
