/** Targets and what they need: resolution of labels, cycles, queries and drawings. Pure. */
export type { Need, Target, TargetGraph } from './target.ts';
