import { parseArgs } from 'node:util';
import { chosen, count } from '../options.ts';
import { IMAGE_SIZES, type SizeName } from './sizes.ts';
import { IMAGE_SCENARIOS, type ImageScenario } from './subject.ts';
import { IMAGE_TOOLS, type ImageTool } from './tools/index.ts';

export const JOBS = ['tree', 'big', 'huge', 'run', 'transfer'] as const;
export type Job = (typeof JOBS)[number];

export interface ImageBenchOptions {
  readonly jobs: readonly Job[];
  readonly size: SizeName;
  readonly runs: number;
  readonly tools: readonly ImageTool[];
  readonly scenarios: readonly ImageScenario[];
  readonly samplesMemory: boolean;
  readonly writes: boolean;
}

export const USAGE = `node bench/images.ts [--jobs NAME,...] [--sizes full|tiny] [--runs 5] [--tools NAME,...] [--scenarios NAME,...] [--no-memory] [--no-write]

  jobs        ${JOBS.join(', ')}
  tools       ${IMAGE_TOOLS.map(({ name }) => name).join(', ')}; pushing and pulling have their own
  scenarios   ${IMAGE_SCENARIOS.join(', ')}
  --sizes     tiny proves that every tool works, and its times say nothing: it writes no results
  --no-memory leaves out the runs that sample memory
  --no-write  prints the results and leaves bench/RESULTS.md as it is
`;

/** What is to be measured; a wrong word throws with what would be right. */
export function readOptions(words: readonly string[]): ImageBenchOptions | undefined {
  const { values } = parseArgs({
    args: [...words],
    allowNegative: true,
    options: {
      jobs: { type: 'string' },
      sizes: { type: 'string', default: 'full' },
      runs: { type: 'string', default: '5' },
      tools: { type: 'string' },
      scenarios: { type: 'string' },
      memory: { type: 'boolean', default: true },
      write: { type: 'boolean', default: true },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const sizeNames = Object.keys(IMAGE_SIZES) as SizeName[];
  const [size = 'full'] = chosen(values.sizes, byName(sizeNames));
  return {
    jobs: chosen(values.jobs, byName(JOBS)),
    size,
    runs: count(values.runs),
    tools: chosen(values.tools, new Map(IMAGE_TOOLS.map((tool) => [tool.name, tool]))),
    scenarios: chosen(values.scenarios, byName(IMAGE_SCENARIOS)),
    samplesMemory: values.memory,
    writes: values.write && size === 'full',
  };
}

function byName<T extends string>(names: readonly T[]): Map<string, T> {
  return new Map(names.map((name) => [name, name]));
}
