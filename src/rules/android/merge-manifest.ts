import type { LiteralFile, PlannedAction } from '../../action/index.ts';
import type { SourceFile } from '../../base/index.ts';
import type { AndroidLibrary } from '../android-libraries.ts';
import { androidAction, javaCommand, jvmMemoryBytes, toolFile } from '../android-tools.ts';
import { actionName, type VariantApp } from './app.ts';
import { containedLibraries, hasPart, libraryFolder, libraryPart } from './class-path.ts';
import { manifestFacts, withPackage } from './manifest.ts';
import { type LibraryModule, moduleFiles } from './modules.ts';
import { filesBelow, inWorkspace, MANIFEST, type SourceSet, within } from './source-sets.ts';

const HEAP_MEGABYTES = 128;
const JVM_MEGABYTES = 128;
/** The first level whose loader maps libraries from the archive. */
const MAPS_LIBRARIES_SINCE = 23;

/** The manifests of the variant's sets as one, `merged/AndroidManifest.xml`, by Android's own merger. */
export function mergeManifest(app: VariantApp): PlannedAction {
  const extracts = extractsLibraries(app);
  return mergedManifest(app, {
    name: actionName(app, 'manifest'),
    applicationId: app.variant.applicationId,
    own: manifestsOf(app),
    modules: app.modules.flatMap(moduleManifest),
    libraries: containedLibraries(app).filter(({ locked }) => locked.aar),
    properties: extracts === undefined ? {} : { EXTRACT_NATIVE_LIBS: String(extracts) },
  });
}

export interface MergedManifests {
  /** Of the action. */
  readonly name: string;
  readonly applicationId: string;
  /** The weakest first, on which the others are laid. */
  readonly own: readonly LiteralFile[];
  readonly modules: readonly LiteralFile[];
  readonly libraries: readonly AndroidLibrary[];
  /** Beside the levels and the id. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Manifests as one, for the variant's levels and with its placeholders. */
export function mergedManifest(app: VariantApp, manifests: MergedManifests): PlannedAction {
  const { stages, variant, android } = app;
  const { java, manifestMerger } = stages.tools;
  const { own, modules } = manifests;
  const [main, ...overlays] = own.map(({ path }) => path);
  const values = Object.entries(variant.placeholders).flatMap(([name, value]) => [
    '--placeholder',
    `${name}=${value}`,
  ]);
  const libraries = [...modules.map(({ path }) => path), ...manifests.libraries.map(manifestOf)];
  const properties = {
    PACKAGE: manifests.applicationId,
    MIN_SDK_VERSION: android.minSdk,
    TARGET_SDK_VERSION: android.targetSdk,
    ...manifests.properties,
  };
  return androidAction(stages, manifests.name, {
    mnemonic: 'MergeManifest',
    description: 'merge the manifests',
    argv: [
      ...javaCommand(java, HEAP_MEGABYTES),
      ...['-cp', toolFile(manifestMerger, 'classpath'), 'com.android.manifmerger.Merger'],
      ...['--main', main!],
      // The strongest first.
      ...(overlays.length === 0 ? [] : ['--overlays', overlays.reverse().join(':')]),
      ...(libraries.length === 0 ? [] : ['--libs', libraries.join(':')]),
      ...Object.entries(properties).flatMap(([name, value]) => ['--property', `${name}=${value}`]),
      ...values,
      ...['--remove-tools-declarations', '--log', 'WARNING'],
      ...['--out', 'merged/AndroidManifest.xml'],
    ],
    tools: [java, manifestMerger],
    work: {
      kind: 'merge',
      of: [
        { kind: 'literal', files: [...own, ...modules, KEPT_FOLDER] },
        ...manifests.libraries.map((library) => libraryPart(library, [MANIFEST])),
      ],
    },
    outputs: ['merged/AndroidManifest.xml'],
    isWorkspaceShaped: true,
    memoryBytes: jvmMemoryBytes(HEAP_MEGABYTES, JVM_MEGABYTES),
  });
}

/** The merger makes no folder for what it writes. */
const KEPT_FOLDER: LiteralFile = { path: 'merged/.keep', content: '', isExecutable: false };

function manifestOf(library: AndroidLibrary): string {
  return `${libraryFolder(library)}/${MANIFEST}`;
}

function moduleManifest({ context, main, namespace }: LibraryModule): LiteralFile[] {
  return manifestIn(context, main, namespace);
}

/** The manifests of the variant and its modules as they were written. */
export function ownManifests({ context, variant, modules }: VariantApp): SourceFile[] {
  const own = variant.sets.map((set) => ({ context, set }));
  const others = modules.map((module) => ({ context: module.context, set: module.main }));
  return [...own, ...others].flatMap(({ context: at, set }) => {
    const path = within(set, MANIFEST);
    const text = at.sources.readText(path);
    return text === undefined ? [] : [{ path: inWorkspace(at, path), text }];
  });
}

/** `main` first. */
function manifestsOf({ context, variant, namespace }: VariantApp): LiteralFile[] {
  return variant.sets.flatMap((set) => manifestIn(context, set, namespace));
}

function manifestIn(context: VariantApp['context'], set: SourceSet, namespace: string): LiteralFile[] {
  const path = within(set, MANIFEST);
  const text = context.sources.readText(path);
  if (text === undefined) return [];
  return [{ path: inWorkspace(context, path), content: withPackage(text, namespace), isExecutable: false }];
}

/**
 * Whether native libraries are unpacked when the app is installed: as the manifests say, else where the lowest level
 * cannot map them. `undefined` without such libraries.
 */
export function extractsLibraries(app: VariantApp): boolean | undefined {
  const { context, variant, android } = app;
  const isOwn = variant.sets.some((set) => filesBelow(context, set, 'jniLibs').length > 0);
  const isBrought =
    containedLibraries(app).some((library) => hasPart(library, 'jni')) ||
    app.modules.some((module) => moduleFiles(module, 'jniLibs').length > 0);
  if (!isOwn && !isBrought) return undefined;
  const said = variant.sets.map(
    (set) => manifestFacts(context.sources.readText(within(set, MANIFEST)) ?? '').extractsLibraries,
  );
  return said.findLast((each) => each !== undefined) ?? android.minSdk < MAPS_LIBRARIES_SINCE;
}
