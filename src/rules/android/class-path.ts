import type { TreeExpression } from '../../action/index.ts';
import { compareGradleVersions } from '../../base/index.ts';
import type { Classpath } from '../../config/index.ts';
import { type ClassPath, NO_CLASS_PATH, output } from '../android-actions.ts';
import type { AndroidLibrary } from '../android-libraries.ts';
import { type AndroidStages, toolFile } from '../android-tools.ts';
import { isDeviceTest, isUnitTest } from '../android-unit-tests.ts';
import type { App, VariantApp } from './app.ts';
import { hasCode, hasKotlin, type LibraryModule, moduleAction } from './modules.ts';
import { kotlinFiles } from './sources.ts';

const STDLIB = 'org.jetbrains.kotlin:kotlin-stdlib';
/** Whose classes the standard library holds itself since 1.8, the lowest that the compiler brings. */
const STDLIB_PARTS: ReadonlySet<string> = new Set([STDLIB, `${STDLIB}-jdk7`, `${STDLIB}-jdk8`]);

/** A class path with what it is made of. */
export interface LibraryClassPath extends ClassPath {
  /** Those that have classes, without the compiler's. */
  readonly libraries: readonly AndroidLibrary[];
  /** Whether the Kotlin compiler's own library is on it. */
  readonly hasOwnStdlib: boolean;
}

/** What the app's own classes are compiled with. */
export function compileClassPath(app: VariantApp): ClassPath {
  return classPath(app, { use: 'compile', modules: app.seen, hasKotlin: hasKotlinCode(app) });
}

/** What the app contains beside its own classes. */
export function runtimeClassPath(app: VariantApp): ClassPath {
  const modules = app.modules.map(({ name }) => name);
  return classPath(app, { use: 'runtime', modules, hasKotlin: hasKotlinCode(app) });
}

/** The same without the app's modules. */
export function libraryClassPath(app: VariantApp): LibraryClassPath {
  return classPath(app, { use: 'runtime', modules: [], hasKotlin: hasKotlinCode(app) });
}

/** What a module is compiled with. */
export function moduleClassPath(app: App, stages: AndroidStages, module: LibraryModule): ClassPath {
  const { name, seen, contained } = module;
  return classPath(
    { ...app, stages },
    {
      use: `compile:${name}`,
      modules: seen,
      hasKotlin: modulesNamed(app, [name, ...contained]).some(hasKotlin),
    },
  );
}

/** Modules of the app by their names, in this order. */
export function modulesNamed(
  { allModules }: Pick<App, 'allModules'>,
  names: readonly string[],
): LibraryModule[] {
  return names.flatMap((name) => allModules.filter((each) => each.name === name));
}

function hasKotlinCode(app: VariantApp): boolean {
  return kotlinFiles(app).length > 0 || app.modules.some(hasKotlin);
}

/** What its unit tests are compiled with, beside its own classes. */
export function testCompileClassPath(app: VariantApp): ClassPath {
  const isKotlin = hasKotlinCode(app) || hasKotlinTests(app, isUnitTest);
  return classPath(app, { use: 'testCompile', modules: app.seen, hasKotlin: isKotlin });
}

/** What its unit tests run with, beside its own classes. */
export function testRuntimeClassPath(app: VariantApp): ClassPath {
  const modules = app.modules.map(({ name }) => name);
  const isKotlin = hasKotlinCode(app) || hasKotlinTests(app, isUnitTest);
  return classPath(app, { use: 'testRuntime', modules, hasKotlin: isKotlin });
}

/** What its tests on a device are compiled with, beside its own classes. */
export function deviceCompileClassPath(app: VariantApp): ClassPath {
  const isKotlin = hasKotlinCode(app) || hasKotlinTests(app, isDeviceTest);
  const use = hasDeviceLibraries(app) ? 'androidTestCompile' : 'compile';
  return classPath(app, { use, modules: app.seen, hasKotlin: isKotlin });
}

/** What the APK of tests on a device has beside their classes: libraries that the app does not contain. */
export function deviceOnlyClassPath(app: VariantApp): LibraryClassPath {
  const isKotlin = hasKotlinCode(app) || hasKotlinTests(app, isDeviceTest);
  const use = hasDeviceLibraries(app) ? 'androidTestRuntime' : 'runtime';
  const whole = classPath(app, { use, modules: [], hasKotlin: isKotlin });
  const contained = libraryClassPath(app);
  const hasOwnStdlib = whole.hasOwnStdlib && !contained.hasOwnStdlib;
  const libraries = whole.libraries.filter(({ locked }) => !locked.classpaths.includes('runtime'));
  const parts = [jarsOf(libraries), ...(hasOwnStdlib ? [ownStdlib(app.stages)] : [])];
  return { libraries, hasOwnStdlib, ...joined(parts) };
}

/** Libraries of tests on a device that the app does not contain, also those without classes. */
export function deviceOnlyLibraries({ libraries }: Pick<App, 'libraries'>): AndroidLibrary[] {
  return libraries.filter(
    ({ locked: { classpaths } }) =>
      classpaths.includes('androidTestRuntime') && !classpaths.includes('runtime'),
  );
}

/** Whether the app names libraries for them, so that they have class paths of their own: those to run with may be empty. */
function hasDeviceLibraries({ libraries }: Pick<App, 'libraries'>): boolean {
  return libraries.some(({ locked }) => locked.classpaths.some((each) => each.startsWith('androidTest')));
}

function hasKotlinTests({ context }: VariantApp, isTest: (path: string) => boolean): boolean {
  return context.sources.paths.some((path) => isTest(path) && path.endsWith('.kt'));
}

/** Libraries that the app contains: who asks stands before what it asks for. */
export function containedLibraries({ libraries }: Pick<VariantApp, 'libraries'>): AndroidLibrary[] {
  return libraries.filter(({ locked }) => locked.classpaths.includes('runtime'));
}

/** Whether it has something in this folder: `res`, `assets`, `jni`. */
export function hasPart({ locked }: AndroidLibrary, folder: string): boolean {
  return locked.aar?.parts.some((part) => part === folder || part.startsWith(`${folder}/`)) ?? false;
}

/** Where a library's folder lies in an action's, by which messages name it. */
export function libraryFolder({ folder }: AndroidLibrary): string {
  return `libs/${folder}`;
}

/** Parts of a library, each at its place. */
export function libraryPart(library: AndroidLibrary, include: readonly string[]): TreeExpression {
  return {
    kind: 'under',
    of: { kind: 'filter', of: library.tree, include },
    path: libraryFolder(library),
  };
}

interface Wanted {
  readonly use: Classpath;
  /** Names of modules. */
  readonly modules: readonly string[];
  readonly hasKotlin: boolean;
}

type Stages = Pick<AndroidStages, 'owner' | 'tools'>;

function classPath(
  app: Pick<App, 'libraries' | 'allModules'> & { readonly stages: Stages },
  { use, modules, hasKotlin: isKotlin }: Wanted,
): LibraryClassPath {
  const hasOwnStdlib = isKotlin && needsOwnStdlib(app, use);
  const libraries = app.libraries.filter(
    ({ locked, jars }) =>
      locked.classpaths.includes(use) && jars.length > 0 && !(hasOwnStdlib && STDLIB_PARTS.has(locked.name)),
  );
  const parts: readonly ClassPath[] = [
    modulePaths(app.stages, modulesNamed(app, modules)),
    jarsOf(libraries),
    ...(hasOwnStdlib ? [ownStdlib(app.stages)] : []),
  ];
  return { libraries, hasOwnStdlib, ...joined(parts) };
}

export function joined(parts: readonly ClassPath[]): ClassPath {
  return {
    paths: parts.flatMap(({ paths }) => paths),
    work: { kind: 'merge', of: parts.map(({ work }) => work) },
    tools: parts.flatMap(({ tools }) => tools),
  };
}

/** A class path with classes of the same app before it: what a compiler left in `classes/`, laid below `folder`. */
export function withClasses(classpath: ClassPath, folder: string, compiled: TreeExpression): ClassPath {
  const work: TreeExpression = { kind: 'under', of: compiled, path: folder };
  return joined([{ ...NO_CLASS_PATH, paths: [`${folder}/classes`], work }, classpath]);
}

/** The classes of modules, where they have some. */
export function modulePaths({ owner }: Stages, modules: readonly LibraryModule[]): ClassPath {
  const compiled = modules.filter(hasCode);
  return {
    paths: compiled.map((each) => `${moduleJarFolder(each)}/classes.jar`),
    work: {
      kind: 'merge',
      of: compiled.map((each) => ({
        kind: 'under',
        of: output(owner, moduleAction(each, 'classes')),
        path: moduleJarFolder(each),
      })),
    },
    tools: [],
  };
}

/** The classes of libraries. */
export function jarsOf(libraries: readonly AndroidLibrary[]): ClassPath {
  return {
    paths: libraries.flatMap((library) => library.jars.map((jar) => `${libraryFolder(library)}/${jar}`)),
    work: { kind: 'merge', of: libraries.map((library) => libraryPart(library, library.jars)) },
    tools: [],
  };
}

/** The Kotlin compiler's own library. */
export function ownStdlib({ tools: { kotlin } }: Pick<Stages, 'tools'>): ClassPath {
  return { ...NO_CLASS_PATH, paths: [toolFile(kotlin, 'stdlib')], tools: [kotlin] };
}

/** Where a module's `classes.jar` lies in an action's folder. */
function moduleJarFolder({ name }: LibraryModule): string {
  return `modules/${name}`;
}

/** The compiler's own library, as Kotlin's plugin of Gradle adds it, where the libraries bring none that is as new. */
function needsOwnStdlib(
  { libraries, stages }: Pick<App, 'libraries'> & { readonly stages: Stages },
  use: Classpath,
): boolean {
  const brought = libraries.find(({ locked }) => locked.name === STDLIB && locked.classpaths.includes(use));
  return (
    brought === undefined || compareGradleVersions(brought.locked.version, stages.tools.kotlin.version) < 0
  );
}
