import type { Diagnostic } from '../base/index.ts';
import type { RulePlan } from './rule.ts';

/** Of a target that is not built. */
export function refusedPlan(diagnostics: readonly Diagnostic[]): RulePlan {
  return { actions: [], tests: [], artifacts: [], exports: { kind: 'merge', of: [] }, diagnostics };
}
