import { parseArgs } from 'node:util';
import { SCENARIOS, type Scenario } from './subject.ts';
import { TOOLS, type Tool } from './tools/index.ts';

export interface BenchOptions {
  readonly sizes: readonly number[];
  readonly runs: number;
  readonly coldRuns: number;
  readonly tools: readonly Tool[];
  readonly scenarios: readonly Scenario[];
  readonly writes: boolean;
}

export const USAGE = `node bench/run.ts [--sizes 10,100,1000] [--runs 5] [--cold-runs 3] [--tools NAME,...] [--scenarios NAME,...] [--no-write]

  tools      ${TOOLS.map(({ name }) => name).join(', ')}
  scenarios  ${SCENARIOS.join(', ')}
  --no-write prints the results and leaves bench/RESULTS.md as it is
`;

/** What is to be measured; a wrong word throws with what would be right. */
export function readOptions(words: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...words],
    allowNegative: true,
    options: {
      sizes: { type: 'string', default: '10,100,1000' },
      runs: { type: 'string', default: '5' },
      'cold-runs': { type: 'string' },
      tools: { type: 'string' },
      scenarios: { type: 'string' },
      write: { type: 'boolean', default: true },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const runs = count(values.runs);
  return {
    sizes: values.sizes.split(',').map(count),
    runs,
    coldRuns: values['cold-runs'] === undefined ? Math.min(runs, 3) : count(values['cold-runs']),
    tools: chosen(values.tools, new Map(TOOLS.map((tool) => [tool.name, tool]))),
    scenarios: chosen(values.scenarios, new Map(SCENARIOS.map((name) => [name, name]))),
    writes: values.write,
  };
}

/** A whole number above zero. */
export function count(word: string): number {
  const value = Number(word);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${word} is not a count`);
  return value;
}

/** What a list of names means; all where there is none. */
export function chosen<T>(words: string | undefined, all: ReadonlyMap<string, T>): T[] {
  if (words === undefined) return [...all.values()];
  return words.split(',').map((word) => {
    const one = all.get(word);
    if (one === undefined) throw new Error(`${word} is none of ${[...all.keys()].join(', ')}`);
    return one;
  });
}
