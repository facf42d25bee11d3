import { hasErrors } from '../../base/index.ts';
import { openWorkspace } from '../../build/index.ts';
import { selectTargets } from '../../graph/index.ts';
import { type Explanation, explain } from '../explain.ts';
import { readExplanations } from '../explanations.ts';
import { diagnosticsJson, exitCodeOf } from '../report/reporter.ts';
import type { Verb, VerbContext } from '../verb.ts';

export const whyVerb: Verb = async (context) => {
  const { host, reporter, positionals } = context;
  const opened = await openWorkspace({ ...context, sink: () => {} });
  const selected = opened.value && selectTargets(opened.value.graph, positionals);
  const diagnostics = [...opened.diagnostics, ...(selected?.diagnostics ?? [])];
  if (!opened.value || !selected || hasErrors(diagnostics)) {
    const exitCode = exitCodeOf(diagnostics);
    if (reporter.isJson) reporter.json({ exitCode, diagnostics: diagnosticsJson(diagnostics) });
    reporter.diagnostics(diagnostics);
    return exitCode;
  }
  const { root } = opened.value;
  const answers = selected.value.map((label) => ({
    label,
    actions: explain(readExplanations(host.fs, root, label)),
  }));
  if (reporter.isJson) reporter.json({ exitCode: 0, targets: answers });
  else for (const { label, actions } of answers) reporter.result(answerText(context, label, actions));
  return 0;
};

const SHOWN_CHANGES = 20;

function answerText({ reporter }: VerbContext, label: string, actions: readonly Explanation[]): string {
  const { style } = reporter;
  if (actions.length === 0) return `${style.bold(label)}: this workspace has not built it yet`;
  const times = actions.map(({ time }) => time);
  const since = new Date(Math.max(...times)).toISOString();
  const lines = actions.flatMap(({ id, reason, changes }) => [
    `  ${id.slice(id.indexOf('#') + 1)}: ${reason}`,
    ...changes.slice(0, SHOWN_CHANGES).map((change) => `    ${change}`),
    ...(changes.length > SHOWN_CHANGES ? [`    and ${changes.length - SHOWN_CHANGES} more`] : []),
  ]);
  const tail = `  since then (${since}) no build found anything of it changed`;
  return [style.bold(label), ...lines, style.dim(tail)].join('\n');
}
