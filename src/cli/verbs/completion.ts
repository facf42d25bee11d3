import { completionScript, SHELLS } from '../completion-script.ts';
import type { Verb } from '../verb.ts';

export const completionVerb: Verb = async ({ positionals, reporter }) => {
  const shell = SHELLS.find((each) => each === positionals[0]);
  if (!shell) {
    const message = `there is no completion for \`${positionals[0]}\``;
    reporter.diagnostics([
      { code: 'cli/bad-value', severity: 'error', message, hint: `one of ${SHELLS.join(', ')}` },
    ]);
    return 2;
  }
  reporter.result(completionScript(shell));
  return 0;
};
