import type { PlannedAction, TreeExpression } from '../../action/index.ts';
import type { BuildConfigField } from '../../config/index.ts';
import { archiveClasses, compileJava, dexClasses, output } from '../android-actions.ts';
import { actionName, type VariantApp } from './app.ts';
import {
  type BuildConfigFacts,
  buildConfigPath,
  buildConfigSource,
  type JavaField,
  javaString,
  stamped,
  stampValue,
  withoutStamp,
} from './build-config.ts';
import { filesBelow, inWorkspace, sourcesAt } from './source-sets.ts';

/** Language level of the app's Java. D8 brings what the platform lacks. */
const JAVA_RELEASE = '17';

/** Java, `R` and `BuildConfig` to DEX. What is stamped is compiled by itself, against nothing. */
export function variantCode(app: VariantApp): PlannedAction[] {
  const { stages, variant, context, namespace, android } = app;
  const facts = buildConfig(app);
  const isStamped = facts.fields.some((field) => field.isStamped);
  const java = variant.sets
    .flatMap((set) => ['java', 'kotlin'].flatMap((folder) => filesBelow(context, set, folder)))
    .filter((path) => path.endsWith('.java'))
    .sort();
  const resourceClass = `gen/${namespace.replaceAll('.', '/')}/R.java`;
  const classes = output(stages.owner, actionName(app, 'javac'));
  const constants = actionName(app, 'build-config');
  return [
    compileJava(stages, {
      name: actionName(app, 'javac'),
      release: JAVA_RELEASE,
      sources: {
        kind: 'merge',
        of: [
          sourcesAt(context, java.map(literally)),
          { kind: 'filter', of: output(stages.owner, actionName(app, 'link')), include: ['gen/**'] },
          { kind: 'literal', files: [buildConfigSource(withoutStamp(facts))] },
        ],
      },
      paths: [...java.map((path) => inWorkspace(context, path)), resourceClass, buildConfigPath(namespace)],
    }),
    ...(isStamped
      ? [
          compileJava(stages, {
            name: constants,
            release: JAVA_RELEASE,
            sources: { kind: 'literal', files: [buildConfigSource(facts)] },
            paths: [buildConfigPath(namespace)],
          }),
        ]
      : []),
    archiveClasses(stages, {
      context,
      name: actionName(app, 'classes'),
      classes: isStamped ? { kind: 'merge', of: [classes, output(stages.owner, constants)] } : classes,
    }),
    dexClasses(stages, {
      name: actionName(app, 'dex'),
      minSdk: android.minSdk,
      isDebuggable: variant.isDebuggable,
      classes: output(stages.owner, actionName(app, 'classes')),
    }),
  ];
}

export function dexFiles(app: VariantApp): TreeExpression {
  return { kind: 'filter', of: output(app.stages.owner, actionName(app, 'dex')), include: ['*.dex'] };
}

function buildConfig({ variant, namespace, android, context }: VariantApp): BuildConfigFacts {
  const { stamp } = context.settings;
  const version: JavaField[] = [
    android.versionCode === undefined
      ? stampField('VERSION_CODE', 'int', String(stamp.buildNumber))
      : constant('VERSION_CODE', 'int', String(android.versionCode)),
    android.versionName === undefined
      ? stampField('VERSION_NAME', 'String', stampValue(stamp, 'BUILD_VERSION'))
      : constant('VERSION_NAME', 'String', javaString(android.versionName)),
  ];
  const own = variant.fields.map(({ name, type, from }: BuildConfigField) => {
    if ('stamp' in from) return stampField(name, type, stampValue(stamp, from.stamp));
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

/** A pattern that names this path alone. */
function literally(path: string): string {
  return path.replace(/[*?[\]{}\\]/g, '\\$&');
}
