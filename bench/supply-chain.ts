/**
 * The bench of the supply chain: bills of materials and scans of the same locks, by our bundle and its peers. What it measures
 * stands in `bench/README.md`; the results go into `bench/RESULTS.md`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measure } from './measure.ts';
import { chosen, count } from './options.ts';
import { writeSection } from './results-file.ts';
import { Samples } from './samples.ts';
import { makeLock } from './supply-chain/locks.ts';
import { supplyReport } from './supply-chain/report.ts';
import { SUPPLY_TOOLS, type SupplyTool } from './supply-chain/tools.ts';

const USAGE = `node bench/supply-chain.ts [--sizes 1500,10000] [--runs 7] [--tools NAME,...] [--no-write]

  tools      ${SUPPLY_TOOLS.map(({ name }) => name).join(', ')}
  --no-write prints the results and leaves bench/RESULTS.md as it is
`;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

const { values } = parseArgs({
  allowNegative: true,
  options: {
    sizes: { type: 'string', default: '1500,10000' },
    runs: { type: 'string', default: '7' },
    tools: { type: 'string' },
    write: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(USAGE);
else await run();

async function run(): Promise<void> {
  const notRun: string[] = [];
  const tools = chosen(values.tools, new Map(SUPPLY_TOOLS.map((tool) => [tool.name, tool]))).filter(
    (tool) => {
      const missing = tool.missing();
      if (missing !== undefined) notRun.push(`${tool.name}: ${missing}`);
      return missing === undefined;
    },
  );
  const sizes = values.sizes.split(',').map(count);
  const results = {
    command: ['node bench/supply-chain.ts', ...process.argv.slice(2)].join(' '),
    ...{ sizes, tools, notRun, seconds: new Samples(), memory: new Samples(), loads: [] as number[] },
  };
  const base = mkdtempSync(join(tmpdir(), 'mobileops-supply-'));
  process.once('exit', () => rmSync(base, { recursive: true, force: true }));
  for (const size of sizes) {
    const folder = join(base, String(size));
    makeLock(folder, size);
    for (let round = 0; round <= count(values.runs); round++) {
      results.loads.push(loadavg()[0]!);
      for (const tool of tools) {
        try {
          const seconds = await once(tool, { base, folder, size });
          // The first run fills caches of the disk and of compiled code.
          if (round > 0) results.seconds.add({ size, subject: tool.name, scenario: tool.job }, seconds);
        } catch (error) {
          notRun.push(`${tool.name} at ${size}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }
    for (const tool of tools) {
      const { peakBytes } = await runTool(tool, { base, folder, size }, true);
      results.memory.add({ size, subject: tool.name, scenario: tool.job }, peakBytes!);
    }
  }
  const text = supplyReport(results);
  if (values.write) writeSection('supply chain', text);
  console.log(text);
}

interface At {
  readonly base: string;
  readonly folder: string;
  readonly size: number;
}

/** A run counts only where its result names every package. */
async function once(tool: SupplyTool, at: At): Promise<number> {
  const { seconds } = await runTool(tool, at, false);
  const found = tool.packages({ folder: at.folder, out: join(at.base, 'out.json') });
  // Some count the project itself, too.
  if (found < at.size || found > at.size + 1) throw new Error(`it names ${found} packages of ${at.size}`);
  return seconds;
}

function runTool(tool: SupplyTool, { base, folder }: At, samplesMemory: boolean) {
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: base, ...tool.env };
  const place = { folder, out: join(base, 'out.json') };
  return measure({ argv: tool.argv(place), env, cwd: base, log: join(base, 'log') }, { samplesMemory });
}
