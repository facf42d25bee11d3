import { hasErrors } from '../../base/index.ts';
import { type Explanation, Explanations, explanationText, openWorkspace } from '../../build/index.ts';
import { selectTargets } from '../../graph/index.ts';
import { cleanText } from '../report/clean-text.ts';
import { diagnosticsJson, exitCodeOf } from '../report/reporter.ts';
import type { Verb } from '../verb.ts';

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
  const explanations = new Explanations(host.fs, opened.value.root);
  const answers = selected.value.map((label) => ({ label, actions: inOrder(explanations.of(label)) }));
  if (reporter.isJson) {
    const targets = answers.map(({ label, actions }) => ({
      label,
      actions: actions.map(({ id, status, time, durationMs, reasons, record }) => {
        return { id, status, time, durationMs: Math.round(durationMs), key: record.key, reasons };
      }),
    }));
    reporter.json({ exitCode: 0, targets });
  } else for (const { label, actions } of answers) reporter.result(answerText(label, actions));
  return 0;
};

function inOrder(explanations: readonly Explanation[]): readonly Explanation[] {
  return [...explanations].sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
}

/** Always an answer: also where nothing was done, it says since when. */
function answerText(label: string, actions: readonly Explanation[]): string {
  const last = actions.at(-1);
  if (!last) return `${label} has not been built in this workspace; mobileops build ${label} builds it`;
  const since = new Date(last.time).toISOString().replace('T', ' ').slice(0, 19);
  const tail = `Since ${since} UTC no build found anything changed that ${label} depends on.`;
  return [...actions.map((each) => cleanText(explanationText(each), false)), tail].join('\n');
}
