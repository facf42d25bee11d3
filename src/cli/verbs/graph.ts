import { type Diagnostic, hasErrors } from '../../base/index.ts';
import { openWorkspace } from '../../build/index.ts';
import { closure, selectTargets, type TargetGraph, toDot, toJson, toMermaid } from '../../graph/index.ts';
import type { CliCode } from '../diagnostics.ts';
import { refuse } from '../report/reporter.ts';
import type { Verb } from '../verb.ts';

export const graphVerb: Verb = async (context) => {
  const { reporter, flags, positionals } = context;
  const forms = ['dot', 'mermaid', 'json'].filter((name) => flags.has(name)).map((name) => `--${name}`);
  if (forms.length > 1) return refuse(reporter, [twoForms(forms)]);
  const opened = await openWorkspace({ ...context, sink: () => {} });
  const words = positionals.length === 0 ? ['all'] : positionals;
  const selected = opened.value && selectTargets(opened.value.graph, words);
  const diagnostics = [...opened.diagnostics, ...(selected?.diagnostics ?? [])];
  if (!opened.value || !selected || hasErrors(diagnostics)) {
    return refuse(reporter, diagnostics);
  }
  const graph = part(opened.value.graph, closure(opened.value.graph, selected.value));
  if (reporter.isJson) reporter.json({ exitCode: 0, ...toJson(graph) });
  else if (flags.has('dot')) reporter.result(toDot(graph));
  else if (flags.has('mermaid')) reporter.result(toMermaid(graph));
  else reporter.result(asText(graph));
  return 0;
};

function twoForms(forms: readonly string[]): Diagnostic {
  const code: CliCode = 'cli/exclusive-flags';
  const message = `${forms.join(' and ')} exclude each other`;
  return { code, severity: 'error', message, hint: 'ask for one form of the graph', cause: 'input' };
}

function part({ targets }: TargetGraph, labels: readonly string[]): TargetGraph {
  return { targets: new Map(labels.map((label) => [label, targets.get(label)!])) };
}

/** One target a line, in the order in which they are built, with what it needs. */
function asText(graph: TargetGraph): string {
  return toJson(graph)
    .targets.map(({ label, needs }) => (needs.length === 0 ? label : `${label} <- ${needs.join(', ')}`))
    .join('\n');
}
