import { performance } from 'node:perf_hooks';
import { median } from './measure.ts';

/** One figure of a micro benchmark. */
export interface MicroFigure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const RUNS = 5;
const figures: MicroFigure[] = [];

/** Median time of five runs (after one that is thrown away), for each of `count` pieces of work, in microseconds. */
export async function micro(name: string, count: number, work: (run: number) => unknown): Promise<void> {
  const times: number[] = [];
  for (let run = 0; run <= RUNS; run++) {
    const started = performance.now();
    await work(run);
    if (run > 0) times.push(((performance.now() - started) * 1000) / count);
  }
  figures.push({ name, value: median(times), unit: 'µs' });
}

/** Prints what was measured; as JSON for `micro.ts`. */
export function printFigures(): void {
  if (process.argv.includes('--json')) console.log(JSON.stringify(figures));
  else
    for (const { name, value, unit } of figures)
      console.log(`${value.toFixed(2).padStart(12)} ${unit}  ${name}`);
}
