import type { PlannedAction, TreeExpression } from '../../action/index.ts';
import type { Diagnostic } from '../../base/index.ts';
import {
  archiveClasses,
  type ClassPath,
  classesJar,
  dexClasses,
  intermediateFiles,
  linkedContent,
  linkResources,
  NO_CLASS_PATH,
  output,
  packageApk,
} from '../android-actions.ts';
import { isDeviceTest } from '../android-unit-tests.ts';
import type { DeclaredArtifact, DeviceTest, PlannedTest } from '../rule.ts';
import { type App, actionName, type VariantApp } from './app.ts';
import { jarResources } from './app-code.ts';
import {
  deviceCompileClassPath,
  deviceOnlyClassPath,
  deviceOnlyLibraries,
  hasPart,
  joined,
  runtimeClassPath,
} from './class-path.ts';
import { compileCode, joinedCode } from './compile-code.ts';
import {
  compiledDeviceResources,
  deviceManifest,
  deviceNamespace,
  devicePackages,
  deviceResourceNames,
  stageOf,
  TEST_SET,
} from './device-resources.ts';
import { modeOf, seeing } from './dex.ts';
import { filesBelow, folderOf, inWorkspace } from './source-sets.ts';

const APK = 'app.apk';
const APP_CLASSES = 'tested/classes.jar';

/**
 * The tests in `src/androidTest` as an APK of their own, which a device runs inside of the app: compiled against the variant's
 * classes, with a manifest that names the app and the class that runs them, and with the libraries that the app does not contain. It is signed with the key of `apk`, the app's own: Android
 * runs no tests inside of an app that another has signed.
 */
export function deviceTests(app: VariantApp, apk: Pick<DeclaredArtifact, 'path' | 'signing'>): PlannedTest[] {
  if (!hasDeviceTests(app) || app.variant.isShrunk) return [];
  const { stages, context, variant } = app;
  const action = packageApk(stages, { context, name: stageOf(app, 'package'), content: content(app) });
  const device: DeviceTest = {
    apk: APK,
    app: apk.path,
    variant: variant.name,
    appId: variant.applicationId,
    testId: testIdOf(app),
    runner: runnerOf(app),
    arguments: app.android.testInstrumentationRunnerArguments ?? {},
    ...(apk.signing ? { signing: apk.signing } : {}),
  };
  return [{ action, category: 'device', needs: stagesOf(app), device }];
}

/** Tests for a device of a variant that nothing can run them in. */
export function deviceTestsRefused(app: VariantApp): Diagnostic[] {
  if (!hasDeviceTests(app) || !app.variant.isShrunk) return [];
  const { context, variant } = app;
  return [
    {
      code: 'rules/android-tests-not-run',
      severity: 'note',
      message: `the tests of src/androidTest are not run: R8 has shrunk ${variant.name}, and they would find other names than they were compiled with`,
      hint: 'build a variant without `minifyEnabled` beside it, as `variants: ["debug", "release"]`',
      path: inWorkspace(context, context.sources.paths.find(isDeviceTest)!),
    },
  ];
}

function hasDeviceTests({ context }: Pick<App, 'context'>): boolean {
  return context.sources.paths.some(isDeviceTest);
}

function testIdOf({ variant }: VariantApp): string {
  return `${variant.applicationId}.test`;
}

const ANDROIDX_RUNNER = 'androidx.test:runner';

function runnerOf({ android, libraries }: VariantApp): string {
  if (android.testInstrumentationRunner !== undefined) return android.testInstrumentationRunner;
  const isBrought = libraries.some(
    ({ locked: { name, classpaths } }) =>
      name === ANDROIDX_RUNNER &&
      (classpaths.includes('androidTestRuntime') || classpaths.includes('runtime')),
  );
  return isBrought ? 'androidx.test.runner.AndroidJUnitRunner' : 'android.test.InstrumentationTestRunner';
}

/** All that comes before the archive. */
function stagesOf(app: VariantApp): PlannedAction[] {
  const { stages, context } = app;
  const code = compiledTests(app);
  return [
    deviceManifest(app, { testId: testIdOf(app), runner: runnerOf(app) }),
    ...compiledDeviceResources(app),
    link(app),
    ...code.actions,
    archiveClasses(stages, {
      context,
      name: stageOf(app, 'classes'),
      classes: { kind: 'merge', of: code.classes },
    }),
    ...dexActions(app),
    ...libraryResources(app),
  ];
}

function link(app: VariantApp): PlannedAction {
  const { stages, variant } = app;
  const [, ...others] = devicePackages(app);
  return linkResources(stages, {
    name: stageOf(app, 'link'),
    manifest: {
      kind: 'under',
      of: { kind: 'at', of: output(stages.owner, stageOf(app, 'manifest')), path: 'merged' },
      path: 'in',
    },
    resources: deviceResourceNames(app),
    options: [
      ...['--custom-package', deviceNamespace(app)],
      ...(others.length > 0 ? ['--extra-packages', others.join(':')] : []),
      ...(variant.isDebuggable ? ['--debug-mode'] : []),
    ],
  });
}

/** The app's own classes. */
function tested(app: VariantApp): ClassPath {
  const of = output(app.stages.owner, actionName(app, 'classes'));
  return { ...NO_CLASS_PATH, paths: [APP_CLASSES], work: { kind: 'under', of, path: 'tested' } };
}

function compiledTests(app: VariantApp) {
  const { stages, context } = app;
  const packages = devicePackages(app);
  const { kotlin, java } = compileCode(
    { context, stages, variant: { sets: [TEST_SET] } },
    {
      nameOf: (stage) => stageOf(app, stage),
      of: 'the tests for a device',
      moduleName: `${context.target.label.name}_androidTest`,
      generated:
        packages.length > 0
          ? { kind: 'filter', of: output(stages.owner, stageOf(app, 'link')), include: ['gen/**'] }
          : NO_CLASS_PATH.work,
      generatedPaths: packages.map((each) => `gen/${each.replaceAll('.', '/')}/R.java`),
      friend: APP_CLASSES,
      classpath: joined([tested(app), deviceCompileClassPath(app)]),
    },
  );
  return joinedCode([kotlin, java]);
}

/** The libraries' DEX is made once, so that an edit of a test compiles the tests alone and joins the two. */
function dexActions(app: VariantApp): PlannedAction[] {
  const { stages } = app;
  const libraries = deviceOnlyClassPath(app);
  const own = classesJar(output(stages.owner, stageOf(app, 'classes')));
  const made = intermediateFiles('device-libraries');
  const name = stageOf(app, 'dex-libraries');
  const isApart = libraries.paths.length > 0;
  const joinedParts = isApart
    ? joined([own, { ...NO_CLASS_PATH, paths: [made.dex], work: output(stages.owner, name) }])
    : own;
  return [
    ...(isApart
      ? [
          dexClasses(stages, {
            ...{ ...modeOf(app), name, inputs: libraries, intermediate: 'device-libraries' },
            ...seeing(app, runtimeClassPath(app)),
          }),
        ]
      : []),
    dexClasses(stages, {
      ...{ ...modeOf(app), name: stageOf(app, 'dex'), inputs: joinedParts },
      ...(isApart ? { globals: [made.globals] } : {}),
      ...seeing(app, joined([tested(app), runtimeClassPath(app), libraries])),
    }),
  ];
}

/** Files that the libraries give to be found by class path. */
function libraryResources(app: VariantApp): PlannedAction[] {
  return jarResources(app, {
    name: stageOf(app, 'library-resources'),
    description: "take resources of the tests' libraries",
    classpath: deviceOnlyClassPath(app),
  });
}

/** Of a file that two have, the tests' own counts. */
function content(app: VariantApp): TreeExpression {
  const { stages, context } = app;
  const from = (folder: string, path: string): TreeExpression[] =>
    filesBelow(context, TEST_SET, folder).length > 0
      ? [{ kind: 'under', of: folderOf(context, TEST_SET, folder), path }]
      : [];
  const brought = (folder: string, path: string): TreeExpression[] =>
    deviceOnlyLibraries(app)
      .filter((library) => hasPart(library, folder))
      .reverse()
      .map(({ tree }) => ({ kind: 'under', of: { kind: 'at', of: tree, path: folder }, path }));
  const ofClassPath = libraryResources(app).map(
    ({ id }): TreeExpression => ({
      kind: 'at',
      of: { kind: 'output', action: id },
      path: 'resources',
      optional: true,
    }),
  );
  return {
    kind: 'merge',
    of: [
      ...[...ofClassPath, ...from('resources', '')],
      linkedContent(output(stages.owner, stageOf(app, 'link'))),
      { kind: 'filter', of: output(stages.owner, stageOf(app, 'dex')), include: ['*.dex'] },
      ...[...brought('assets', 'assets'), ...from('assets', 'assets')],
      ...[...brought('jni', 'lib'), ...from('jniLibs', 'lib')],
    ],
  };
}
