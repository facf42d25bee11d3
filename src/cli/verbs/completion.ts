import type { Diagnostic } from '../../base/index.ts';
import { completionScript, SHELLS } from '../completion-script.ts';
import type { CliCode } from '../diagnostics.ts';
import { refuse } from '../report/reporter.ts';
import type { Verb } from '../verb.ts';

export const completionVerb: Verb = async ({ positionals, reporter }) => {
  const shell = SHELLS.find((each) => each === positionals[0]);
  if (!shell) {
    const message = `there is no completion for \`${positionals[0]}\``;
    const code: CliCode = 'cli/bad-value';
    const diagnostics: Diagnostic[] = [
      { code, severity: 'error', message, hint: `one of ${SHELLS.join(', ')}` },
    ];
    return refuse(reporter, diagnostics);
  }
  const script = completionScript(shell);
  if (reporter.isJson) reporter.json({ exitCode: 0, shell, script });
  else reporter.result(script);
  return 0;
};
