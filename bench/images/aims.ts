import type { ImageResults } from './results.ts';
import { IMAGE_SIZES } from './sizes.ts';
import { TRANSFERS } from './transfer-tools.ts';

/** One line of the "Speed and memory", or a ratio that is told beside it. */
export interface ImageAim {
  readonly kind: 'must' | 'aim' | 'beside';
  readonly text: string;
  /** What was measured, and how much is allowed; `undefined` where a part was not measured, or nothing is asked. */
  readonly value: number | undefined;
  readonly limit: number | undefined;
  readonly unit: ' times' | ' ms' | ' MB';
}

/** Judged by the medians. */
export function judgeImageAims(results: ImageResults): ImageAim[] {
  return [...buildAims(results), ...memoryAims(results), runAim(results), ...transferAims(results)];
}

const WORKS = [
  ['tree', 'base and tree'],
  ['big', 'tree and 1 GiB'],
] as const;

function buildAims(results: ImageResults): ImageAim[] {
  return WORKS.flatMap(([job, text]): ImageAim[] => {
    const ours = (scenario: string, peer: string): number | undefined =>
      ratio(results.seconds(job, 'ours', scenario)?.median, results.seconds(job, peer, scenario)?.median);
    const engine = results.seconds(job, 'engine', 'noop')?.median;
    const noop = ratio(results.seconds(job, 'ours', 'noop')?.median, engine);
    const line = times(text);
    return [
      line('must', "cold at most half of BuildKit's, into an OCI layout", ours('cold', 'buildkit'), 0.5),
      line('beside', "cold to BuildKit's, uncompressed", ours('cold', 'buildkit-plain')),
      line('beside', "cold to Docker's, uncompressed in its own storage", ours('cold', 'docker')),
      line('beside', "cold to buildah's, into an OCI layout", ours('cold', 'buildah-oci')),
      line('aim', "cold not over crane's", ours('cold', 'crane'), 1),
      line('aim', "no-op within twice the engine's own", noop, 2),
      line('beside', "no-op to BuildKit's, into an OCI layout", ours('noop', 'buildkit')),
      line('beside', "one file changed to BuildKit's, into an OCI layout", ours('change', 'buildkit')),
    ];
  });
}

function times(prefix: string) {
  return (kind: ImageAim['kind'], text: string, value: number | undefined, limit?: number): ImageAim => ({
    kind,
    text: `${prefix}: ${text}`,
    value,
    limit,
    unit: ' times',
  });
}

function memoryAims(results: ImageResults): ImageAim[] {
  const processes = results.hugeProcesses;
  const megabytes = (of: 'pssBytes' | 'rssBytes'): number | undefined =>
    processes.length === 0 ? undefined : processes.reduce((sum, each) => sum + each[of], 0) / 1e6;
  const text = 'a layer of 5 GB: all our processes';
  return [
    { kind: 'must', text, value: megabytes('pssBytes'), limit: 200, unit: ' MB' },
    {
      kind: 'beside',
      text: `${text}, what they share counted for each`,
      value: megabytes('rssBytes'),
      limit: undefined,
      unit: ' MB',
    },
  ];
}

function runAim(results: ImageResults): ImageAim {
  const value = stepMs(results, 'ours');
  return { kind: 'aim', text: 'RUN overhead, each step', value, limit: 50, unit: ' ms' };
}

/** What each of the steps adds to the same image without them. */
export function stepMs(results: ImageResults, subject: string): number | undefined {
  const [steps, none] = ['run', 'no-run'].map((job) => results.seconds(job, subject, 'cold')?.median);
  if (steps === undefined || none === undefined) return undefined;
  return ((steps - none) * 1000) / IMAGE_SIZES[results.size].runSteps;
}

function transferAims(results: ImageResults): ImageAim[] {
  const line = times('1 GiB');
  return TRANSFERS.flatMap((scenario): ImageAim[] => {
    const ours = results.seconds('transfer', 'ours', scenario)?.median;
    const to = (peer: string): number | undefined =>
      ratio(ours, results.seconds('transfer', peer, scenario)?.median);
    return [
      // Nothing moves in a second push: what it takes is the start of a program.
      scenario === 'push again'
        ? line('beside', `${scenario} to crane's`, to('crane'))
        : line('aim', `${scenario} as fast as crane`, to('crane'), 1),
      line('beside', `${scenario} to skopeo's`, to('skopeo')),
    ];
  });
}

function ratio(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}
