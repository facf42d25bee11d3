import { assertNever, formatLabel } from '../base/index.ts';
import type { ComponentSpec, ImageSpec, MobileSpec, PackageImageSpec, ScriptsSpec } from '../config/index.ts';
import { androidRule } from './android/android-rule.ts';
import { componentRule } from './component/component-rule.ts';
import { withGlobalArtifacts } from './global-artifacts.ts';
import { gradleRule } from './gradle/index.ts';
import { hybridRule } from './hybrid/hybrid-rule.ts';
import { imageRule } from './image/image-rule.ts';
import { packagesRule } from './packages/index.ts';
import { pwaRule } from './pwa/pwa-rule.ts';
import type { RuleContext, RulePlan } from './rule.ts';
import { scriptsRule } from './scripts/scripts-rule.ts';

/** What a target's rule plans, and the artifacts of the global file that are made of it. */
export function planTarget(context: RuleContext): RulePlan {
  return withGlobalArtifacts(context, planByRule(context));
}

/** Gives a target to its rule. A kind that has none is refused by name. */
function planByRule(context: RuleContext): RulePlan {
  const { spec } = context;
  switch (spec.rule) {
    case 'component':
      return componentRule(context as RuleContext<ComponentSpec>);
    case 'scripts':
      return scriptsRule(context as RuleContext<ScriptsSpec>);
    case 'hybrid':
      return hybridRule(context as RuleContext<MobileSpec>);
    case 'pwa':
      return pwaRule(context as RuleContext<MobileSpec>);
    case 'image':
      return imageRule(context as RuleContext<ImageSpec>);
    case 'packages':
      return packagesRule(context as RuleContext<PackageImageSpec>);
    case 'android':
      return spec.android
        ? androidRule(context as RuleContext<MobileSpec>)
        : gradleRule(context as RuleContext<MobileSpec>);
    case 'ios':
      return refused(context, 'is an iOS app; it needs Xcode on a Mac, which this version does not drive');
    default:
      return assertNever(spec);
  }
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
