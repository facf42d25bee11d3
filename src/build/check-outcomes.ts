import type { Diagnostic } from '../base/index.ts';
import { describeFailure } from '../execution/index.ts';
import type { PlannedLint, PlannedService, ToolName } from '../rules/index.ts';
import type { ActionOutcome } from './action-run.ts';
import type { LintOutcome, LoadOutcome } from './outcome.ts';

interface Given {
  readonly outcomeOf: (actionId: string) => ActionOutcome | undefined;
  /** A file of an action's output. */
  readonly read: (outcome: ActionOutcome, path: string) => string | undefined;
  readonly toolProblems: (name: ToolName) => readonly Diagnostic[];
}

/** What came of a linter: its report, or why there is none. */
export function lintOutcome(planned: PlannedLint, given: Given): LintOutcome {
  const { action, needs: _, missing, report: path, ...lint } = planned;
  if (!action) {
    const problems = missing === undefined ? [] : given.toolProblems(missing);
    const texts = problems.map(({ message, hint }) => (hint ? `${message}: ${hint}` : message));
    return { ...lint, problem: texts.join('; ') || `${missing} is missing`, isMissing: true };
  }
  const outcome = given.outcomeOf(action.id);
  const report = outcome && outcome.status !== 'failed' ? given.read(outcome, path) : undefined;
  return report === undefined ? { ...lint, problem: whyNot(outcome, lint.linter) } : { ...lint, report };
}

/** The same of a service that was loaded. */
export function loadOutcome({ action, command, report: path }: PlannedService, given: Given): LoadOutcome {
  const outcome = given.outcomeOf(action.id);
  const report = outcome && outcome.status !== 'failed' ? given.read(outcome, path) : undefined;
  return report === undefined ? { command, problem: whyNot(outcome, 'the load') } : { command, report };
}

function whyNot(outcome: ActionOutcome | undefined, program: string): string {
  const { failure } = outcome ?? {};
  if (failure?.kind === 'exit')
    return `${program} ended with exit code ${failure.exitCode}; the log of the build has its words`;
  return failure
    ? `${program}: ${describeFailure(failure)}`
    : `${program} was not run: the build stopped before`;
}
