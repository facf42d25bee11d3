import type { LiteralFile, Origin, PlannedAction, TreeExpression } from '../../action/index.ts';
import type { BuildConfigField } from '../../config/index.ts';
import {
  archiveClasses,
  type ClassPath,
  compileJava,
  type JavacOptions,
  output,
} from '../android-actions.ts';
import { androidAction } from '../android-tools.ts';
import { ownCommand } from '../environment.ts';
import { actionName, type VariantApp, versionCode, versionName } from './app.ts';
import { classPackages } from './app-resources.ts';
import {
  type BuildConfigFacts,
  buildConfigSource,
  configOrigin,
  type JavaField,
  javaString,
  stamped,
  stampValue,
  withoutStamp,
} from './build-config.ts';
import { compileClassPath, libraryClassPath, withClasses } from './class-path.ts';
import { type CompiledCode, compileCode, compiledBy, joinedCode, NO_CODE } from './compile-code.ts';
import { dexActions } from './dex.ts';
import { moduleConfig } from './module-code.ts';
import { shrinkClasses } from './shrink.ts';
import { JAVA_RELEASE } from './sources.ts';

/** Kotlin, Java, `R` and `BuildConfig` to DEX. What is stamped is compiled by itself, against nothing. */
export function variantCode(app: VariantApp): PlannedAction[] {
  const { stages, context } = app;
  const { actions, classes } = compiled(app);
  return [
    ...actions,
    archiveClasses(stages, {
      context,
      name: actionName(app, 'classes'),
      classes: { kind: 'merge', of: classes },
    }),
    ...(app.variant.isShrunk ? [shrinkClasses(app)] : dexActions(app)),
    ...jarResources(app, {
      name: actionName(app, 'library-resources'),
      description: 'take resources of libraries',
      classpath: libraryClassPath(app),
    }),
  ];
}

function compiled(app: VariantApp): CompiledCode {
  const { early, beside, origins } = generatedCode(app);
  const late = lateConfigs(app);
  const libraries = compileClassPath(app);
  const generated = compiledAlone(app, 'generated', {
    ...early,
    origins,
    description: 'compile R and BuildConfig',
  });
  const configs = compiledAlone(app, 'build-config', {
    sources: { kind: 'literal', files: late.map(({ origin: _, ...file }) => file) },
    paths: late.map(({ path }) => path),
    origins: late.flatMap(({ origin }) => origin),
  });
  const { kotlin, java } = compileCode(app, {
    nameOf: (stage) => actionName(app, stage),
    moduleName: app.context.target.label.name,
    generated: { kind: 'literal', files: beside },
    generatedPaths: beside.map(({ path }) => path),
    origins,
    classpath: generated.classes.reduce((path, each) => withClasses(path, 'generated', each), libraries),
  });
  return joinedCode([kotlin, generated, java, configs]);
}

/** Java that sees nothing but the platform, where there is some. */
function compiledAlone(app: VariantApp, stage: string, java: JavacOptions): CompiledCode {
  if (java.paths.length === 0) return NO_CODE;
  return compiledBy(
    compileJava(app.stages, { ...java, name: actionName(app, stage), release: JAVA_RELEASE }),
  );
}

interface GeneratedCode {
  /** Compiled against nothing, so that an edit of the app does not compile it again. */
  readonly early: Pick<JavacOptions, 'sources' | 'paths'>;
  /** Compiled with the app's own Java. */
  readonly beside: readonly LiteralFile[];
  readonly origins: readonly Origin[];
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
    origins: [configOrigin(config, facts.fields)],
  };
}

/** `BuildConfig`s that nothing else is compiled with: those of modules, and the app's own if it has a value of the build. */
function lateConfigs(app: VariantApp): (LiteralFile & { readonly origin: Origin })[] {
  const facts = buildConfig(app);
  const own = isStamped(facts) ? [buildConfigSource(facts)] : [];
  return [
    ...own.map((file) => ({ ...file, origin: configOrigin(file, facts.fields) })),
    ...app.modules
      .filter(({ settings }) => settings.buildConfig)
      .map((module) => moduleConfig(module, app.variant)),
  ];
}

interface JarResourcesOptions {
  /** Of the action. */
  readonly name: string;
  readonly description: string;
  readonly classpath: ClassPath;
}

/** Files that libraries give to be found by class path, as `resources/`; nothing is made where there are no libraries. */
export function jarResources(
  { stages, context }: VariantApp,
  { name, description, classpath }: JarResourcesOptions,
): PlannedAction[] {
  const { paths, work, tools } = classpath;
  if (paths.length === 0) return [];
  return [
    androidAction(stages, name, {
      mnemonic: 'JarResources',
      description,
      ...ownCommand(context, 'jar-resources', ['--out', 'resources', ...paths]),
      tools,
      work,
      outputs: ['resources'],
    }),
  ];
}

/** What was made of the app's own, as it stands in the archive. */
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
  const own = variant.fields.map(({ name, type, from, span }: BuildConfigField): JavaField => {
    if ('stamp' in from) return { ...stampField(name, type, stampValue(stamp, from.stamp, type)), span };
    return { ...constant(name, type, type === 'String' ? javaString(from.value) : from.value), span };
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
