import {
  type CopySource,
  type FileOrigin,
  type ImagePlan,
  type MountWords,
  type PlanScope,
  platformOfStage,
  type RunStep,
  type StageBase,
  type StagePlan,
  type Step,
} from '../../oci/index.ts';
import { changeStep, type OriginChange } from './plan-origins.ts';

/** A part of a build that becomes one action. Each comes after all that it needs. */
export type Segment = AssembleSegment | RunSegment;

interface CommonSegment {
  /** Short, of letters, digits and dashes; the same as long as the instructions before it stay as many. */
  readonly id: string;
  /** Segments whose output has to be in the working folder, at `segmentPlace`. */
  readonly needs: readonly string[];
  /** Sources of COPY and mounts that read the context or what other targets left. */
  readonly uses: readonly (CopySource | MountWords)[];
}

/** Instructions without RUN, for `image-assemble --plan … --out layout --state state.json`. */
export interface AssembleSegment extends CommonSegment {
  readonly kind: 'assemble';
  /** Whole by itself. */
  readonly plan: ImagePlan;
  /** Its layout is the image; nobody asks for its state. */
  readonly isResult: boolean;
}

/** One RUN. Its output is a document of `runLayerText`, named `layer.json`, and the blob beside it. */
export interface RunSegment extends CommonSegment {
  readonly kind: 'run';
  readonly text: string;
  readonly run: RunStep;
  /** Of the values from outside, those that it declares. */
  readonly scope: PlanScope;
  /** `linux/arm64`. */
  readonly platform: string;
  /** What it stands on; `kind: 'stage'` never. */
  readonly base: StageBase;
  /** RUNs since then, whose layers lie over the base in this order. */
  readonly below: readonly string[];
  /** Instructions since then that a RUN can tell from others: apply them to the base's state, then ask `runContext`. */
  readonly before: readonly Step[];
}

/** Where the output of a segment lies in the working folder of those that need it. */
export function segmentPlace(id: string): string {
  return `segments/${id}`;
}

/**
 * Splits a plan at its RUNs. Stages become chains of segments, and COPY and mounts from a stage become reads of the layout
 * that its last segment left. A plan without RUN is one segment, as it is. Pure; images of registries must have been put
 * in place by `withLayouts` or are left for the caller.
 */
export function segmentsOf(plan: ImagePlan): readonly Segment[] {
  if (!plan.stages.some(({ steps }) => steps.some(isRun))) {
    const steps = plan.stages.flatMap((stage) => stage.steps);
    return [{ kind: 'assemble', id: 'image', plan, needs: [], uses: usesOf(steps), isResult: true }];
  }
  const segments: Segment[] = [];
  const last: string[] = [];
  for (const [index, stage] of plan.stages.entries()) {
    const chain = new StageChain(plan, index, last);
    chain.split(stage);
    segments.push(...chain.segments);
    last.push(chain.segments.at(-1)!.id);
  }
  return segments;
}

const isRun = (step: Step): boolean => step.do === 'run';
/** These write files, so that a RUN after them stands on the layout that they make. */
const WRITES: readonly Step['do'][] = ['copy', 'workdir'];
/** Of what writes no file, a RUN sees these. */
const SEEN: readonly Step['do'][] = ['arg', 'env', 'user', 'shell'];

class StageChain {
  readonly segments: Segment[] = [];
  readonly #plan: ImagePlan;
  readonly #index: number;
  readonly #last: readonly string[];
  /** Since the last assembled segment. */
  #steps: Step[] = [];
  #runs: string[] = [];
  #base: StageBase = { kind: 'scratch' };

  /** `last` are the segments in which the stages before ended. */
  constructor(plan: ImagePlan, index: number, last: readonly string[]) {
    this.#plan = plan;
    this.#index = index;
    this.#last = last;
  }

  split(stage: StagePlan): void {
    this.#base = stage.base.kind === 'stage' ? continued(this.#last[stage.base.index]!, true) : stage.base;
    for (const step of stage.steps) {
      const placed = changeStep(step, this.#change);
      if (placed.do !== 'run') this.#steps.push(placed);
      else this.#addRun(stage, placed);
    }
    this.#assemble(stage, this.#index === this.#plan.stages.length - 1);
  }

  #addRun(stage: StagePlan, step: Step & { do: 'run' }): void {
    if (this.#steps.some(({ do: kind }) => WRITES.includes(kind))) this.#assemble(stage, false);
    const id = this.#nextId('run');
    const { run, text } = step;
    const before = this.#steps.filter(({ do: kind }) => SEEN.includes(kind));
    this.segments.push({
      kind: 'run',
      id,
      text,
      run,
      scope: scopeOf(this.#plan, before),
      platform: platformOfStage(this.#plan, stage),
      base: this.#base,
      below: this.#runs,
      before,
      needs: this.#needs([step], this.#runs),
      uses: usesOf([step]),
    });
    this.#runs = [...this.#runs, id];
    this.#steps.push({ ...step, layer: { path: `${segmentPlace(id)}/layer.json` } });
  }

  #assemble(stage: StagePlan, isResult: boolean): void {
    const id = this.#nextId('part');
    const steps = this.#steps;
    const written = steps.filter((step) => !isRun(step));
    const planned: StagePlan = { ...stage, base: this.#base, steps: steps.map(withoutMounts) };
    this.segments.push({
      kind: 'assemble',
      id,
      plan: { ...this.#plan, ...scopeOf(this.#plan, steps), ...ownPlatform(this.#plan, planned) },
      needs: this.#needs(written, this.#runs),
      uses: usesOf(written),
      isResult,
    });
    this.#steps = [];
    this.#runs = [];
    this.#base = continued(id, false);
  }

  readonly #change: OriginChange = {
    base: (base) => base,
    origin: (origin): FileOrigin =>
      origin.from === 'stage' ? { from: 'layout', path: layoutPathOf(this.#last[origin.index]!) } : origin,
  };

  #nextId(kind: 'run' | 'part'): string {
    const mark = kind === 'run' ? 'run' : 'assemble';
    const count = this.segments.filter((segment) => segment.kind === mark).length;
    return `stage${this.#index}-${kind}${count}`;
  }

  #needs(steps: readonly Step[], runs: readonly string[]): string[] {
    const paths = new Set(originsOf(steps).flatMap((origin) => ('path' in origin ? [origin.path] : [])));
    if (this.#base.kind === 'continued') paths.add(this.#base.path);
    const before = [...this.#last, ...this.segments.map(({ id }) => id)];
    return [...new Set([...before.filter((id) => paths.has(layoutPathOf(id))), ...runs])];
  }
}

/** A stage as an image of its own: the same whatever image it is a part of. */
function ownPlatform(plan: ImagePlan, stage: StagePlan): Pick<ImagePlan, 'architecture' | 'stages'> {
  const { platform, ...rest } = stage;
  const [, architecture, variant] = platformOfStage(plan, stage).split('/');
  if (variant !== undefined) return { architecture: plan.architecture, stages: [stage] };
  return { architecture: architecture!, stages: [rest] };
}

/** Values that no ARG of the steps asks for are left out, so that what does not use them is the same whatever they are. */
export function scopeOf(plan: ImagePlan, steps: readonly Step[]): PlanScope {
  const names = new Set(
    steps.flatMap((step) => (step.do === 'arg' ? step.args.map(({ name }) => name) : [])),
  );
  const declared = (values: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
  const { escape: escapeCharacter, buildArgs, globalArgs } = plan;
  return { escape: escapeCharacter, buildArgs: declared(buildArgs), globalArgs: declared(globalArgs) };
}

/** Where the layout that a segment left lies in the working folder of those that need it. */
export function layoutPathOf(id: string): string {
  return `${segmentPlace(id)}/layout`;
}

function continued(id: string, isNewStage: boolean): StageBase {
  return {
    kind: 'continued',
    path: layoutPathOf(id),
    statePath: `${segmentPlace(id)}/state.json`,
    isNewStage,
  };
}

/** How a RUN was mounted means nothing to whoever puts its layer in place. */
function withoutMounts(step: Step): Step {
  return step.do === 'run' ? { ...step, run: { ...step.run, mounts: [] } } : step;
}

function usesOf(steps: readonly Step[]): (CopySource | MountWords)[] {
  return steps.flatMap((step): (CopySource | MountWords)[] => {
    if (step.do === 'copy')
      return step.copy.sources.filter(({ from }) => from === 'folder' || from === 'layout');
    return step.do === 'run' ? step.run.mounts.filter(({ origin }) => origin !== undefined) : [];
  });
}

function originsOf(steps: readonly Step[]): FileOrigin[] {
  return usesOf(steps).flatMap((use) => {
    if ('fields' in use) return use.origin ? [use.origin] : [];
    return use.from === 'inline' || use.from === 'url' ? [] : [use];
  });
}
