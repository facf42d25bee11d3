import { assertNever, formatLabel } from '../base/index.ts';
import type { ComponentSpec, TargetSpec } from '../config/index.ts';
import { componentRule } from './component/component-rule.ts';
import type { RuleContext, RulePlan } from './rule.ts';

/** Gives a target to its rule. A kind that has none is refused by name. */
export function planTarget(context: RuleContext): RulePlan {
  const { spec } = context;
  switch (spec.rule) {
    case 'component':
      return componentRule(as<ComponentSpec>(context, spec));
    case 'scripts':
    case 'pwa':
    case 'image':
    case 'hybrid':
      return refused(context, 'is not built by this version');
    case 'android':
      return refused(context, 'is an Android project of its own; this version builds hybrid apps only');
    case 'ios':
      return refused(context, 'is an iOS app; it needs Xcode on a Mac, which this version does not drive');
    default:
      return assertNever(spec);
  }
}

function as<Spec extends TargetSpec>(context: RuleContext, spec: Spec): RuleContext<Spec> {
  return { ...context, spec };
}

function refused({ target }: RuleContext, why: string): RulePlan {
  return {
    actions: [],
    tests: [],
    artifacts: [],
    exports: { kind: 'literal', files: [] },
    diagnostics: [
      {
        code: 'rules/not-supported',
        severity: 'error',
        message: `${formatLabel(target.label)} ${why}`,
        hint: 'leave it out by naming the targets to build',
        ...(target.span ? { span: target.span } : { path: target.directory }),
        cause: 'input',
      },
    ],
  };
}
