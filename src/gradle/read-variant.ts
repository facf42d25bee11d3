import type { Span } from '../base/index.ts';
import type { FieldFact, ResourceFact, VariantFacts } from './facts.ts';
import { textsOf } from './library-files.ts';
import {
  blockOf,
  booleanOf,
  type Handler,
  type Handlers,
  handle,
  ignore,
  levelOf,
  missing,
  type Reading,
  readSettings,
  set,
  textOf,
  valueIn,
  type Within,
} from './reading.ts';
import type { Setting } from './settings.ts';
import type { Found, Value } from './value.ts';

type Draft = { -readonly [Key in keyof VariantFacts]: VariantFacts[Key] } & {
  unknown: string[];
  ruleFiles: Found<string>[];
  consumerRules: Found<string>[];
  resourceConfigurations: Found<string>[];
  buildConfigFields: FieldFact[];
  resValues: ResourceFact[];
  placeholders: (readonly [string, Found<string>])[];
};

/** Settings that concern tests or Gradle alone. */
const IGNORED = [
  ...['testInstrumentationRunnerArguments', 'testInstrumentationRunnerArgument', 'testApplicationId'],
  'setProperty',
  ...['testCoverageEnabled', 'enableUnitTestCoverage', 'enableAndroidTestCoverage', 'matchingFallbacks'],
  ...['archivesBaseName', 'testHandleProfiling', 'testFunctionalTest', 'zipAlignEnabled', 'default'],
  'vcsInfo',
];

interface VariantPlace extends Omit<Within, 'gaps'> {
  /** What a level may refer to: `targetSdk = compileSdk`. */
  readonly levels?: Readonly<Record<string, number | undefined>>;
}

/** Reads `defaultConfig`, a build type or a flavor. */
export function readVariant(
  reading: Reading,
  settings: readonly Setting[],
  { within, outer, levels = {} }: VariantPlace,
): VariantFacts {
  const draft: Draft = {
    ...{ unknown: [], ruleFiles: [], consumerRules: [], resourceConfigurations: [] },
    ...{ buildConfigFields: [], resValues: [], placeholders: [] },
  };
  readSettings(settings, handlersOf(reading, draft, levels), {
    gaps: reading.gaps,
    within,
    ...(outer ? { outer } : {}),
  });
  return draft;
}

function handlersOf(reading: Reading, draft: Draft, levels: NonNullable<VariantPlace['levels']>): Handlers {
  const text = (
    key: 'applicationId' | 'applicationIdSuffix' | 'versionNameSuffix' | 'dimension',
  ): Handler => {
    return (setting) => {
      const found = textOf(reading, setting);
      if (found) draft[key] = found;
      else draft.unknown.push(key);
    };
  };
  const level = (key: 'minSdk' | 'targetSdk'): Handler => {
    return (setting) => {
      const found = levelOf(reading, setting, { ...levels, minSdk: draft.minSdk?.value });
      if (found) draft[key] = found;
      else draft.unknown.push(key);
    };
  };
  const flag = (key: 'minifyEnabled' | 'shrinkResources' | 'debuggable' | 'multiDexEnabled'): Handler => {
    return (setting) => set(draft, key, booleanOf(reading, setting));
  };
  return {
    applicationId: text('applicationId'),
    applicationIdSuffix: text('applicationIdSuffix'),
    versionNameSuffix: text('versionNameSuffix'),
    dimension: text('dimension'),
    minSdk: level('minSdk'),
    targetSdk: level('targetSdk'),
    minifyEnabled: flag('minifyEnabled'),
    shrinkResources: flag('shrinkResources'),
    debuggable: flag('debuggable'),
    multiDexEnabled: flag('multiDexEnabled'),
    versionCode: (setting) => set(draft, 'versionCode', valueIn(reading, setting)),
    versionName: (setting) => set(draft, 'versionName', valueIn(reading, setting)),
    proguardFiles: (setting) => readRules(reading, setting, draft),
    proguardFile: (setting) => readRules(reading, setting, draft),
    ...handle(CONSUMER_RULES, (setting) => readRules(reading, setting, { ruleFiles: draft.consumerRules })),
    buildConfigField: (setting) => readField(reading, setting, draft),
    resValue: (setting) => readResource(reading, setting, draft),
    manifestPlaceholders: (setting) => readPlaceholders(reading, setting, draft),
    addManifestPlaceholders: (setting) => readPlaceholders(reading, setting, draft),
    testInstrumentationRunner: (setting) => set(draft, 'testRunner', textOf(reading, setting)),
    signingConfig: (setting) => readSigningConfig(reading, setting, draft),
    vectorDrawables: (setting) => readVectorDrawables(reading, setting),
    ...handle(['resConfig', 'resConfigs', 'resourceConfigurations'], (setting) => {
      draft.resourceConfigurations.push(...readTexts(reading, setting));
    }),
    ...handle(IGNORED, (setting) => ignore(reading, setting)),
  };
}

/** `resConfigs 'en', 'fr'`, `resourceConfigurations += ['en']`, `resourceConfigurations.addAll(listOf("en"))`. */
export function readTexts(reading: Reading, setting: Setting): Found<string>[] {
  const inner = blockOf(setting).filter(({ name }) => name === 'add' || name === 'addAll');
  return [setting, ...inner].flatMap(({ values, span }) =>
    reading.evaluator.argumentsOf(values).flatMap(({ value }) =>
      textsOf(value).flatMap((text) => {
        if (text === undefined) missing(reading, setting, value);
        return text === undefined ? [] : [{ value: text, span }];
      }),
    ),
  );
}

const CONSUMER_RULES = ['consumerProguardFiles', 'consumerProguardFile'];

/** `proguardFiles getDefaultProguardFile('…'), 'a.pro'`, also in a list. */
function readRules(
  reading: Reading,
  setting: Setting,
  draft: Pick<Draft, 'ruleFiles' | 'defaultRules'>,
): void {
  const values = reading.evaluator.argumentsOf(setting.values).flatMap(({ value }) => {
    if (value.kind === 'invocation' && LISTS.has(value.path))
      return value.arguments.map((each) => each.value);
    return value.kind === 'list' ? value.items : [value];
  });
  for (const value of values) {
    const { span } = value;
    const argument = value.kind === 'invocation' ? value.arguments[0]?.value : undefined;
    const name = argument?.kind === 'text' ? argument.text : undefined;
    if (value.kind === 'text') draft.ruleFiles.push({ value: value.text, span });
    else if (value.kind === 'invocation' && value.path === 'getDefaultProguardFile' && name !== undefined)
      draft.defaultRules = { value: name, span };
    else if (value.kind === 'invocation' && value.path === 'file' && name !== undefined)
      draft.ruleFiles.push({ value: name, span });
    else missing(reading, { ...setting, span }, value);
  }
}

const LISTS = new Set(['listOf', 'files', 'arrayOf', 'setOf']);

function three(reading: Reading, setting: Setting): readonly [string, string, Value] | undefined {
  const [type, name, value] = reading.evaluator.argumentsOf(setting.values).map((each) => each.value);
  if (type?.kind === 'text' && name?.kind === 'text' && value) return [type.text, name.text, value];
  const first = [type, name].find((each) => each && each.kind !== 'text');
  return missing(reading, setting, first ?? unknownAt(setting.span));
}

function unknownAt(span: Span): Value {
  return { kind: 'unknown', why: 'it does not have a type, a name and a value', span };
}

function readField(reading: Reading, setting: Setting, draft: Draft): void {
  const found = three(reading, setting);
  if (found) draft.buildConfigFields.push({ type: found[0], name: found[1], value: found[2] });
}

function readResource(reading: Reading, setting: Setting, draft: Draft): void {
  const found = three(reading, setting);
  if (!found) return;
  const [type, name, value] = found;
  if (value.kind !== 'text') missing(reading, { ...setting, name: `resValue ${name}` }, value);
  else draft.resValues.push({ type, name, value: { value: value.text, span: setting.span } });
}

/** `[a: 'b']`, `mapOf("a" to "b")`, `manifestPlaceholders.a = 'b'`, `manifestPlaceholders["a"] = "b"`. */
function readPlaceholders(reading: Reading, setting: Setting, draft: Draft): void {
  const add = (name: string, value: Value): void => {
    if (value.kind === 'text') draft.placeholders.push([name, { value: value.text, span: setting.span }]);
    else missing(reading, { name: `manifestPlaceholders.${name}`, span: setting.span }, value);
  };
  for (const each of blockOf(setting)) add(each.name, valueIn(reading, each));
  const list = reading.evaluator.argumentsOf(setting.values);
  for (const { name, value } of list) {
    if (name !== undefined) add(name, value);
    else if (value.kind === 'map') for (const [key, entry] of value.entries) add(key, entry);
    else if (value.kind === 'invocation') readPairs(reading, setting, value, add);
    else missing(reading, setting, value);
  }
}

function readPairs(
  reading: Reading,
  setting: Setting,
  value: Value & { kind: 'invocation' },
  add: (name: string, value: Value) => void,
): void {
  for (const { value: pair } of value.arguments) {
    const [name, entry] = pair.kind === 'invocation' && pair.path === 'to' ? pair.arguments : [];
    if (name?.value.kind === 'text' && entry) add(name.value.text, entry.value);
    else missing(reading, setting, pair);
  }
}

function readSigningConfig(reading: Reading, setting: Setting, draft: Draft): void {
  const value = valueIn(reading, setting);
  const path = value.kind === 'reference' ? /^signingConfigs\.(\w+)$/.exec(value.path)?.[1] : undefined;
  const argument =
    value.kind === 'invocation' && value.path.startsWith('signingConfigs.')
      ? value.arguments[0]?.value
      : undefined;
  const name = path ?? (argument?.kind === 'text' ? argument.text : undefined);
  if (name !== undefined) draft.signingConfig = { value: name, span: setting.span };
  else if (value.kind !== 'null') missing(reading, setting, value);
}

/** From API 21 on, the platform draws vectors itself. */
function readVectorDrawables(reading: Reading, setting: Setting): void {
  const handlers = { useSupportLibrary: (each: Setting) => ignore(reading, each) };
  readSettings(blockOf(setting), handlers, { gaps: reading.gaps, within: 'vectorDrawables' });
}
