import type { Diagnostic } from '../../base/index.ts';
import { refusedFiles } from '../android-checks.ts';
import { moduleFolders } from '../android-folders.ts';
import type { App } from './app.ts';
import { dataBinding, REFUSED } from './check-app.ts';
import type { androidAppDiagnostics } from './diagnostics.ts';
import type { LibraryModule } from './modules.ts';
import { inWorkspace, MANIFEST, within } from './source-sets.ts';

type Code = keyof typeof androidAppDiagnostics;

/** All that stands against the modules of an app. */
export function checkModules(app: App): Diagnostic[] {
  return [
    ...app.allModules.flatMap((module) => checkModule(app, module)),
    ...checkNamespaces(app),
    ...checkFolders(app),
  ];
}

function checkModule(app: App, module: LibraryModule): Diagnostic[] {
  const { context, settings, name } = module;
  const { span } = settings.name;
  if (context.sources.paths.length === 0) {
    return [
      {
        code: 'rules/android-module-missing' satisfies Code,
        severity: 'error',
        message: `the module ${name} has no files in ${context.target.directory}`,
        hint: '`directory` names its folder, relative to that of build.yaml; is the folder ignored by git?',
        span,
      },
    ];
  }
  return [
    ...(module.namespace === '' && needsNamespace(module) ? [withoutNamespace(module)] : []),
    ...(app.modules.includes(module) ? [] : [unused(module)]),
    ...refusedFiles(context, { files: REFUSED, kind: 'a module of an Android app' }),
    ...dataBinding(module),
    ...checkSets(module),
    ...(settings.consumerProguardFiles ?? [])
      .filter(({ value }) => !context.sources.paths.includes(value))
      .map(
        ({ value, span: at }): Diagnostic => ({
          code: 'rules/android-rules-missing' satisfies Code,
          severity: 'error',
          message: `the rule file ${value} is not among the files of the module ${name}`,
          hint: "the path is relative to the module's folder; is the file ignored by git?",
          span: at,
        }),
      ),
  ];
}

/** Code alone is of no Android: it has no `R` and no manifest. */
function needsNamespace({ context, main, settings }: LibraryModule): boolean {
  const { sources } = context;
  const hasFiles = [within(main, MANIFEST), `${within(main, 'res')}/`].some((start) =>
    sources.paths.some((path) => path.startsWith(start)),
  );
  return hasFiles || settings.buildConfig || settings.resValue !== undefined;
}

function withoutNamespace({ name, main, settings }: LibraryModule): Diagnostic {
  return {
    code: 'rules/android-module-namespace' satisfies Code,
    severity: 'error',
    message: `the module ${name} has no namespace: neither its entry nor ${within(main, MANIFEST)} says one`,
    hint: `write \`namespace: com.example.${name.replace(/\W/g, '').toLowerCase()}\` into its entry`,
    span: settings.name.span,
  };
}

function unused({ name, settings }: LibraryModule): Diagnostic {
  return {
    code: 'rules/android-module-unused' satisfies Code,
    severity: 'warning',
    message: `nothing takes the module ${name}, and nothing of it is built`,
    hint: `add ":${name}" to \`dependencies\` of the app or of a module, or take it out of \`modules\``,
    span: settings.name.span,
  };
}

/** The classes of `R` would be one class twice. */
function checkNamespaces({ allModules, namespace, context }: App): Diagnostic[] {
  const first = new Map<string, LibraryModule | undefined>([[namespace, undefined]]);
  return allModules.flatMap((module): Diagnostic[] => {
    if (module.namespace === '') return [];
    if (!first.has(module.namespace)) {
      first.set(module.namespace, module);
      return [];
    }
    const before = first.get(module.namespace);
    const other = before?.settings.name.span ?? context.target.span;
    return [
      {
        code: 'rules/android-module-namespace' satisfies Code,
        severity: 'error',
        message: `the module ${module.name} has the namespace ${module.namespace}, which is that of ${before ? `the module ${before.name}` : 'the app'}`,
        hint: 'give each its own `namespace`: `R` and `BuildConfig` of both would be the same classes',
        span: module.settings.name.span,
        ...(other ? { related: [{ message: 'the other one', span: other }] } : {}),
      },
    ];
  });
}

function checkFolders({ allModules, context }: App): Diagnostic[] {
  const { spec, sources } = context;
  const own = { folder: moduleFolders(spec, sources.paths)[0]!, name: 'the app' };
  const seen = new Map([[own.folder, own.name]]);
  return allModules.flatMap(({ settings, name }): Diagnostic[] => {
    const { directory } = settings;
    const before = seen.get(directory);
    if (before === undefined) {
      seen.set(directory, `the module ${name}`);
      return [];
    }
    return [
      {
        code: 'rules/android-module-missing' satisfies Code,
        severity: 'error',
        message: `the module ${name} has the folder ${directory}, which is that of ${before}`,
        hint: 'give each its own `directory`',
        span: settings.name.span,
      },
    ];
  });
}

/** What a variant alone would have of a module. */
function checkSets({ context, name }: LibraryModule): Diagnostic[] {
  const sets = new Set(context.sources.paths.flatMap((path) => /^src\/[^/]+(?=\/)/.exec(path)?.[0] ?? []));
  return [...sets].flatMap((folder): Diagnostic[] => {
    if (folder === 'src/main') return [];
    const isTest = /^src\/(test|androidTest)/.test(folder);
    return [
      {
        code: isTest ? 'rules/android-tests-not-run' : ('rules/android-source-set' satisfies Code),
        severity: isTest ? 'note' : 'error',
        message: isTest
          ? `the tests in ${folder} of the module ${name} are not run`
          : `${folder} of the module ${name} is of some variants alone, and a module is the same in all of them`,
        hint: isTest
          ? 'tests are run where they lie in `src/test` or `src/androidTest` of the app'
          : 'move it into the app, or into a module of its own',
        path: inWorkspace(context, folder),
      },
    ];
  });
}
