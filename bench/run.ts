/**
 * The bench: our bundle and its peers on the same generated workspaces, in one run. What it measures and what must come
 * out stands in `bench/README.md`; the results go into `bench/RESULTS.md`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareActionSeconds, measureBeside, ourActionSeconds } from './beside.ts';
import { type BenchOptions, readOptions, USAGE } from './options.ts';
import { installPeers } from './peers.ts';
import { type BenchResults, engineReport } from './report.ts';
import { loadText, writeSection } from './results-file.ts';
import { Samples } from './samples.ts';
import { type Scenario, Subject } from './subject.ts';
import type { Tool } from './tools/index.ts';

class Bench {
  readonly #options: BenchOptions;
  readonly #modules: string;
  readonly #seconds = new Samples();
  readonly #memory = new Samples();
  readonly #loads = new Map<number, number[]>();
  readonly #notRun: string[] = [];
  readonly #versions = new Map<string, string>();
  readonly #tools: readonly Tool[];

  constructor(options: BenchOptions, modules: string) {
    this.#options = options;
    this.#modules = modules;
    this.#tools = options.tools.filter((tool) => this.#isPresent(tool));
  }

  /** Measures one size; the folder is gone afterwards. */
  async size(size: number): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'mobileops-bench-'));
    const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
    process.once('exit', removeFolder);
    let subjects: Subject[] = [];
    try {
      subjects = this.#tools.map((tool) => new Subject(tool, { size, folder, modules: this.#modules }));
      const { runs, coldRuns } = this.#options;
      for (let round = 0; round < Math.max(runs, coldRuns); round++) {
        for (const scenario of this.#options.scenarios) {
          if (round >= (scenario === 'cold' ? coldRuns : runs)) continue;
          subjects = await this.#round(rotated(subjects, round), { size, scenario, round });
        }
        await this.#beside(subjects, size);
      }
      await this.#actions(subjects, size).catch((error: unknown) => {
        this.#notRun.push(`single actions at ${size}: ${firstLine(error)}`);
      });
      await this.#peaks(subjects, size);
    } finally {
      for (const subject of subjects) await subject.close();
      process.off('exit', removeFolder);
      removeFolder();
    }
  }

  results(sizes: readonly number[]): BenchResults {
    const command = ['node bench/run.ts', ...process.argv.slice(2)].join(' ');
    return {
      sizes,
      command,
      scenarios: this.#options.scenarios,
      tools: this.#tools,
      versions: this.#versions,
      seconds: this.#seconds,
      memory: this.#memory,
      loads: this.#loads,
      notRun: this.#notRun,
    };
  }

  #isPresent(tool: Tool): boolean {
    const missing = tool.missing({ modules: this.#modules });
    if (missing === undefined) this.#versions.set(tool.name, tool.version({ modules: this.#modules }));
    else this.#notRun.push(`${tool.name}: ${missing}`);
    return missing === undefined;
  }

  /** A tool that fails is named and left out from then on. */
  async #round(
    subjects: readonly Subject[],
    { size, scenario, round }: { size: number; scenario: Scenario; round: number },
  ): Promise<Subject[]> {
    const alive: Subject[] = [];
    for (const subject of subjects) {
      const { name } = subject.tool;
      if (!does(subject, scenario)) {
        alive.push(subject);
        continue;
      }
      try {
        const load = this.#noteLoad(size);
        const { seconds } = await subject.run(scenario);
        this.#seconds.add({ size, subject: name, scenario }, seconds);
        console.log(
          `${size}  ${name.padEnd(12)} ${scenario.padEnd(8)} ${round + 1}  ${seconds.toFixed(3)} s  load ${load}`,
        );
        alive.push(subject);
      } catch (error) {
        this.#notRun.push(`${name} at ${size}, ${scenario}: ${firstLine(error)}`);
        console.error(`${name}: left out. ${error instanceof Error ? error.message : error}`);
        await subject.close();
      }
    }
    return alive;
  }

  #noteLoad(size: number): string {
    const known = this.#loads.get(size) ?? [];
    this.#loads.set(size, [...known, loadavg()[0]!]);
    return loadText();
  }

  async #beside(subjects: readonly Subject[], size: number): Promise<void> {
    const subject = named(subjects, 'bare') ?? subjects[0];
    if (!subject) return;
    for (const [scenario, seconds] of await measureBeside(subject)) {
      this.#seconds.add({ size, subject: 'beside', scenario }, seconds);
    }
  }

  /** One action at a time, ours and bare: what the sandbox itself adds. */
  async #actions(subjects: readonly Subject[], size: number): Promise<void> {
    if (!this.#options.scenarios.includes('cold')) return;
    const add = (scenario: string, seconds: number): void =>
      this.#seconds.add({ size, subject: 'beside', scenario }, seconds);
    const bare = named(subjects, 'bare');
    if (bare) add('bare action', await bareActionSeconds(bare));
    for (const [name, scenario] of [
      ['ours', 'sandboxed action'],
      ['ours-plain', 'plain action'],
    ] as const) {
      const subject = named(subjects, name);
      if (subject) add(scenario, await ourActionSeconds(subject));
    }
  }

  async #peaks(subjects: readonly Subject[], size: number): Promise<void> {
    for (const scenario of ['noop', 'cold'] as const) {
      if (!this.#options.scenarios.includes(scenario)) continue;
      for (const subject of subjects) {
        if (!does(subject, scenario)) continue;
        const { name } = subject.tool;
        try {
          const { peakBytes } = await subject.run(scenario, { samplesMemory: true });
          this.#memory.add({ size, subject: name, scenario }, peakBytes!);
        } catch (error) {
          this.#notRun.push(`memory of ${name} at ${size}, ${scenario}: ${firstLine(error)}`);
        }
      }
    }
  }
}

function does({ tool }: Subject, scenario: Scenario): boolean {
  return tool.scenarios?.includes(scenario) ?? true;
}

function named(subjects: readonly Subject[], name: string): Subject | undefined {
  return subjects.find(({ tool }) => tool.name === name);
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const at = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const options = readOptions(process.argv.slice(2));
if (!options) console.log(USAGE);
else {
  const bench = new Bench(options, installPeers());
  const done: number[] = [];
  for (const size of options.sizes) {
    await bench.size(size);
    done.push(size);
    // After each size, so that a long run that ends early leaves what it had.
    if (options.writes) writeSection('engine', engineReport(bench.results(done)));
  }
  if (!options.writes) console.log(engineReport(bench.results(done)));
}
