import type { PlannedAction, TreeExpression } from '../../action/index.ts';
import {
  type ClassPath,
  classesJar,
  dexClasses,
  intermediateFiles,
  NO_CLASS_PATH,
  output,
} from '../android-actions.ts';
import type { AndroidLibrary } from '../android-libraries.ts';
import { androidAction } from '../android-tools.ts';
import { ownCommand } from '../environment.ts';
import { actionName, type VariantApp } from './app.ts';
import { checkedClasses, checkedLibraries } from './check-classes.ts';
import {
  jarsOf,
  joined,
  libraryClassPath,
  modulePaths,
  modulesNamed,
  ownStdlib,
  runtimeClassPath,
} from './class-path.ts';
import { hasCode, type LibraryModule, moduleAction } from './modules.ts';

/** Android reads several DEX files since this level; before, the first must hold what starts the app. */
const READS_SEVERAL_SINCE = 21;
/** Interfaces have methods with code since this level; before, D8 must see the interfaces of a class to give them to it. */
const INTERFACES_HAVE_CODE_SINCE = 24;
/** Libraries of one Maven group that are smaller are compiled with others: each run costs the start of a JVM. */
const GROUP_BYTES = 2 ** 20;
const OTHERS = 'others';
const STDLIB = 'stdlib';
const JOINED = 'dex';

/** Classes that are compiled to DEX together, apart from others. */
interface Part {
  /** Of its action, and of its files in others. */
  readonly action: string;
  readonly file: string;
  readonly classes: ClassPath;
  /** Classes beside it that have to be seen, where some have. */
  readonly beside: ClassPath;
}

/**
 * The variant's classes as DEX, unless R8 makes it. Libraries and modules are compiled by themselves, libraries keyed by nothing of
 * the app, so that an edit compiles the classes beside it alone. What is debugged keeps libraries in files of their own; any
 * other app is one whole.
 */
export function dexActions(app: VariantApp): PlannedAction[] {
  const { stages } = app;
  const libraries = libraryParts(app);
  const modules = app.modules.filter(hasCode).map((module) => modulePart(app, module));
  const parts = [...modules, ...libraries];
  const isApart = keepsApart(app) && libraries.length > 0;
  const inputs = (isApart ? modules : parts).map(({ file }) => intermediateFiles(file).dex);
  const globals = parts.map(({ file }) => intermediateFiles(file).globals);
  const classes = classesJar(output(stages.owner, actionName(app, 'classes')));
  const own = dexClasses(stages, {
    name: actionName(app, isApart ? 'dex-own' : 'dex'),
    ...modeOf(app),
    ...seeing(app, runtimeClassPath(app)),
    globals,
    inputs: joined([
      classes,
      { ...NO_CLASS_PATH, paths: inputs, work: made(app, parts, [...inputs, ...globals]) },
      // Without modules, nothing that it is given can be there twice.
      ...(isApart && modules.length === 0 ? [] : [waitingFor(checkedClasses(app))]),
    ]),
  });
  return [
    ...modules.map((part) => partDex(app, part)),
    ...libraries.map((part) => partDex(app, part, waitingFor(checkedLibraries(app)))),
    ...(isApart ? [mergedLibraries(app, libraries), own, joinedDex(app)] : [own]),
  ];
}

export function modeOf({ android, variant }: VariantApp) {
  return { minSdk: android.minSdk, isDebuggable: variant.isDebuggable };
}

/** What D8 is shown beside its inputs, where it has to see it. */
export function seeing({ android }: VariantApp, classpath: ClassPath): { readonly classpath?: ClassPath } {
  return android.minSdk < INTERFACES_HAVE_CODE_SINCE ? { classpath } : {};
}

function partDex(
  app: VariantApp,
  { action, file, classes, beside }: Part,
  ...also: readonly ClassPath[]
): PlannedAction {
  return dexClasses(app.stages, {
    name: action,
    ...modeOf(app),
    ...seeing(app, beside),
    intermediate: file,
    inputs: joined([classes, ...also]),
  });
}

/** Lies beside inputs and is none. */
function waitingFor(work: TreeExpression): ClassPath {
  return { ...NO_CLASS_PATH, work };
}

/** Files that runs for parts leave. */
function made({ stages }: VariantApp, parts: readonly Part[], include: readonly string[]): TreeExpression {
  const of = parts.map(({ action }) => output(stages.owner, action));
  return { kind: 'filter', of: { kind: 'merge', of }, include };
}

function mergedLibraries(app: VariantApp, libraries: readonly Part[]): PlannedAction {
  const inputs = libraries.map(({ file }) => intermediateFiles(file).dex);
  return dexClasses(app.stages, {
    name: actionName(app, 'dex-libraries'),
    ...{ ...modeOf(app), isMerge: true },
    inputs: { ...NO_CLASS_PATH, paths: inputs, work: made(app, libraries, inputs) },
  });
}

/** Whether the libraries' DEX files stand beside the app's own. */
function keepsApart({ variant, android }: VariantApp): boolean {
  return variant.isDebuggable && android.minSdk >= READS_SEVERAL_SINCE;
}

function joinedDex(app: VariantApp): PlannedAction {
  const { stages, context } = app;
  const parts = ['own', 'libraries'];
  return androidAction(stages, actionName(app, 'dex'), {
    mnemonic: 'DexJoin',
    description: "join the app's DEX and that of its libraries",
    ...ownCommand(context, 'dex-join', ['--out', JOINED, ...parts]),
    work: {
      kind: 'merge',
      of: [
        checkedClasses(app),
        ...parts.map(
          (part): TreeExpression => ({
            kind: 'under',
            of: {
              kind: 'filter',
              of: output(stages.owner, actionName(app, `dex-${part}`)),
              include: ['*.dex'],
            },
            path: part,
          }),
        ),
      ],
    },
    outputs: [JOINED],
  });
}

/** What the archive holds of it: `classes.dex` and its like. */
export function dexFiles(app: VariantApp): TreeExpression {
  const of = output(app.stages.owner, actionName(app, app.variant.isShrunk ? 'r8' : 'dex'));
  const isJoined = !app.variant.isShrunk && keepsApart(app) && libraryParts(app).length > 0;
  return isJoined ? { kind: 'at', of, path: JOINED } : { kind: 'filter', of, include: ['*.dex'] };
}

/** The classes of a module alone. */
function modulePart(app: VariantApp, module: LibraryModule): Part {
  const { stages } = app;
  return {
    action: moduleAction(module, app.variant.isDebuggable ? 'dex-debug' : 'dex'),
    file: `module-${module.name}`,
    classes: modulePaths(stages, [module]),
    beside: joined([modulePaths(stages, modulesNamed(app, module.contained)), libraryClassPath(app)]),
  };
}

/** The libraries' classes by Maven group, in the order of their names. */
function libraryParts(app: VariantApp): Part[] {
  const beside = libraryClassPath(app);
  const { libraries, hasOwnStdlib } = beside;
  const groupOf = ({ locked }: AndroidLibrary): string => locked.name.split(':')[0]!;
  const sizes = new Map([...Map.groupBy(libraries, groupOf)].map(([group, of]) => [group, sizeOf(of)]));
  const groups = Map.groupBy(libraries, (library) => {
    const group = groupOf(library);
    return sizes.get(group)! < GROUP_BYTES ? OTHERS : `of-${group}`;
  });
  const part = (name: string, classes: ClassPath): Part => ({
    action: actionName(app, `dex-library-${name}`),
    file: `library-${name}`,
    ...{ classes, beside },
  });
  return [
    ...(hasOwnStdlib ? [part(STDLIB, ownStdlib(app.stages))] : []),
    ...[...groups.keys()].sort().map((name) => part(name, jarsOf(groups.get(name)!))),
  ];
}

function sizeOf(libraries: readonly AndroidLibrary[]): number {
  return libraries.reduce((sum, { locked }) => sum + locked.digest.sizeBytes, 0);
}
