import { signingOf } from './document-signing.ts';
import { variantKeys } from './document-variant.ts';
import { versionCode, versionName } from './document-version.ts';
import type { AndroidFacts, VariantFacts } from './facts.ts';
import type { Gaps } from './gaps.ts';
import { isOwnPath } from './own-path.ts';

type Entry = Readonly<Record<string, unknown>>;

/** `debug` and `release` are there without being named. */
const ALWAYS_THERE = new Set(['debug', 'release']);

/** `android.buildTypes`; `undefined` where there is nothing to say. */
export function buildTypes(facts: AndroidFacts, gaps: Gaps): readonly Entry[] | undefined {
  const release = (facts.buildTypes.get('release')?.signingConfig ?? facts.defaults.signingConfig)?.value;
  const entries = [...facts.buildTypes].flatMap(([name, variant]) => {
    const { debuggable, signingConfig } = variant;
    const isUsual = debuggable === undefined || debuggable.value === (name === 'debug');
    const own = signingConfig && signingConfig.value !== release ? signingConfig.value : undefined;
    const signing = own === undefined ? undefined : signingOf(facts, own, gaps);
    tellLevels(name, variant, gaps);
    for (const key of ['applicationId', 'versionCode', 'versionName'] as const)
      if (variant[key]) gaps.noKey(`\`${key}\` of the build type ${name}`, variant[key].span);
    const entry = {
      ...(isUsual ? {} : { debuggable: debuggable.value }),
      ...shrinking(name, variant, gaps),
      ...(signing ? { signing: { ...signing, ...(own === 'debug' ? { kind: 'debug' } : {}) } } : {}),
      ...suffixes(variant),
      ...variantKeys(variant, gaps),
    };
    return ALWAYS_THERE.has(name) && Object.keys(entry).length === 0 ? [] : [{ name, ...entry }];
  });
  return entries.length === 0 ? undefined : entries;
}

/** The rules that mobileops brings stand for `proguard-android-optimize.txt`; it has no others. */
function shrinking(name: string, variant: VariantFacts, gaps: Gaps): Entry {
  const { minifyEnabled, shrinkResources, defaultRules, ruleFiles } = variant;
  if (shrinkResources?.value) gaps.noKey(`\`shrinkResources\` of ${name}`, shrinkResources.span);
  if (!minifyEnabled?.value) return {};
  if (defaultRules?.value !== 'proguard-android-optimize.txt') {
    const given = defaultRules
      ? `in place of those of ${defaultRules.value}`
      : 'where the build file names none';
    gaps.add('gradle/replaced-value', `the rules that mobileops brings count for ${name} ${given}`, {
      span: (defaultRules ?? minifyEnabled).span,
    });
  }
  const outside = ruleFiles.filter(({ value }) => !isOwnPath(value));
  for (const { value, span } of outside) gaps.noKey(`the rule file ${value} outside the module`, span);
  return { minifyEnabled: true, proguardFiles: ruleFiles.map(({ value }) => value).filter(isOwnPath) };
}

/** `android.flavors`, by dimension in the order in which the dimensions are declared. */
export function flavors(facts: AndroidFacts, gaps: Gaps): readonly Entry[] | undefined {
  const order = facts.dimensions.map(({ value }) => value);
  const [only, ...others] = order;
  const place = ({ dimension }: VariantFacts): number => order.indexOf(dimension?.value ?? only ?? '');
  const sorted = [...facts.flavors].sort(([, a], [, b]) => place(a) - place(b));
  const entries = sorted.map(([name, variant]) => {
    tellLevels(name, variant, gaps);
    if (variant.signingConfig)
      gaps.noKey(`\`signingConfig\` of the flavor ${name}`, variant.signingConfig.span);
    const dimension = variant.dimension?.value ?? (others.length === 0 ? only : undefined);
    const [code, text] = [versionCode(variant.versionCode, gaps), versionName(variant.versionName, gaps)];
    return {
      name,
      ...(dimension === undefined ? {} : { dimension }),
      ...(variant.applicationId ? { applicationId: variant.applicationId.value } : {}),
      ...(code === undefined ? {} : { versionCode: code }),
      ...(text === undefined ? {} : { versionName: text }),
      ...suffixes(variant),
      ...variantKeys(variant, gaps),
    };
  });
  return entries.length === 0 ? undefined : entries;
}

function suffixes({ applicationIdSuffix, versionNameSuffix }: VariantFacts): Entry {
  return {
    ...(applicationIdSuffix ? { applicationIdSuffix: applicationIdSuffix.value } : {}),
    ...(versionNameSuffix ? { versionNameSuffix: versionNameSuffix.value } : {}),
  };
}

/** All variants of an app are for the same levels. */
function tellLevels(name: string, variant: VariantFacts, gaps: Gaps): void {
  for (const key of ['minSdk', 'targetSdk'] as const)
    if (variant[key]) gaps.noKey(`\`${key}\` of ${name}`, variant[key].span);
}
