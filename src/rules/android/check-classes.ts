import type { PlannedAction, TreeExpression } from '../../action/index.ts';
import { output } from '../android-actions.ts';
import { androidAction } from '../android-tools.ts';
import { ownCommand } from '../environment.ts';
import { actionName, type VariantApp } from './app.ts';
import { libraryClassPath, libraryFolder, modulePaths } from './class-path.ts';
import { hasCode, moduleCode } from './modules.ts';
import { inWorkspace } from './source-sets.ts';
import { javaFiles, kotlinFiles } from './sources.ts';

const LIBRARIES = 'check-libraries';
const NAMES = 'library-classes.json';
const LIST = 'archives.json';
const MARK = '.classes-checked';

/** Hold each class to one place, and name both where it has two, since D8 knows neither libraries nor source files by their names. */
export function duplicateChecks(app: VariantApp): PlannedAction[] {
  if (!hasLibraries(app)) return hasModules(app) ? [checkOwn(app)] : [];
  return [checkLibraries(app), checkOwn(app)];
}

/** An empty file that is there when no class is in two libraries: what waits for it is keyed by nothing else. */
export function checkedLibraries(app: VariantApp): TreeExpression {
  return hasLibraries(app) ? mark(app, LIBRARIES) : NOTHING;
}

/** The same for all classes of the variant. */
export function checkedClasses(app: VariantApp): TreeExpression {
  return hasLibraries(app) || hasModules(app) ? mark(app, actionName(app, 'check-classes')) : NOTHING;
}

const NOTHING: TreeExpression = { kind: 'literal', files: [] };

function hasLibraries(app: VariantApp): boolean {
  return libraryClassPath(app).paths.length > 0;
}

function hasModules(app: VariantApp): boolean {
  return app.modules.some(hasCode);
}

function mark({ stages }: VariantApp, action: string): TreeExpression {
  return { kind: 'filter', of: output(stages.owner, action), include: [MARK] };
}

function listOf(archives: readonly object[]): TreeExpression {
  return {
    kind: 'literal',
    files: [{ path: LIST, content: JSON.stringify(archives), isExecutable: false }],
  };
}

function checkLibraries(app: VariantApp): PlannedAction {
  const { stages, context } = app;
  const { paths, work, tools } = libraryClassPath(app);
  const archives = paths.map((jar) => {
    const library = app.libraries.find((each) => jar.startsWith(`${libraryFolder(each)}/`));
    return library
      ? { jar, name: library.coordinate, module: library.locked.name }
      : { jar, name: "the Kotlin compiler's own library" };
  });
  return androidAction(stages, LIBRARIES, {
    mnemonic: 'ClassNames',
    description: 'hold each class to one library',
    ...ownCommand(context, 'class-names', ['--mark', MARK, '--out', NAMES, LIST]),
    tools,
    work: { kind: 'merge', of: [work, listOf(archives)] },
    outputs: [MARK, NAMES],
  });
}

function checkOwn(app: VariantApp): PlannedAction {
  const { stages, context } = app;
  const modules = app.modules.filter(hasCode);
  const jars = modulePaths(stages, modules);
  const code = [...javaFiles(app), ...kotlinFiles(app)];
  const known = hasLibraries(app) ? ['--known', NAMES] : [];
  const archives = [
    ...modules.map((module, index) => ({
      jar: jars.paths[index],
      name: `the module ${module.name}`,
      sources: ['.java', '.kt'].flatMap((extension) =>
        moduleCode(module, extension).map((path) => inWorkspace(module.context, path)),
      ),
    })),
    { jar: 'classes.jar', name: 'the app', sources: code.map((path) => inWorkspace(context, path)) },
  ];
  return androidAction(stages, actionName(app, 'check-classes'), {
    mnemonic: 'ClassNames',
    description: 'hold each class to one place',
    ...ownCommand(context, 'class-names', ['--mark', MARK, ...known, LIST]),
    work: {
      kind: 'merge',
      of: [
        output(stages.owner, actionName(app, 'classes')),
        jars.work,
        listOf(archives),
        ...(known.length > 0 ? [output(stages.owner, LIBRARIES)] : []),
      ],
    },
    outputs: [MARK],
  });
}
