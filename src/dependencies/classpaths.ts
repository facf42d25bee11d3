import type { AndroidDependency, Classpath, LibraryConfiguration } from '../config/index.ts';
import type { LockedLibrary } from './model.ts';

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

const DEVICE_RUNTIME: readonly LibraryConfiguration[] = [
  'androidTestImplementation',
  'androidTestRuntimeOnly',
];
const DEVICE_COMPILE: readonly LibraryConfiguration[] = [
  'androidTestImplementation',
  'androidTestCompileOnly',
];

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

/** Of tests on a device, which run in the app's own process: what the app contains has the app's version. */
const DEVICE_RULES: readonly ClasspathRule[] = [
  {
    classpath: 'androidTestRuntime',
    scope: 'runtime',
    configurations: app(['runtimeOnly', ...DEVICE_RUNTIME]),
    alignedWith: 'runtime',
  },
  {
    classpath: 'androidTestCompile',
    scope: 'compile',
    configurations: app(DEVICE_COMPILE),
    alignedWith: 'androidTestRuntime',
    seer: '',
  },
];

/** Those of the app, those of its tests on a device where it names some for them, and one for each of its modules that has libraries to be compiled with. */
export function classpathRules(dependencies: readonly AndroidDependency[]): readonly ClasspathRule[] {
  const modules = [...new Set(dependencies.flatMap(({ seenBy = [] }) => seenBy))].filter(
    (name) => name !== '',
  );
  const ofDevice = [...DEVICE_RUNTIME, ...DEVICE_COMPILE];
  return [
    ...APP_RULES,
    ...(dependencies.some(({ configuration }) => ofDevice.includes(configuration)) ? DEVICE_RULES : []),
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

/** Whether the app has nothing of it. */
export function isOfTestsAlone({ classpaths }: Pick<LockedLibrary, 'classpaths'>): boolean {
  return classpaths.every((each) => /^(test|androidTest)(Compile|Runtime)$/.test(each));
}
