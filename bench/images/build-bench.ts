import { join } from 'node:path';
import { archiveOf, imageOf } from './base.ts';
import type { ImageBenchOptions, Job } from './options.ts';
import { findRegistry, LoopbackRegistry } from './registry.ts';
import type { ImageResults } from './results.ts';
import { rotated } from './rotated.ts';
import { ScratchFolder } from './scratch.ts';
import { IMAGE_SIZES } from './sizes.ts';
import { type ImageScenario, ImageSubject } from './subject.ts';
import { findProgram } from './tool-environment.ts';
import { type ImageTool, ourImageTool } from './tools/index.ts';
import { edit, makeWork, type Work, type WorkName } from './works.ts';

/** One image of a job, with who builds it and what is measured of that. */
interface Part {
  readonly work: WorkName;
  readonly tools: 'all' | 'those that run' | 'ours';
  readonly scenarios: readonly ImageScenario[];
}

const ENGINE: Part = { work: 'hello', tools: 'ours', scenarios: ['noop'] };

/** Parts of one job are measured in turn, so that they can be compared. */
const PARTS: Readonly<Record<Exclude<Job, 'transfer'>, readonly Part[]>> = {
  tree: [{ work: 'tree', tools: 'all', scenarios: ['cold', 'noop', 'change'] }, ENGINE],
  big: [{ work: 'big', tools: 'all', scenarios: ['cold', 'noop', 'change'] }, ENGINE],
  run: [
    { work: 'run', tools: 'those that run', scenarios: ['cold'] },
    { work: 'no-run', tools: 'those that run', scenarios: ['cold'] },
  ],
  huge: [{ work: 'huge', tools: 'ours', scenarios: [] }],
};

export interface BuildBenchOptions {
  readonly options: ImageBenchOptions;
  readonly tools: readonly ImageTool[];
  readonly programs: string;
  readonly results: ImageResults;
}

/** A job of building: every tool in turn, order rotated, then the runs that sample memory. */
export class BuildBench {
  readonly #all: BuildBenchOptions;
  readonly #job: Exclude<Job, 'transfer'>;
  #subjects: Subject[] = [];
  #edits = 0;

  constructor(job: Exclude<Job, 'transfer'>, all: BuildBenchOptions) {
    this.#job = job;
    this.#all = all;
  }

  async run(): Promise<void> {
    using folder = new ScratchFolder();
    const program = findRegistry(findProgram);
    const registry = program === undefined ? undefined : await LoopbackRegistry.start(folder.path, program);
    try {
      await this.#prepare(folder.path, registry);
      const { runs, samplesMemory } = this.#all.options;
      for (let round = 0; round < runs; round++) await this.#round(round);
      if (samplesMemory) await this.#peaks();
    } finally {
      for (const { subject } of this.#subjects) subject.close();
      registry?.stop();
    }
  }

  async #prepare(folder: string, registry: LoopbackRegistry | undefined): Promise<void> {
    const { options, tools, programs, results } = this.#all;
    for (const part of PARTS[this.#job]) {
      console.log(`${this.#job}: writing the files of ${part.work}`);
      const work = makeWork(part.work, join(folder, part.work), IMAGE_SIZES[options.size]);
      if (work.hasBase && registry !== undefined)
        await registry.put('bench/base', '1', imageOf([archiveOf(join(work.root, 'base'))]));
      for (const tool of toolsOf(part, tools)) {
        if (work.hasBase && registry === undefined && tool !== ourImageTool) {
          results.notRun.push(`${tool.name} at ${part.work}: docker-registry is missing`);
          continue;
        }
        const scratch = join(folder, `${tool.name}-${part.work}`);
        const place = { scratch, work, registry: registry?.host ?? 'localhost', programs };
        const scenarios = part.scenarios.filter((each) => options.scenarios.includes(each));
        this.#subjects.push({ subject: new ImageSubject(tool, place), scenarios });
      }
    }
  }

  async #round(round: number): Promise<void> {
    for (const scenario of this.#all.options.scenarios) {
      if (scenario === 'change') this.#edit();
      for (const each of rotated(this.#subjects, round)) {
        if (!each.scenarios.includes(scenario)) continue;
        await this.#attempt(each, scenario, async ({ subject }) => {
          this.#all.results.noteLoad();
          const { seconds } = await subject.run(scenario);
          this.#all.results.addSeconds(this.#key(subject, scenario), seconds);
        });
      }
    }
    for (const { subject } of this.#subjects) subject.trim();
  }

  /** Everything that the tools share is changed for all of them. */
  #edit(): void {
    const works = new Set<Work>(this.#subjects.map(({ subject }) => subject.work));
    this.#edits++;
    for (const work of works)
      if (work.edited !== undefined && work.name === this.#job) edit(work, this.#edits);
  }

  /** Runs of their own, since sampling takes time; only ours where nothing is done. */
  async #peaks(): Promise<void> {
    for (const each of [...this.#subjects]) {
      const { tool, work } = each.subject;
      if (work.name !== this.#job) continue;
      for (const scenario of tool === ourImageTool ? (['cold', 'noop'] as const) : (['cold'] as const)) {
        await this.#attempt(each, scenario, async ({ subject }) => {
          const { peakBytes, peakProcesses } = await subject.run(scenario, { samplesMemory: true });
          this.#all.results.addMemory(this.#key(subject, scenario), peakBytes!);
          if (this.#job === 'huge' && scenario === 'cold') this.#all.results.hugeProcesses = peakProcesses!;
        });
      }
      each.subject.trim();
    }
  }

  /** A tool that fails is named and left out from then on. */
  async #attempt(each: Subject, scenario: string, run: (each: Subject) => Promise<void>): Promise<void> {
    if (!this.#subjects.includes(each)) return;
    try {
      await run(each);
    } catch (error) {
      const { subject } = each;
      this.#all.results.noteFailure(`${subject.tool.name} at ${subject.work.name}, ${scenario}`, error);
      subject.close();
      this.#subjects = this.#subjects.filter((other) => other !== each);
    }
  }

  #key({ tool, work }: ImageSubject, scenario: string) {
    // The engine's own no-op belongs to the job beside which it was measured.
    const subject = work.name === 'hello' ? 'engine' : tool.name;
    return { job: work.name === 'hello' ? this.#job : work.name, subject, scenario };
  }
}

interface Subject {
  readonly subject: ImageSubject;
  readonly scenarios: readonly ImageScenario[];
}

function toolsOf(part: Part, tools: readonly ImageTool[]): readonly ImageTool[] {
  if (part.tools === 'ours') return tools.filter((tool) => tool === ourImageTool);
  return part.tools === 'all' ? tools : tools.filter(({ canRun }) => canRun);
}
