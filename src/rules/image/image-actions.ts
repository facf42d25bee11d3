import { makeTree, type PlannedAction, type TreeExpression } from '../../action/index.ts';
import { formatLabel } from '../../base/index.ts';
import type { ImageSpec } from '../../config/index.ts';
import { imageKey, type RegistryImage } from '../../oci/index.ts';
import { CONTAINER_RUN, RUN_FILES } from '../container-run.ts';
import { OWN_COMMANDS } from '../own-commands.ts';
import type { RuleContext } from '../rule.ts';
import {
  BESIDE_LAYOUT,
  commonAction,
  LAYOUT,
  layersOf,
  type UntaggedImage,
  writtenLayout,
} from '../untagged-image.ts';
import type { ContextFiles } from './context-files.ts';
import { cacheLocksOf } from './lock-files.ts';
import { layersTree, layoutPlace, layoutTree } from './locked-layout.ts';
import { registryImagesOf, withLayouts } from './plan-origins.ts';
import type { ReadImage } from './read-image.ts';
import { runWorkText } from './run-work.ts';
import { segmentInputs } from './segment-inputs.ts';
import {
  type AssembleSegment,
  layoutPathOf,
  type RunSegment,
  type Segment,
  segmentPlace,
  segmentsOf,
} from './segments.ts';

const PLAN_FILE = 'plan.json';
const STATE = 'state.json';
const LIKE = 'like';

/** An image for one platform. */
export interface ImageOfPlatform {
  readonly image: ReadImage;
  readonly files: ContextFiles;
  /** Of the names of its actions: empty for the machine's own platform. */
  readonly prefix: string;
  /** The layout of the same image for another platform, which differs in nothing else. */
  readonly like?: TreeExpression;
}

/** An action for each segment of an image: what comes before and after its RUNs, and each RUN. */
export function imageActions(context: RuleContext<ImageSpec>, own: ImageOfPlatform): UntaggedImage {
  const plan = withLayouts(own.image.plan, layoutPlace);
  const segments = segmentsOf(plan);
  const parts = new ImageParts(context, own, cacheLocksOf(segments, own.image, own.files));
  const actions = segments.map((segment) => parts.action(segment));
  return { actions, layout: parts.layoutOf(segments.at(-1)!.id) };
}

class ImageParts {
  readonly #context: RuleContext<ImageSpec>;
  readonly #image: ReadImage;
  readonly #files: ContextFiles;
  readonly #prefix: string;
  readonly #cacheLocks: ReadonlyMap<string, string>;
  readonly #images: readonly RegistryImage[];
  readonly #like: TreeExpression | undefined;
  readonly #layouts = new Map<string, TreeExpression>();

  constructor(
    context: RuleContext<ImageSpec>,
    { image, files, prefix, like }: ImageOfPlatform,
    cacheLocks: ReadonlyMap<string, string>,
  ) {
    this.#context = context;
    this.#image = image;
    this.#files = files;
    this.#prefix = prefix;
    this.#like = like;
    this.#cacheLocks = cacheLocks;
    this.#images = registryImagesOf(image.plan);
  }

  action(segment: Segment): PlannedAction {
    return segment.kind === 'run' ? this.#run(segment) : this.#assemble(segment);
  }

  /** The layout that an assembled segment leaves. */
  layoutOf(segment: string): TreeExpression {
    return this.#layouts.get(segment)!;
  }

  #assemble(segment: AssembleSegment): PlannedAction {
    this.#layouts.set(segment.id, writtenLayout(this.#common(segment).id, this.#layersOf(segment)));
    const like = this.#like ? ['--like', LIKE] : [];
    const name = `${this.#context.target.label.name}${this.#forPlatform}`;
    const state = segment.isResult ? [] : ['--state', STATE];
    return {
      ...this.#common(segment),
      description: segment.isResult ? `Assemble image ${name}` : `Assemble a part of image ${name}`,
      mnemonic: 'Image',
      work: this.#work(segment, PLAN_FILE, JSON.stringify(segment.plan)),
      outputs: segment.isResult ? [LAYOUT] : [LAYOUT, STATE],
      ...this.#context.ownCommand('image-assemble', OWN_COMMANDS['image-assemble'], [
        ...['--plan', PLAN_FILE, '--out', LAYOUT],
        ...state,
        ...like,
      ]),
      network: false,
    };
  }

  #run(segment: RunSegment): PlannedAction {
    const { configuration } = this.#context;
    const { network } = segment.run;
    const cacheLocks = this.#cacheLocks.get(segment.id);
    return {
      ...this.#common(segment),
      description: `${segment.text.split('\n', 1)[0]!}${this.#forPlatform}`,
      mnemonic: 'Run',
      work: this.#work(segment, RUN_FILES.work, runWorkText(segment)),
      outputs: [''],
      argv: CONTAINER_RUN,
      mounts: [],
      network: network === 'host' || (network === 'default' && configuration.runNetwork),
      container: true,
      ...(cacheLocks === undefined ? {} : { cacheLocks }),
    };
  }

  get #forPlatform(): string {
    return this.#prefix === '' ? '' : ` for ${this.#image.plan.architecture}`;
  }

  #common(segment: Segment) {
    return commonAction(this.#context, this.#prefix + (segment.id === 'image' ? 'assemble' : segment.id));
  }

  #work(segment: Segment, path: string, content: string): TreeExpression {
    const dependency = this.#dependency;
    const before = segment.needs.map(
      (id): TreeExpression => ({ kind: 'under', of: this.#left(id), path: segmentPlace(id) }),
    );
    return {
      kind: 'merge',
      of: [
        { kind: 'literal', files: [{ path, content, isExecutable: false }] },
        ...segmentInputs(segment, this.#image, { files: this.#files, dependency }),
        ...before,
        ...this.#layoutsFor(content),
        ...(segment.kind === 'assemble' ? this.#fetchedFor(segment) : []),
        ...this.#likeness(),
      ],
    };
  }

  readonly #dependency: RuleContext['dependency'] = (label) => this.#context.dependency(label);

  /** What a segment leaves, in its folder. */
  #left(id: string): TreeExpression {
    const of: TreeExpression = {
      kind: 'output',
      action: `${formatLabel(this.#context.target.label)}#${this.#prefix}${id}`,
    };
    const layout = this.#layouts.get(id);
    if (!layout) return of;
    const rest: TreeExpression = { kind: 'filter', of, exclude: [`${LAYOUT}/**`] };
    return { kind: 'merge', of: [rest, { kind: 'under', of: layout, path: LAYOUT }] };
  }

  #likeness(): TreeExpression[] {
    if (!this.#like) return [];
    const of: TreeExpression = { kind: 'filter', of: this.#like, exclude: BESIDE_LAYOUT };
    return [{ kind: 'under', of, path: LIKE }];
  }

  /** The layers that a segment's image has and does not make. */
  #layersOf(segment: AssembleSegment): TreeExpression[] {
    return this.#like ? [layersOf(this.#like)] : this.#layersBelow(segment);
  }

  /** The layers of what the image of a segment stands on. */
  #layersBelow({ plan }: AssembleSegment): TreeExpression[] {
    let stage = plan.stages.at(-1);
    while (stage?.base.kind === 'stage') stage = plan.stages[stage.base.index];
    const base = stage?.base;
    if (base?.kind === 'continued')
      return [...this.#layouts].flatMap(([id, layout]) =>
        base.path === layoutPathOf(id) ? [layersOf(layout)] : [],
      );
    if (base?.kind !== 'layout') return [];
    const locked = this.#images.find((image) => layoutPlace(image) === base.path);
    const blobs = locked && this.#context.locked.images[imageKey(locked)];
    if (locked) return blobs ? [layersTree(blobs)] : [];
    const placed = this.#image.inputs.trees(this.#dependency, new Set([base.path]));
    const at: TreeExpression = {
      kind: 'at',
      of: { kind: 'merge', of: placed },
      path: base.path,
      optional: true,
    };
    return [layersOf(at)];
  }

  #fetchedFor({ plan }: AssembleSegment): TreeExpression[] {
    const steps = plan.stages.flatMap((stage) => stage.steps);
    const sources = steps.flatMap((step) => (step.do === 'copy' ? step.copy.sources : []));
    return sources.flatMap((source) => {
      const digest = source.from === 'url' ? this.#context.locked.urls[source.sha256] : undefined;
      if (source.from !== 'url' || !digest) return [];
      const at = source.path.lastIndexOf('/');
      const tree = makeTree({ files: [{ name: source.path.slice(at + 1), digest, isExecutable: false }] });
      return [{ kind: 'under', of: { kind: 'tree', tree }, path: source.path.slice(0, at) } as const];
    });
  }

  /** Images of registries are named in the plan by their places. */
  #layoutsFor(content: string): TreeExpression[] {
    return this.#images.flatMap((image) => {
      const place = layoutPlace(image);
      const isNamed = content.includes(JSON.stringify(place));
      const locked = isNamed ? this.#context.locked.images[imageKey(image)] : undefined;
      return locked ? [{ kind: 'under', of: layoutTree(locked), path: place } as const] : [];
    });
  }
}
