import type { PlannedAction, TreeExpression } from '../../action/index.ts';
import { type Diagnostic, hasErrors } from '../../base/index.ts';
import type { MobileSpec } from '../../config/index.ts';
import { linkedContent, output, packageApk } from '../android-actions.ts';
import { bundleActions, bundleArtifacts } from '../android-bundle.ts';
import { androidLibraries } from '../android-libraries.ts';
import { appArtifact } from '../android-signing.ts';
import { type AndroidStages, androidTools } from '../android-tools.ts';
import { inputSources } from '../input-sources.ts';
import { refusedPlan } from '../refused-plan.ts';
import { type DeclaredArtifact, DIST_CLASS, type RuleContext, type RulePlan } from '../rule.ts';
import { targetPlace } from '../target-place.ts';
import { type App, actionName, appOf, type VariantApp } from './app.ts';
import { libraryResources, variantCode } from './app-code.ts';
import {
  compileLibraries,
  compileSet,
  hasResources,
  variantLink,
  variantResources,
} from './app-resources.ts';
import { checkApp } from './check-app.ts';
import { duplicateChecks } from './check-classes.ts';
import { checkLibraries } from './check-libraries.ts';
import { checkManifests } from './check-manifests.ts';
import { checkModules } from './check-modules.ts';
import { containedLibraries, hasPart } from './class-path.ts';
import { deviceTests, deviceTestsRefused } from './device-tests.ts';
import { dexFiles } from './dex.ts';
import type { androidAppDiagnostics } from './diagnostics.ts';
import { extractsLibraries, mergeManifest } from './merge-manifest.ts';
import { moduleActions } from './module-code.ts';
import { moduleFiles, moduleFolder } from './modules.ts';
import { mappingFile } from './shrink.ts';
import { filesBelow, folderOf } from './source-sets.ts';
import { testsNotRun, unitTests } from './unit-tests.ts';
import { allVariants, chosenVariants } from './variant.ts';

/**
 * An app of the target's own sources: for each variant the merged manifest, linked resources, classes, DEX and the
 * archive, each an action of its own. A change of the version links, compiles `BuildConfig` and assembles again.
 */
export function androidRule(whole: RuleContext<MobileSpec>): RulePlan {
  const { android } = whole.spec;
  if (!android) return refusedPlan([]);
  const app = appOf({ ...whole, sources: inputSources(whole) }, android);
  const { context } = app;
  const diagnostics = [
    ...checkApp(app),
    ...checkManifests(app),
    ...checkModules(app),
    ...checkLibraries(app),
  ];
  if (hasErrors(diagnostics)) return refusedPlan(diagnostics);
  const { label } = context.target;
  const stages: AndroidStages = {
    owner: label,
    tools: androidTools(context, android),
    settings: context.spec,
  };
  const { chosen } = chosenVariants(android, allVariants(android, app.main));
  const variants = chosen.map((variant) => ({ ...app, stages, variant, isAlone: chosen.length === 1 }));
  const sets = new Map(variants.flatMap(({ variant }) => variant.sets.map((set) => [set.folder, set])));
  return {
    actions: [
      ...stages.tools.actions,
      ...androidLibraries(context).actions,
      ...compileLibraries(app, stages),
      ...[...sets.values()]
        .filter((set) => hasResources(app, set))
        .map((set) => compileSet(app, stages, set)),
      ...app.modules.flatMap((module) => moduleActions(app, stages, module)),
      ...distinct(variants.flatMap(variantActions)),
    ],
    tests: testedVariant(variants).flatMap((variant) => [
      ...unitTests(variant),
      ...deviceTests(variant, apkArtifact(variant)),
    ]),
    artifacts: variants.flatMap(appArtifacts),
    exports: {
      kind: 'merge',
      of: variants.map((each) => (each.isAlone ? packaged(each) : under(each.variant.name, packaged(each)))),
    },
    diagnostics: [
      ...diagnostics,
      ...testsNotRun(app),
      ...testedVariant(variants).flatMap(deviceTestsRefused),
      ...noBundle(app, variants),
    ],
  };
}

function noBundle({ context, android }: App, variants: readonly VariantApp[]): Diagnostic[] {
  if (android.bundle !== true || variants.some(hasBundle)) return [];
  return [
    {
      code: 'rules/android-no-bundle' satisfies keyof typeof androidAppDiagnostics,
      severity: 'warning',
      message:
        '`bundle: true` makes nothing: each variant that is built can be debugged, and no store takes such a one',
      hint: 'name a release variant in `variants`, or write `bundle: all`',
      ...targetPlace(context),
    },
  ];
}

/** A module's DEX is that of several variants. */
function distinct(actions: readonly PlannedAction[]): PlannedAction[] {
  return [...new Map(actions.map((each) => [each.id, each])).values()];
}

/** Unit tests run once: on the first variant that can be debugged, as that is the one of every day. */
function testedVariant(variants: readonly VariantApp[]): VariantApp[] {
  const tested = variants.find(({ variant }) => variant.isDebuggable) ?? variants[0];
  return tested ? [tested] : [];
}

function under(path: string, of: TreeExpression): TreeExpression {
  return { kind: 'under', of, path };
}

function variantActions(app: VariantApp): PlannedAction[] {
  const { stages, context } = app;
  const linked = output(stages.owner, actionName(app, 'link'));
  const { root, others } = apkContent(app);
  return [
    mergeManifest(app),
    ...variantResources(app),
    ...variantCode(app),
    ...duplicateChecks(app),
    packageApk(stages, {
      context,
      name: actionName(app, 'package'),
      content: {
        kind: 'merge',
        of: [...root, linkedContent(linked), ...others],
      },
      mapsLibraries: extractsLibraries(app) === false,
    }),
    ...(hasBundle(app)
      ? bundleActions(stages, {
          context,
          link: variantLink(app),
          content: { kind: 'merge', of: [...root, ...others] },
          nameOf: (stage) => actionName(app, stage),
        })
      : []),
  ];
}

/** No store takes one that can be debugged. */
function hasBundle({ android: { bundle }, variant }: VariantApp): boolean {
  return bundle === 'all' || (bundle === true && !variant.isDebuggable);
}

function packaged(app: VariantApp): TreeExpression {
  return output(app.stages.owner, actionName(app, 'package'));
}

/**
 * What the archive holds beside linked resources, each part from the action that made it; of a file that two sets have, the
 * stronger's. What lies at the `root` gives way to all else.
 */
function apkContent(app: VariantApp): Readonly<Record<'root' | 'others', readonly TreeExpression[]>> {
  const { context, variant } = app;
  const from = (folder: string, path: string): TreeExpression[] =>
    variant.sets
      .filter((set) => filesBelow(context, set, folder).length > 0)
      .map((set) => ({ kind: 'under', of: folderOf(context, set, folder), path }));
  const brought = (folder: string, path: string): TreeExpression[] =>
    containedLibraries(app)
      .filter((library) => hasPart(library, folder))
      .reverse()
      .map(({ tree }) => ({ kind: 'under', of: { kind: 'at', of: tree, path: folder }, path }));
  const ofModules = (folder: string, path: string): TreeExpression[] =>
    app.modules
      .filter((module) => moduleFiles(module, folder).length > 0)
      .reverse()
      .map((module) => ({ kind: 'under', of: moduleFolder(module, folder), path }));
  return {
    root: [...libraryResources(app), ...ofModules('resources', ''), ...from('resources', '')],
    others: [
      dexFiles(app),
      ...brought('assets', 'assets'),
      ...ofModules('assets', 'assets'),
      ...from('assets', 'assets'),
      ...brought('jni', 'lib'),
      ...ofModules('jniLibs', 'lib'),
      ...from('jniLibs', 'lib'),
    ],
  };
}

/** Beside the archive: without it nobody reads a stack trace of it. */
function mappings(app: VariantApp): DeclaredArtifact[] {
  if (!app.variant.isShrunk) return [];
  const name = `${artifactName(app)}-mapping`;
  const path = `${DIST_CLASS.app}/${name}.txt`;
  return [{ name, type: 'data', path, tree: mappingFile(app), isFile: true }];
}

/** `<name>-<flavor>-<build type>`, as Gradle has it; the name alone where the app has no others to tell apart. */
function artifactName({ context, android, variant }: VariantApp): string {
  const { name } = context.target.label;
  if (!android.flavors && !android.variants) return name;
  return [name, variant.flavor, variant.buildType].filter((each) => each !== '').join('-');
}

function signedApp({ context, variant, android }: VariantApp) {
  return { target: context.target, signing: variant.signing, minSdk: android.minSdk };
}

function apkArtifact(app: VariantApp): DeclaredArtifact {
  const name = artifactName(app);
  return appArtifact(signedApp(app), { name, as: name, kind: 'apk', tree: packaged(app) });
}

/** The archive, what it was shrunk by, and the bundle. */
function appArtifacts(app: VariantApp): DeclaredArtifact[] {
  const name = artifactName(app);
  return [
    apkArtifact(app),
    ...mappings(app),
    ...(hasBundle(app)
      ? bundleArtifacts({ ...signedApp(app), name, nameOf: (stage) => actionName(app, stage) })
      : []),
  ];
}
