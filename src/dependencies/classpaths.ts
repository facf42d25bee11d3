import type { AndroidDependency, LibraryConfiguration } from '../config/index.ts';
import type { Classpath } from './model.ts';

/** How a class path is made of what an app declares. */
export interface ClasspathRule {
  readonly classpath: Classpath;
  readonly scope: 'compile' | 'runtime';
  readonly configurations: readonly LibraryConfiguration[];
  /** Who is compiled with it: a module of the app, or `''` for the app. It has the libraries of modules that it sees. */
  readonly seer?: string;
  /** Its versions hold here too: what an app is compiled with is what it contains. */
  readonly alignedWith?: Classpath;
  /** The same as that one where nothing of these is declared. */
  readonly sameAs?: { readonly classpath: Classpath; readonly unless: readonly LibraryConfiguration[] };
}

function app(more: readonly LibraryConfiguration[]): readonly LibraryConfiguration[] {
  return ['implementation', 'api', ...more];
}

const TEST_RUNTIME: readonly LibraryConfiguration[] = ['testImplementation', 'testRuntimeOnly'];
const TEST_COMPILE: readonly LibraryConfiguration[] = ['testImplementation', 'testCompileOnly'];

/** In an order in which each stands behind what it is aligned with. */
const APP_RULES: readonly ClasspathRule[] = [
  { classpath: 'runtime', scope: 'runtime', configurations: app(['runtimeOnly']) },
  {
    classpath: 'compile',
    scope: 'compile',
    configurations: app(['compileOnly']),
    alignedWith: 'runtime',
    seer: '',
  },
  {
    classpath: 'testRuntime',
    scope: 'runtime',
    configurations: app(['runtimeOnly', ...TEST_RUNTIME]),
    sameAs: { classpath: 'runtime', unless: TEST_RUNTIME },
  },
  {
    classpath: 'testCompile',
    scope: 'compile',
    configurations: app(TEST_COMPILE),
    alignedWith: 'testRuntime',
    seer: '',
    sameAs: { classpath: 'compile', unless: ['compileOnly', ...TEST_RUNTIME, ...TEST_COMPILE] },
  },
];

/** Those of the app, and one for each of its modules that has libraries to be compiled with. */
export function classpathRules(dependencies: readonly AndroidDependency[]): readonly ClasspathRule[] {
  const modules = [...new Set(dependencies.flatMap(({ seenBy = [] }) => seenBy))].filter(
    (name) => name !== '',
  );
  return [
    ...APP_RULES,
    ...modules.sort().map(
      (name): ClasspathRule => ({
        classpath: `compile:${name}`,
        scope: 'compile',
        configurations: [],
        alignedWith: 'runtime',
        seer: name,
      }),
    ),
  ];
}

/** Libraries of a class path, in the order of the file. */
export function declaredFor(
  dependencies: readonly AndroidDependency[],
  { configurations, seer }: Pick<ClasspathRule, 'configurations' | 'seer'>,
): readonly AndroidDependency[] {
  return dependencies.filter(({ configuration, seenBy }) =>
    seenBy && seer !== undefined ? seenBy.includes(seer) : configurations.includes(configuration),
  );
}
