import { type Diagnostic, hasErrors } from '../../base/index.ts';
import { loadWants, openWorkspace, readSources, sourceViews } from '../../build/index.ts';
import { diagnosticsJson, exitCodeOf } from '../report/reporter.ts';
import type { Verb, VerbContext } from '../verb.ts';

/** Everything that can be said without building: configuration, graph, sources, lock. */
export const validateVerb: Verb = async (context) => {
  const { reporter } = context;
  const { diagnostics, targets } = await check(context);
  const exitCode = exitCodeOf(diagnostics);
  if (reporter.isJson) reporter.json({ exitCode, targets, diagnostics: diagnosticsJson(diagnostics) });
  else {
    reporter.diagnostics(diagnostics);
    const count = (severity: Diagnostic['severity']): string => {
      const number = diagnostics.filter((each) => each.severity === severity).length;
      return `${number} ${severity}${number === 1 ? '' : 's'}`;
    };
    if (exitCode === 0) reporter.note(`valid: ${targets} targets, ${count('warning')}`);
    else reporter.note(`${count('error')}, ${count('warning')}`);
  }
  return exitCode;
};

async function check(context: VerbContext): Promise<{ diagnostics: readonly Diagnostic[]; targets: number }> {
  const environment = { ...context, sink: () => {} };
  const opened = await openWorkspace(environment);
  if (!opened.value) return { diagnostics: opened.diagnostics, targets: 0 };
  const { graph, root } = opened.value;
  const targets = [...graph.targets.values()];
  const refusals = targets.flatMap((target) => target.refusals ?? []);
  const sources = await readSources(environment, root);
  const diagnostics = [...opened.diagnostics, ...refusals, ...sources.diagnostics];
  if (hasErrors(sources.diagnostics)) return { diagnostics, targets: targets.length };
  const { wantsOf, checkedLock } = await loadWants();
  const wants = wantsOf(targets, sourceViews(context.host, root, sources.value));
  const lock = checkedLock(context.host, opened.value, wants);
  return { diagnostics: [...diagnostics, ...lock.diagnostics], targets: targets.length };
}
