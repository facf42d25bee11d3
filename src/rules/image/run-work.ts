import type { RunSegment } from './segments.ts';
import { segmentPlace } from './segments.ts';

/** What the action of a RUN finds and leaves, relative to its working folder. */
export const RUN_FILES = {
  /** The `RunWork`. */
  work: 'run.json',
  /** `runLayerText`. */
  layer: 'layer.json',
  /** The layer's blob, where something changed. */
  blob: 'layer.tar.gz',
  /** Paths whose clocks were taken out, a line each. */
  scrubbed: 'scrubbed.txt',
} as const;

/** No program: an executor for containers knows what to do. The version is that of its meaning. */
export const CONTAINER_RUN = ['container-run', 'v1'] as const;

/** A RUN as data, with the places of all that it stands on. */
export interface RunWork extends Pick<RunSegment, 'run' | 'scope' | 'base' | 'before'> {
  /** Documents of the RUNs since the base, the first below. */
  readonly layers: readonly string[];
}

export function runWorkText({ run, scope, base, before, below }: RunSegment): string {
  const layers = below.map((id) => `${segmentPlace(id)}/${RUN_FILES.layer}`);
  return JSON.stringify({ run, scope, base, before, layers } satisfies RunWork);
}
