import type { TreeExpression } from '../../action/index.ts';
import { compareGradleVersions } from '../../base/index.ts';
import type { ClassPath } from '../android-actions.ts';
import type { AndroidLibrary } from '../android-libraries.ts';
import { toolFile } from '../android-tools.ts';
import { isUnitTest } from '../android-unit-tests.ts';
import type { Classpath } from '../rule.ts';
import type { VariantApp } from './app.ts';
import { kotlinFiles } from './sources.ts';

const STDLIB = 'org.jetbrains.kotlin:kotlin-stdlib';
/** Whose classes the standard library holds itself since 1.8, the lowest that the compiler brings. */
const STDLIB_PARTS: ReadonlySet<string> = new Set([STDLIB, `${STDLIB}-jdk7`, `${STDLIB}-jdk8`]);

/** What the app's own classes are compiled with. */
export function compileClassPath(app: VariantApp): ClassPath {
  return classPath(app, 'compile');
}

/** What the app contains beside its own classes. */
export function runtimeClassPath(app: VariantApp): ClassPath {
  return classPath(app, 'runtime');
}

/** What its unit tests are compiled with, beside its own classes. */
export function testCompileClassPath(app: VariantApp): ClassPath {
  return classPath(app, 'testCompile', hasKotlinTests(app));
}

/** What its unit tests run with, beside its own classes. */
export function testRuntimeClassPath(app: VariantApp): ClassPath {
  return classPath(app, 'testRuntime', hasKotlinTests(app));
}

function hasKotlinTests({ context }: VariantApp): boolean {
  return context.sources.paths.some((path) => isUnitTest(path) && path.endsWith('.kt'));
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

function classPath(app: VariantApp, use: Classpath, hasKotlin = false): ClassPath {
  const { kotlin } = app.stages.tools;
  const own = needsOwnStdlib(app, { use, hasKotlin });
  const libraries = app.libraries.filter(
    ({ locked, jars }) =>
      locked.classpaths.includes(use) && jars.length > 0 && !(own && STDLIB_PARTS.has(locked.name)),
  );
  return {
    paths: [
      ...libraries.flatMap((library) => library.jars.map((jar) => `${libraryFolder(library)}/${jar}`)),
      ...(own ? [toolFile(kotlin, 'stdlib')] : []),
    ],
    work: { kind: 'merge', of: libraries.map((library) => libraryPart(library, library.jars)) },
    tools: own ? [kotlin] : [],
  };
}

/** The compiler's own library, as Kotlin's plugin of Gradle adds it, where the libraries bring none that is as new. */
function needsOwnStdlib(
  app: VariantApp,
  { use, hasKotlin }: { readonly use: Classpath; readonly hasKotlin: boolean },
): boolean {
  if (!hasKotlin && kotlinFiles(app).length === 0) return false;
  const brought = app.libraries.find(
    ({ locked }) => locked.name === STDLIB && locked.classpaths.includes(use),
  );
  return (
    brought === undefined ||
    compareGradleVersions(brought.locked.version, app.stages.tools.kotlin.version) < 0
  );
}
