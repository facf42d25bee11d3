import { counted, type Diagnostic } from '../../base/index.ts';
import { loadCheck } from '../../build/index.ts';
import { diagnosticsJson, exitCodeOf } from '../report/reporter.ts';
import { variableProblems } from '../variables.ts';
import type { Verb } from '../verb.ts';

export const validateVerb: Verb = async (context) => {
  const { reporter } = context;
  const { checkWorkspace } = await loadCheck();
  const { diagnostics: found, targets } = await checkWorkspace({ ...context, sink: () => {} });
  const diagnostics = [...variableProblems(context.host.env.variables), ...found];
  const exitCode = exitCodeOf(diagnostics);
  if (reporter.isJson) reporter.json({ exitCode, targets, diagnostics: diagnosticsJson(diagnostics) });
  else {
    reporter.diagnostics(diagnostics);
    const count = (severity: Diagnostic['severity']): string =>
      counted(diagnostics.filter((each) => each.severity === severity).length, severity);
    const lesser = `${count('warning')}, ${count('note')}`;
    reporter.note(
      exitCode === 0 ? `valid: ${counted(targets, 'target')}, ${lesser}` : `${count('error')}, ${lesser}`,
    );
  }
  return exitCode;
};
