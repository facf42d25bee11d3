import type { Diagnostic } from '../../base/index.ts';
import { checkAndroid, idleKeys, type RefusedFile, refusedFiles } from '../android-checks.ts';
import { targetPlace } from '../target-place.ts';
import type { App } from './app.ts';
import { vectorsNotDrawn } from './check-vectors.ts';
import type { androidAppDiagnostics } from './diagnostics.ts';
import { manifestFacts } from './manifest.ts';
import { inWorkspace, MANIFEST, within } from './source-sets.ts';
import { allVariants, chosenVariants } from './variant.ts';

/** Files below source folders that mean something to an Android build which this rule does not do. */
export const REFUSED: readonly RefusedFile[] = [
  { pattern: /^(src\/[^/]+\/)?(java|kotlin)\/.*\.kts$/, what: 'a Kotlin script' },
  { pattern: /\.aidl$/, what: 'AIDL' },
  { pattern: /\.rs$|\.rsh$/, what: 'RenderScript' },
  {
    pattern: /\.(c|cc|cpp)$|(^|\/)(Android|Application)\.mk$|(^|\/)CMakeLists\.txt$/,
    what: 'C and C++ (build it elsewhere and put the libraries into jniLibs)',
  },
  { pattern: /(^|\/)libs\/[^/]+\.(jar|aar)$/, what: 'a library file (name it by its Maven coordinate)' },
];

/** A tree where Gradle's folders and flat ones would both be meant. */
const FLAT = ['java/', 'kotlin/', 'res/', 'assets/', 'jniLibs/', MANIFEST];

type Code = keyof typeof androidAppDiagnostics;

/** All that stands against building this app. */
export function checkApp(app: App): Diagnostic[] {
  const { context, android, namespace } = app;
  return [
    ...checkAndroid(context, { ...android, namespace }),
    ...checkManifest(app),
    ...checkLayout(app),
    ...refusedFiles(context, { files: REFUSED, kind: 'an Android app' }),
    ...dataBinding(app),
    ...vectorsNotDrawn(app),
    ...checkVariants(app),
    ...checkSets(app),
    ...checkRules(app),
    ...idleKeys(context, { code: 'rules/android-idle-key' satisfies Code, kind: 'an Android app' }),
  ];
}

function checkManifest({ context, main, android }: App): Diagnostic[] {
  const path = within(main, MANIFEST);
  const text = context.sources.readText(path);
  if (text === undefined) {
    return [
      {
        code: 'rules/android-manifest-missing' satisfies Code,
        severity: 'error',
        message: `the app has no ${path}`,
        hint: `write ${path} with a <manifest> that holds an <application>`,
        ...targetPlace(context),
      },
    ];
  }
  const { package: named } = manifestFacts(text);
  if (named === undefined || android.namespace === undefined || named === android.namespace) return [];
  const file = { path: inWorkspace(context, path), text };
  const start = text.indexOf(named);
  return [
    {
      code: 'rules/android-namespace' satisfies Code,
      severity: 'error',
      message: `the manifest's package is ${named}, the namespace of build.yaml ${android.namespace}`,
      hint: 'take `package` out of the manifest, or `namespace` out of build.yaml',
      span: { file, start, end: start + named.length },
    },
  ];
}

function checkLayout({ context, main }: App): Diagnostic[] {
  if (main.folder === '') return [];
  const flat = context.sources.paths.find((path) => FLAT.some((each) => path.startsWith(each)));
  if (flat === undefined) return [];
  return [
    {
      code: 'rules/android-layout' satisfies Code,
      severity: 'error',
      message: `${flat} would not be built: the app's sources are those of src/main`,
      hint: `move it below src/main, or leave it out with "inputs:"`,
      path: inWorkspace(context, flat),
    },
  ];
}

function checkVariants({ android, main }: App): Diagnostic[] {
  const all = allVariants(android, main);
  return chosenVariants(android, all).unknown.map(({ value, span }) => ({
    code: 'rules/android-variant' satisfies Code,
    severity: 'error',
    message: `the app has no variant ${value}`,
    hint: `possible values: ${all.map(({ name }) => name).join(', ')}; \`*\` stands for any part`,
    span,
  }));
}

function checkRules({ context, android }: App): Diagnostic[] {
  const files = (android.buildTypes ?? []).flatMap(({ proguardFiles = [] }) => proguardFiles);
  return files
    .filter(({ value }) => !context.sources.paths.includes(value))
    .map(({ value, span }) => ({
      code: 'rules/android-rules-missing' satisfies Code,
      severity: 'error',
      message: `the rule file ${value} is not among the app's files`,
      hint: 'the path is relative to the folder of build.yaml; is the file ignored by git?',
      span,
    }));
}

/** A folder of sources that belongs to no variant. */
function checkSets({ context, android, main }: App): Diagnostic[] {
  const known = new Set(allVariants(android, main).flatMap(({ sets }) => sets.map(({ folder }) => folder)));
  const folders = new Set(context.sources.paths.flatMap((path) => /^src\/[^/]+(?=\/)/.exec(path)?.[0] ?? []));
  return [...folders]
    .filter((folder) => !known.has(folder) && !/^src\/(test|androidTest)/.test(folder))
    .map((folder) => ({
      code: 'rules/android-source-set' satisfies Code,
      severity: 'warning',
      message: `${folder} belongs to no variant, and nothing of it is built`,
      hint: 'name it in `flavors` or `buildTypes`, or leave it out with "inputs:"',
      path: inWorkspace(context, folder),
    }));
}

/** Its classes are generated by a compiler that is not here; without them the layout would fail on the phone. */
export function dataBinding({ context }: Pick<App, 'context'>): Diagnostic[] {
  return context.sources.paths.flatMap((path): Diagnostic[] => {
    if (!/(^|\/)res\/layout[^/]*\/[^/]+\.xml$/.test(path)) return [];
    const text = context.sources.readText(path) ?? '';
    const at = text.search(/<layout[\s>]/);
    if (at < 0) return [];
    return [
      {
        code: 'rules/android-not-supported',
        severity: 'error',
        message: `${path}: data binding is not supported in an Android app by this version`,
        hint: 'write the layout without <layout> and find its views by id',
        span: { file: { path: inWorkspace(context, path), text }, start: at, end: at + '<layout'.length },
      },
    ];
  });
}
