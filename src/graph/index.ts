/** Targets and what they need: resolution of labels, cycles, queries and drawings. Pure: it finds no targets itself. */
export { buildGraph } from './build-graph.ts';
export type { TargetDeclaration } from './declaration.ts';
export { graphDiagnostics } from './diagnostics.ts';
export { type GraphJson, toDot, toJson, toMermaid } from './drawings.ts';
export { closure, dependents, selectTargets } from './queries.ts';
export type { Need, Target, TargetGraph } from './target.ts';
