import { assertNever } from '../base/index.ts';
import type { ComponentSpec, ImageSpec, MobileSpec, PackageImageSpec, ScriptsSpec } from '../config/index.ts';
import { androidRule } from './android/android-rule.ts';
import { componentRule } from './component/component-rule.ts';
import { withGlobalArtifacts } from './global-artifacts.ts';
import { gradleRule } from './gradle/index.ts';
import { hybridRule } from './hybrid/hybrid-rule.ts';
import { imageRule } from './image/image-rule.ts';
import { iosRule } from './ios/index.ts';
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
      return iosRule(context as RuleContext<MobileSpec>);
    default:
      return assertNever(spec);
  }
}
