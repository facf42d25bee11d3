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
    if (!isName('build type', name, { variant, gaps })) return [];
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
  const entries = sorted.flatMap(([name, variant]) => {
    if (!isName('flavor', name, { variant, gaps })) return [];
    tellLevels(name, variant, gaps);
    if (variant.signingConfig)
      gaps.noKey(`\`signingConfig\` of the flavor ${name}`, variant.signingConfig.span);
    const said = variant.dimension?.value ?? (others.length === 0 ? only : undefined);
    // Where there is one alone, its name says nothing.
    const dimension = others.length === 0 && !NAME.test(said ?? '') ? undefined : said;
    const [code, text] = [versionCode(variant.versionCode, gaps), versionName(variant.versionName, gaps)];
    const entry = {
      name,
      ...(dimension === undefined ? {} : { dimension }),
      ...(variant.applicationId ? { applicationId: variant.applicationId.value } : {}),
      ...(code === undefined ? {} : { versionCode: code }),
      ...(text === undefined ? {} : { versionName: text }),
      ...suffixes(variant),
      ...variantKeys(variant, gaps),
    };
    return [entry];
  });
  return entries.length === 0 ? undefined : entries;
}

/** As MobileBuild has names of flavors, of which folders and variants are named. */
const NAME = /^(?!main$|test|androidTest)[a-z][A-Za-z0-9]*$/;

function isName(
  what: string,
  name: string,
  { variant: { place }, gaps }: { readonly variant: VariantFacts; readonly gaps: Gaps },
): boolean {
  const isOne = NAME.test(name);
  if (!isOne && place)
    gaps.add(
      'gradle/setting',
      `the ${what} ${name} is not carried over: names begin with a small letter, and are letters and digits`,
      { span: place, hint: `give it and its folder src/${name} another name, and run init again` },
    );
  return isOne;
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
