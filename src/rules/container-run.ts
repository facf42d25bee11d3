import type { PlanScope, RunStep, StageBase, Step } from '../oci/index.ts';

/** What an action that runs a command in an image finds and leaves, relative to its working folder. */
export const RUN_FILES = {
  /** The `RunWork`, as planned; the engine makes of it what the command sees before it is run. */
  work: 'run.json',
  /** `runLayerText`. */
  layer: 'layer.json',
  /** The layer's blob, where something changed. */
  blob: 'layer.tar.gz',
  /** Paths whose clocks were taken out, a line each. */
  scrubbed: 'scrubbed.txt',
} as const;

/** No program: an executor for containers knows what to do. The version is that of its meaning. */
export const CONTAINER_RUN = ['container-run', 'v2'] as const;

/** A command as data, with the places of all that it stands on. */
export interface RunWork {
  readonly run: RunStep;
  readonly scope: PlanScope;
  /** `kind: 'stage'` never. */
  readonly base: StageBase;
  /** Instructions since the base that a command can tell from others. */
  readonly before: readonly Step[];
  /** Documents of the commands since the base, the first below. */
  readonly layers: readonly string[];
}
