import type { AndroidFacts, SigningFacts, VariantFacts } from './facts.ts';
import { type DependencyReading, readDependencies } from './read-dependencies.ts';
import { readJava, readKotlin } from './read-languages.ts';
import { readRepositories } from './read-repositories.ts';
import { readSourceSets } from './read-source-sets.ts';
import { readTexts, readVariant } from './read-variant.ts';
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
} from './reading.ts';
import type { Setting } from './settings.ts';
import { type Found, type Value, whyUnknown } from './value.ts';

export interface ModuleReading extends DependencyReading {
  /** A script that the module applies, by the path it is applied by; `undefined` where it is not to be read. */
  readonly applied: (
    path: string,
  ) => (Pick<ModuleReading, 'evaluator' | 'applied'> & { readonly settings: readonly Setting[] }) | undefined;
}

type Draft = { -readonly [Key in keyof AndroidFacts]: AndroidFacts[Key] } & {
  plugins: Found<string>[];
  buildTypes: Map<string, VariantFacts>;
  flavors: Map<string, VariantFacts>;
  dimensions: Found<string>[];
  signing: Map<string, SigningFacts>;
  features: Map<string, Found<boolean>>;
  dependencies: AndroidFacts['dependencies'][number][];
};

/** Plugins whose work a build without Gradle does, or that do nothing to an app. */
const CARRIED_PLUGINS = new Set([
  ...['com.android.application', 'android', 'com.android.base'],
  ...['com.android.library', 'java', 'java-library', 'org.jetbrains.kotlin.jvm', 'kotlin'],
  ...['org.jetbrains.kotlin.android', 'kotlin-android'],
]);
/** Blocks of the file that say nothing of the app. */
const SURROUNDING = [
  'wrapper',
  'group',
  'version',
  'archivesBaseName',
  'description',
  'idea',
  'spotless',
  'checkstyle',
  'base',
];
/** Defined by the scope, or about Gradle's own plugins. */
const ELSEWHERE = ['ext', 'extra', 'buildscript'];

/** What a module's build file says of an Android app. */
export function readModule(reading: ModuleReading, settings: readonly Setting[]): AndroidFacts {
  const draft: Draft = {
    plugins: [],
    defaults: readVariant(reading, [], { within: 'defaultConfig' }),
    buildTypes: new Map(),
    flavors: new Map(),
    dimensions: [],
    signing: new Map(),
    features: new Map(),
    dependencies: [],
  };
  readSettings(settings, fileHandlers(reading, draft), { gaps: reading.gaps, within: 'the build file' });
  return draft;
}

function fileHandlers(reading: ModuleReading, draft: Draft): Handlers {
  return {
    plugins: (setting) => readPlugins(reading, setting, draft),
    apply: (setting) => readApply(reading, setting, draft),
    android: (setting) =>
      readSettings(blockOf(setting), androidHandlers(reading, draft), {
        gaps: reading.gaps,
        within: 'android',
        outer: dependencyHandlers(reading, draft),
      }),
    ...dependencyHandlers(reading, draft),
    allprojects: (setting) => readForAll(reading, setting),
    subprojects: (setting) => readForAll(reading, setting),
    rootProject: (setting) => readForAll(reading, setting),
    project: (setting) => readForAll(reading, setting),
    java: (setting) => readJava(reading, setting, draft),
    kotlin: (setting) => readKotlin(reading, setting),
    ...handle(SURROUNDING, (setting) => ignore(reading, setting)),
    ...handle(ELSEWHERE, () => {}),
    ...handle(['task', 'tasks', 'afterEvaluate', 'configurations', 'gradle'], (setting) =>
      reading.gaps.code(setting.span),
    ),
  };
}

function dependencyHandlers(reading: ModuleReading, draft: Draft): Handlers {
  return {
    dependencies: (setting) => {
      draft.dependencies.push(...readDependencies(reading, blockOf(setting)));
    },
    repositories: (setting) => readRepositories(reading, blockOf(setting)),
  };
}

/** What a file says of other modules, or of itself by another name: their repositories, and otherwise code. */
function readForAll(reading: ModuleReading, setting: Setting): void {
  const handlers: Handlers = {
    repositories: (each) => readRepositories(reading, blockOf(each)),
    ...handle(ELSEWHERE, () => {}),
  };
  readSettings(blockOf(setting), handlers, { gaps: reading.gaps, within: setting.name });
}

/** `id 'a' version 'b' apply false`, `alias(libs.plugins.a)`, `kotlin("android")`. */
export function pluginOf({ evaluator, catalog }: ModuleReading, setting: Setting): Found<string> | undefined {
  const [value] = evaluator.argumentsOf(setting.values).map((each) => each.value);
  const { span } = setting;
  const isNotApplied = setting.chained.some(({ name, values }) => {
    const given = values[0]?.value;
    return name === 'apply' && given?.kind === 'boolean' && !given.value;
  });
  if (isNotApplied) return undefined;
  if (setting.name === 'alias' && value?.kind === 'reference') {
    const id = catalog.plugin(value.path.split('.').slice(2));
    return { value: id ?? value.path, span };
  }
  if (value?.kind === 'text')
    return { value: setting.name === 'kotlin' ? `org.jetbrains.kotlin.${value.text}` : value.text, span };
  return setting.isOpaque ? undefined : { value: setting.name, span };
}

function readPlugins(reading: ModuleReading, setting: Setting, draft: Draft): void {
  for (const each of blockOf(setting)) {
    const found = pluginOf(reading, each);
    if (found) addPlugin(reading, found, draft);
  }
}

function addPlugin({ gaps }: Reading, found: Found<string>, draft: Draft): void {
  draft.plugins.push(found);
  if (CARRIED_PLUGINS.has(found.value)) return;
  gaps.add('gradle/plugin', `what the plugin ${found.value} does is not done`, { span: found.span });
}

/** `apply plugin: 'a'`, `apply(plugin = "a")`, `apply from: 'a.gradle'`. */
function readApply(reading: ModuleReading, setting: Setting, draft: Draft): void {
  for (const { name, value } of reading.evaluator.argumentsOf(setting.values)) {
    if (name === 'plugin' && value.kind === 'text')
      addPlugin(reading, { value: value.text, span: setting.span }, draft);
    else if (name === 'from') {
      const what = value.kind === 'text' ? value.text : 'a file';
      const script = value.kind === 'text' ? reading.applied(value.text) : undefined;
      if (script) {
        const { settings, ...within } = script;
        const handlers = fileHandlers({ ...reading, ...within }, draft);
        readSettings(settings, handlers, { gaps: reading.gaps, within: what });
        continue;
      }
      reading.gaps.add('gradle/not-read', `${what} is applied here, and is not read`, { span: setting.span });
    } else missing(reading, setting, value);
  }
}

const IGNORED = [
  ...['lint', 'lintOptions', 'testOptions', 'dexOptions', 'adbOptions', 'installation'],
  ...['dependenciesInfo', 'testBuildType', 'compileSdkExtension', 'useLibraryTest'],
];

function androidHandlers(reading: ModuleReading, draft: Draft): Handlers {
  const outer: Handlers = {
    namespace: (setting) => set(draft, 'namespace', textOf(reading, setting)),
    compileSdk: (setting) => set(draft, 'compileSdk', compileSdkOf(reading, setting)),
    buildToolsVersion: (setting) => ignore(reading, setting),
  };
  const variants = (map: Map<string, VariantFacts>, within: string): Handler => {
    return (setting) => {
      for (const each of blockOf(setting)) addVariant(reading, { setting: each, map, within });
    };
  };
  return {
    ...outer,
    defaultConfig: (setting) => {
      const facts = readVariant(reading, blockOf(setting), {
        within: 'defaultConfig',
        outer,
        levels: { compileSdk: draft.compileSdk?.value },
      });
      draft.defaults = merged(draft.defaults, facts);
    },
    androidResources: (setting) => readAndroidResources(reading, setting, draft),
    buildTypes: variants(draft.buildTypes, 'buildTypes'),
    productFlavors: variants(draft.flavors, 'productFlavors'),
    flavorDimensions: (setting) => readDimensions(reading, setting, draft),
    signingConfigs: (setting) => {
      for (const each of blockOf(setting)) readSigning(reading, each, draft);
    },
    compileOptions: (setting) => readJava(reading, setting, draft),
    kotlinOptions: (setting) => readKotlin(reading, setting),
    kotlin: (setting) => readKotlin(reading, setting),
    sourceSets: (setting) => readSourceSets(reading, blockOf(setting)),
    buildFeatures: (setting) => readFeatures(reading, setting, draft),
    viewBinding: (setting) => readBinding(reading, setting, draft),
    dataBinding: (setting) => readBinding(reading, setting, draft),
    ...handle(IGNORED, (setting) => ignore(reading, setting)),
    ...handle(['applicationVariants', 'variantFilter', 'libraryVariants'], (setting) =>
      reading.gaps.code(setting.span),
    ),
  };
}

/** A block may stand twice, and a dotted line is a block of its own; what comes later wins. */
function merged(before: VariantFacts, after: VariantFacts): VariantFacts {
  return {
    ...before,
    ...after,
    unknown: [...before.unknown, ...after.unknown],
    ruleFiles: [...before.ruleFiles, ...after.ruleFiles],
    resourceConfigurations: [...before.resourceConfigurations, ...after.resourceConfigurations],
    consumerRules: [...before.consumerRules, ...after.consumerRules],
    buildConfigFields: [...before.buildConfigFields, ...after.buildConfigFields],
    resValues: [...before.resValues, ...after.resValues],
    placeholders: [...before.placeholders, ...after.placeholders],
  };
}

function addVariant(
  reading: ModuleReading,
  {
    setting,
    map,
    within,
  }: { readonly setting: Setting; readonly map: Map<string, VariantFacts>; readonly within: string },
): void {
  if (setting.isOpaque || RUN.has(setting.name)) {
    reading.gaps.code(setting.span);
    return;
  }
  const facts = readVariant(reading, blockOf(setting), { within: `${within}.${setting.name}` });
  const before = map.get(setting.name);
  map.set(setting.name, before ? merged(before, facts) : { ...facts, place: setting.span });
}

const RUN = new Set(['all', 'each', 'configureEach', 'forEach', 'whenObjectAdded', 'matching']);

/** `compileSdk 34`, `compileSdkVersion 'android-34'`, `compileSdk { version = release(36) }`. */
function compileSdkOf(reading: Reading, setting: Setting): Found<number> | undefined {
  const version = setting.block?.find(({ name }) => name === 'version');
  const value = version && valueIn(reading, version);
  const level =
    value?.kind === 'invocation' && value.path === 'release' ? value.arguments[0]?.value : undefined;
  if (level?.kind === 'number') return { value: level.number, span: setting.span };
  return levelOf(reading, setting);
}

function readDimensions(reading: Reading, setting: Setting, draft: Draft): void {
  for (const { value } of reading.evaluator.argumentsOf(setting.values)) {
    const items =
      value.kind === 'list'
        ? value.items
        : value.kind === 'invocation'
          ? value.arguments.map((each) => each.value)
          : [value];
    for (const item of items) {
      if (item.kind === 'text') draft.dimensions.push({ value: item.text, span: setting.span });
      else missing(reading, setting, item);
    }
  }
}

/** Passwords are not read at all: a build takes them from the environment. */
function readSigning(reading: Reading, setting: Setting, draft: Draft): void {
  if (setting.isOpaque) {
    reading.gaps.code(setting.span);
    return;
  }
  const facts: { storeFile?: Found<string>; keyAlias?: Found<string> } = {
    ...draft.signing.get(setting.name),
  };
  for (const each of blockOf(setting)) {
    if (each.isOpaque) {
      reading.gaps.code(each.span);
      continue;
    }
    const value = valueIn(reading, each);
    if (each.name === 'keyAlias' && value.kind === 'text')
      facts.keyAlias = { value: value.text, span: each.span };
    else if (each.name === 'storeFile' && fileOf(value) !== undefined)
      facts.storeFile = { value: fileOf(value)!, span: each.span };
    else if (each.name === 'keyAlias' || each.name === 'storeFile')
      reading.gaps.add('gradle/unknown-value', `\`${each.name}\` cannot be known: ${whyUnknown(value)}`, {
        span: each.span,
        hint: 'write `signing:` with a storeFile in the folder of the app, and keyAlias',
      });
  }
  draft.signing.set(setting.name, facts);
}

function fileOf(value: Value): string | undefined {
  if (value.kind !== 'invocation' || !/(^|\.)file$/.test(value.path)) return undefined;
  const [only] = value.arguments;
  return only?.value.kind === 'text' ? only.value.text : undefined;
}

/** `androidResources { localeFilters += listOf("en") }`, which is `resourceConfigurations` of today. */
function readAndroidResources(reading: Reading, setting: Setting, draft: Draft): void {
  const handlers: Handlers = {
    localeFilters: (each) => {
      const { resourceConfigurations: before } = draft.defaults;
      const resourceConfigurations = [...before, ...readTexts(reading, each)];
      draft.defaults = { ...draft.defaults, resourceConfigurations };
    },
  };
  readSettings(blockOf(setting), handlers, { gaps: reading.gaps, within: setting.name });
}

function readFeatures(reading: Reading, setting: Setting, draft: Draft): void {
  for (const each of blockOf(setting)) {
    const value = valueIn(reading, each);
    if (value.kind === 'boolean') draft.features.set(each.name, { value: value.boolean, span: each.span });
    else missing(reading, each, value);
  }
}

/** `viewBinding { enabled = true }`, the former way. */
function readBinding(reading: Reading, setting: Setting, draft: Draft): void {
  for (const each of blockOf(setting)) {
    const value = /^(isE|e)nabled$/.test(each.name) ? booleanOf(reading, each) : undefined;
    if (value) draft.features.set(setting.name, value);
  }
}
