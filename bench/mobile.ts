/**
 * The bench of apps: the hybrid app and the Kotlin app of examples/platform, with warm tools, by our bundle. What that means stands in
 * `bench/README.md`; the results go into `bench/RESULTS.md`.
 */
import { parseArgs } from 'node:util';
import { AppBench, SCENARIOS } from './mobile/app-bench.ts';
import { type MobileRuns, mobileReport } from './mobile/report.ts';
import { count } from './options.ts';
import { writeSection } from './results-file.ts';

const USAGE = `node bench/mobile.ts [--runs 5] [--no-write]

  --no-write prints the results and leaves bench/RESULTS.md as it is
`;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

const { values } = parseArgs({
  allowNegative: true,
  options: {
    runs: { type: 'string', default: '5' },
    write: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(USAGE);
else await run(count(values.runs), values.write);

async function run(runs: number, writes: boolean): Promise<void> {
  using bench = new AppBench();
  await bench.prepare();
  const done: MobileRuns = { clean: [], 'site built': [], 'kotlin release': [], 'kotlin line': [] };
  for (let round = 1; round <= runs; round++) {
    for (const scenario of SCENARIOS) {
      const one = await bench.run(scenario);
      done[scenario].push(one);
      console.log(
        `${scenario.padEnd(14)} ${round}  ${one.seconds.toFixed(3)} s  load ${one.load.toFixed(2)}`,
      );
    }
  }
  const report = mobileReport(done, ['node bench/mobile.ts', ...process.argv.slice(2)].join(' '));
  if (writes) writeSection('mobile', report);
  else console.log(report);
}
