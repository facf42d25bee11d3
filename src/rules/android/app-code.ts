import type { LiteralFile, PlannedAction, TreeExpression } from '../../action/index.ts';
import type { BuildConfigField } from '../../config/index.ts';
import { archiveClasses, compileJava, type JavacOptions, output } from '../android-actions.ts';
import { androidAction } from '../android-tools.ts';
import { ownCommand } from '../environment.ts';
import { actionName, type VariantApp, versionCode, versionName } from './app.ts';
import { classPackages } from './app-resources.ts';
import {
  type BuildConfigFacts,
  buildConfigSource,
  type JavaField,
  javaString,
  stamped,
  stampValue,
  withoutStamp,
} from './build-config.ts';
import { compileClassPath, libraryClassPath, withClasses } from './class-path.ts';
import { dexActions } from './dex.ts';
import { compileKotlin } from './kotlin.ts';
import { moduleConfig } from './module-code.ts';
import { shrinkClasses } from './shrink.ts';
import { inWorkspace } from './source-sets.ts';
import { codeAt, javaFiles, kotlinFiles } from './sources.ts';

/** Language level of the app's Java. D8 brings what the platform lacks. */
const JAVA_RELEASE = '17';

/** Kotlin, Java, `R` and `BuildConfig` to DEX. What is stamped is compiled by itself, against nothing. */
export function variantCode(app: VariantApp): PlannedAction[] {
  const { stages, context } = app;
  return [
    ...compiled(app),
    archiveClasses(stages, { context, name: actionName(app, 'classes'), classes: classesOf(app) }),
    ...(app.variant.isShrunk ? [shrinkClasses(app)] : dexActions(app)),
    ...resources(app),
  ];
}

function compiled(app: VariantApp): PlannedAction[] {
  const { stages, context } = app;
  const java = javaFiles(app);
  const { early, beside } = generatedCode(app);
  const generated: TreeExpression = { kind: 'literal', files: beside };
  const generatedPaths = beside.map(({ path }) => path);
  const hasEarly = early.paths.length > 0;
  const libraries = compileClassPath(app);
  const classpath = hasEarly
    ? withClasses(libraries, 'generated', output(stages.owner, actionName(app, 'generated')))
    : libraries;
  const hasKotlin = kotlinFiles(app).length > 0;
  return [
    ...(hasKotlin
      ? [
          compileKotlin(app, {
            ...{ name: actionName(app, 'kotlinc'), moduleName: context.target.label.name },
            ...{ generated, generatedPaths, classpath, jvmTarget: JAVA_RELEASE },
          }),
        ]
      : []),
    ...(hasEarly
      ? [
          compileJava(stages, {
            ...{ name: actionName(app, 'generated'), release: JAVA_RELEASE, ...early },
            description: 'compile R and BuildConfig',
          }),
        ]
      : []),
    ...(hasJava(app)
      ? [
          compileJava(stages, {
            name: actionName(app, 'javac'),
            release: JAVA_RELEASE,
            sources: { kind: 'merge', of: [codeAt(app, java), generated] },
            paths: [...java.map((path) => inWorkspace(context, path)), ...generatedPaths],
            classpath: hasKotlin
              ? withClasses(classpath, 'kotlin', output(stages.owner, actionName(app, 'kotlinc')))
              : classpath,
          }),
        ]
      : []),
    ...(hasLateConfig(app)
      ? [
          compileJava(stages, {
            name: actionName(app, 'build-config'),
            release: JAVA_RELEASE,
            sources: { kind: 'literal', files: lateConfigs(app) },
            paths: lateConfigs(app).map(({ path }) => path),
          }),
        ]
      : []),
  ];
}

interface GeneratedCode {
  /** Compiled against nothing, so that an edit of the app does not compile it again. */
  readonly early: Pick<JavacOptions, 'sources' | 'paths'>;
  /** Compiled with the app's own Java. */
  readonly beside: readonly LiteralFile[];
}

/** `R` of the app and its libraries, and the `BuildConfig` that its code is compiled with; one without values of the build may name the app's types. */
function generatedCode(app: VariantApp): GeneratedCode {
  const facts = buildConfig(app);
  const config = buildConfigSource(withoutStamp(facts));
  const resources = classPackages(app).map((each) => `gen/${each.replaceAll('.', '/')}/R.java`);
  const isEarly = isStamped(facts);
  const linked = output(app.stages.owner, actionName(app, 'link'));
  return {
    early: {
      sources: {
        kind: 'merge',
        of: [
          { kind: 'filter', of: linked, include: resources },
          { kind: 'literal', files: isEarly ? [config] : [] },
        ],
      },
      paths: [...resources, ...(isEarly ? [config.path] : [])],
    },
    beside: isEarly ? [] : [config],
  };
}

function hasJava(app: VariantApp): boolean {
  return javaFiles(app).length > 0 || generatedCode(app).beside.length > 0;
}

/** `BuildConfig`s that nothing else is compiled with: those of modules, and the app's own if it has a value of the build. */
function lateConfigs(app: VariantApp): LiteralFile[] {
  const facts = buildConfig(app);
  return [
    ...(isStamped(facts) ? [buildConfigSource(facts)] : []),
    ...app.modules
      .filter(({ settings }) => settings.buildConfig)
      .map((module) => moduleConfig(module, app.variant)),
  ];
}

function hasLateConfig(app: VariantApp): boolean {
  return lateConfigs(app).length > 0;
}

/** Below `classes/`. */
function classesOf(app: VariantApp): TreeExpression {
  const made = [
    ...(kotlinFiles(app).length > 0 ? ['kotlinc'] : []),
    ...(generatedCode(app).early.paths.length > 0 ? ['generated'] : []),
    ...(hasJava(app) ? ['javac'] : []),
    ...(hasLateConfig(app) ? ['build-config'] : []),
  ];
  return { kind: 'merge', of: made.map((stage) => output(app.stages.owner, actionName(app, stage))) };
}

/** Files that libraries give to be found by class path. */
function resources(app: VariantApp): PlannedAction[] {
  const { stages, context } = app;
  const { paths, work, tools } = libraryClassPath(app);
  if (paths.length === 0) return [];
  return [
    androidAction(stages, actionName(app, 'library-resources'), {
      mnemonic: 'JarResources',
      description: 'take resources of libraries',
      ...ownCommand(context, 'jar-resources', ['--out', 'resources', ...paths]),
      tools,
      work,
      outputs: ['resources'],
    }),
  ];
}

/** What `resources` made, as it stands in the archive. */
export function libraryResources(app: VariantApp): TreeExpression[] {
  if (libraryClassPath(app).paths.length === 0) return [];
  const made = output(app.stages.owner, actionName(app, 'library-resources'));
  return [{ kind: 'at', of: made, path: 'resources', optional: true }];
}

function isStamped({ fields }: BuildConfigFacts): boolean {
  return fields.some((field) => field.isStamped);
}

function buildConfig(app: VariantApp): BuildConfigFacts {
  const { variant, namespace, context } = app;
  const { stamp } = context.settings;
  const version: JavaField[] = [
    variant.versionCode === undefined
      ? stampField('VERSION_CODE', 'int', String(versionCode(app)))
      : constant('VERSION_CODE', 'int', String(variant.versionCode)),
    variant.versionName === undefined
      ? stampField('VERSION_NAME', 'String', versionName(app))
      : constant('VERSION_NAME', 'String', javaString(versionName(app))),
  ];
  const own = variant.fields.map(({ name, type, from }: BuildConfigField) => {
    if ('stamp' in from) return stampField(name, type, stampValue(stamp, from.stamp, type));
    return constant(name, type, type === 'String' ? javaString(from.value) : from.value);
  });
  const { applicationId, buildType, flavor, isDebuggable } = variant;
  return { namespace, applicationId, buildType, flavor, isDebuggable, fields: [...version, ...own] };
}

function constant(name: string, type: string, expression: string): JavaField {
  return { name, type, expression, isStamped: false };
}

function stampField(name: string, type: string, value: string): JavaField {
  return { name, type, expression: stamped(type, value), isStamped: true };
}
