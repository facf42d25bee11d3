import type { AndroidDependency, LibraryConfiguration } from '../config/index.ts';
import type { Classpath } from './model.ts';

/** How a class path is made of what an app declares. */
export interface ClasspathRule {
  readonly classpath: Classpath;
  readonly scope: 'compile' | 'runtime';
  readonly configurations: readonly LibraryConfiguration[];
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
export const CLASSPATH_RULES: readonly ClasspathRule[] = [
  { classpath: 'runtime', scope: 'runtime', configurations: app(['runtimeOnly']) },
  { classpath: 'compile', scope: 'compile', configurations: app(['compileOnly']), alignedWith: 'runtime' },
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
    sameAs: { classpath: 'compile', unless: ['compileOnly', ...TEST_RUNTIME, ...TEST_COMPILE] },
  },
];

/** Libraries of these configurations, in the order of the file. */
export function declaredFor(
  dependencies: readonly AndroidDependency[],
  configurations: readonly LibraryConfiguration[],
): readonly AndroidDependency[] {
  return dependencies.filter(({ configuration }) => configurations.includes(configuration));
}
