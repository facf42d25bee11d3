import type { Diagnostic } from '../base/index.ts';
import type { RuleContext } from './rule.ts';

/** Where the target is declared. */
export function targetPlace({ target }: Pick<RuleContext, 'target'>): Pick<Diagnostic, 'span' | 'path'> {
  return target.span ? { span: target.span } : { path: target.directory };
}
