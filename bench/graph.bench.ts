/** Resolving what 10,000 targets need, and what one target needs. */
import type { ComponentSpec } from '../src/config/index.ts';
import { buildGraph, closure, selectTargets, type TargetDeclaration } from '../src/graph/index.ts';
import { micro, printFigures } from './micro-measure.ts';
import { makeWorkspace } from './workspace.ts';

const COUNT = 10_000;
const span = { file: { path: 'build.yaml', text: '' }, start: 0, end: 0 };
const declarations = makeWorkspace(COUNT).components.map(({ name, needs }): TargetDeclaration => {
  const spec: ComponentSpec = {
    rule: 'component',
    needs: needs.map((value) => ({ value, span })),
    env: {},
    network: false,
    stamp: false,
    cache: true,
    dependencies: [],
    buildSteps: [],
    tests: {},
    artifacts: [],
  };
  return { label: { kind: 'component', name }, directory: `components/${name}`, spec, implied: [] };
});

const { value: graph, diagnostics } = buildGraph(declarations);
if (diagnostics.length > 0 || graph.targets.size !== COUNT) throw new Error('the graph is not whole');
await micro('build a graph of 10,000 targets, each', COUNT, () => buildGraph(declarations));
await micro('closure of all targets, each', COUNT, () => closure(graph, selectTargets(graph, ['all']).value));
printFigures();
