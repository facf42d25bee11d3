import {
  type CopySource,
  type FileOrigin,
  type ImagePlan,
  imageKey,
  type MountWords,
  type RegistryImage,
  type StageBase,
  type StagePlan,
  type Step,
} from '../../oci/index.ts';

/** A plan, stage or step with each place that files come from replaced; what stays the same keeps its identity. */
export interface OriginChange {
  base(base: StageBase): StageBase;
  origin(origin: FileOrigin): FileOrigin;
}

export function changeStage(stage: StagePlan, change: OriginChange): StagePlan {
  return {
    ...stage,
    base: change.base(stage.base),
    steps: stage.steps.map((step) => changeStep(step, change)),
  };
}

export function changeStep(step: Step, change: OriginChange): Step {
  if (step.do === 'copy') {
    const sources = step.copy.sources.map((source) => changeSource(source, change));
    return { ...step, copy: { ...step.copy, sources } };
  }
  if (step.do !== 'run') return step;
  const mounts = step.run.mounts.map((mount) => changeMount(mount, change));
  return { ...step, run: { ...step.run, mounts } };
}

function changeSource(source: CopySource, change: OriginChange): CopySource {
  if (source.from === 'inline' || source.from === 'url') return source;
  const { word, ...origin } = source;
  const changed = change.origin(origin);
  return changed === origin ? source : { ...changed, word };
}

function changeMount(mount: MountWords, change: OriginChange): MountWords {
  if (!mount.origin) return mount;
  const origin = change.origin(mount.origin);
  return origin === mount.origin ? mount : { ...mount, origin };
}

/** The images of registries that a plan needs, each once: bases, sources of COPY and of mounts. */
export function registryImagesOf(plan: ImagePlan): readonly RegistryImage[] {
  const found = new Map<string, RegistryImage>();
  withLayouts(plan, (image) => {
    found.set(imageKey(image), image);
    return '';
  });
  return [...found.values()];
}

/** The plan once the images of registries lie in the working folder, each as an OCI layout with that one image. */
export function withLayouts(plan: ImagePlan, placeOf: (image: RegistryImage) => string): ImagePlan {
  const place = ({ reference, platform }: RegistryImage): string => placeOf({ reference, platform });
  const change: OriginChange = {
    base: (base) => (base.kind === 'registry' ? { kind: 'layout', path: place(base) } : base),
    origin: (origin) => (origin.from === 'registry' ? { from: 'layout', path: place(origin) } : origin),
  };
  return { ...plan, stages: plan.stages.map((stage) => changeStage(stage, change)) };
}
