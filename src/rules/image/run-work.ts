import { RUN_FILES, type RunWork } from '../container-run.ts';
import { type RunSegment, segmentPlace } from './segments.ts';

export function runWorkText({ run, scope, base, before, below }: RunSegment): string {
  const layers = below.map((id) => `${segmentPlace(id)}/${RUN_FILES.layer}`);
  return JSON.stringify({ run, scope, base, before, layers } satisfies RunWork);
}
