import type { LiteralFile, PlannedAction } from '../../action/index.ts';
import { compileResources } from '../android-actions.ts';
import type { AndroidLibrary } from '../android-libraries.ts';
import { escapeXml } from '../android-xml.ts';
import { actionName, type VariantApp } from './app.ts';
import { deviceOnlyLibraries, hasPart, libraryFolder, libraryPart } from './class-path.ts';
import { withPackage } from './manifest.ts';
import { type MergedManifests, mergedManifest } from './merge-manifest.ts';
import { filesBelow, inWorkspace, MANIFEST, type SourceSet, sourcesAt, within } from './source-sets.ts';

/** Where tests for a device lie. */
export const TEST_SET: SourceSet = { name: 'androidTest', folder: 'src/androidTest' };

/** The name of an action that makes the APK of the tests. */
export function stageOf(app: VariantApp, stage: string): string {
  return actionName(app, `test:device-${stage}`);
}

/** Package of the tests' own `R`. */
export function deviceNamespace({ namespace }: Pick<VariantApp, 'namespace'>): string {
  return `${namespace}.test`;
}

/** Packages whose `R` the tests have, their own first; without resources aapt2 makes none. */
export function devicePackages(app: VariantApp): string[] {
  if (deviceResourceNames(app).length === 0) return [];
  const own = deviceNamespace(app);
  const packages = deviceOnlyLibraries(app).flatMap(({ locked }) => locked.aar?.package ?? []);
  return [own, ...new Set(packages.filter((each) => each !== own && each !== ''))];
}

/** Names of what compiles the resources, the tests' own last and strongest. */
export function deviceResourceNames(app: VariantApp): string[] {
  return [
    ...withResources(app).map(libraryName).reverse(),
    ...(hasOwnResources(app) ? [stageOf(app, 'resources')] : []),
  ];
}

export function compiledDeviceResources(app: VariantApp): PlannedAction[] {
  const { stages, context } = app;
  const folder = within(TEST_SET, 'res');
  return [
    ...withResources(app).map((library) =>
      compileResources(stages, libraryName(library), {
        work: libraryPart(library, ['res/**']),
        directory: `${libraryFolder(library)}/res`,
      }),
    ),
    ...(hasOwnResources(app)
      ? [
          compileResources(stages, stageOf(app, 'resources'), {
            work: sourcesAt(context, [`${folder}/**`]),
            directory: inWorkspace(context, folder),
          }),
        ]
      : []),
  ];
}

function withResources(app: VariantApp): AndroidLibrary[] {
  return deviceOnlyLibraries(app).filter((library) => hasPart(library, 'res'));
}

const libraryName = ({ folder }: AndroidLibrary): string => `test:resources-${folder}`;

function hasOwnResources({ context }: VariantApp): boolean {
  return filesBelow(context, TEST_SET, 'res').length > 0;
}

interface Instrumentation {
  readonly testId: string;
  readonly runner: string;
}

/** The manifest of the tests: which app they run in, by which class, and what libraries and `src/androidTest` add to it. */
export function deviceManifest(app: VariantApp, { testId, runner }: Instrumentation): PlannedAction {
  const { variant, context } = app;
  const namespace = deviceNamespace(app);
  const path = within(TEST_SET, MANIFEST);
  const own = context.sources.readText(path);
  const overlays: readonly LiteralFile[] =
    own === undefined
      ? []
      : [
          {
            path: inWorkspace(context, path),
            content: withPackage(own, namespace),
            isExecutable: false,
          },
        ];
  const main: LiteralFile = {
    path: 'generated/AndroidManifest.xml',
    content: manifestText({ namespace, runner, appId: variant.applicationId }),
    isExecutable: false,
  };
  const merged: MergedManifests = {
    name: stageOf(app, 'manifest'),
    applicationId: testId,
    own: [main, ...overlays],
    modules: [],
    libraries: deviceOnlyLibraries(app).filter(({ locked }) => locked.aar),
    properties: {},
  };
  return mergedManifest(app, merged);
}

/** Android's own test library is no part of the platform since 9, and few devices lack it. */
function manifestText(facts: {
  readonly namespace: string;
  readonly runner: string;
  readonly appId: string;
}): string {
  const { namespace, runner, appId } = facts;
  return `<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="${namespace}">
  <instrumentation android:name="${escapeXml(runner)}" android:targetPackage="${appId}"
    android:label="Tests for ${appId}" android:functionalTest="false" android:handleProfiling="false"/>
  <application>
    <uses-library android:name="android.test.runner" android:required="false"/>
  </application>
</manifest>
`;
}
