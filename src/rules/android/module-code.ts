import type { LiteralFile, Origin, PlannedAction, TreeExpression } from '../../action/index.ts';
import { archiveClasses, compileResources, linkResources, output } from '../android-actions.ts';
import type { AndroidStages } from '../android-tools.ts';
import type { App, VariantApp } from './app.ts';
import { resourceArchives, valuesFile } from './app-resources.ts';
import {
  buildConfigPath,
  configOrigin,
  type JavaField,
  javaString,
  libraryConfigSource,
  stamped,
  stampValue,
} from './build-config.ts';
import { moduleClassPath, modulesNamed } from './class-path.ts';
import { compileCode, joinedCode } from './compile-code.ts';
import { hasCode, type LibraryModule, moduleAction, moduleResources } from './modules.ts';
import { inWorkspace, sourcesAt, within } from './source-sets.ts';

/** A module's resources and classes, `classes.jar`, the same in every variant: what a variant decides is compiled with the app. */
export function moduleActions(app: App, stages: AndroidStages, module: LibraryModule): PlannedAction[] {
  return [...compiledResources(stages, module), ...(hasCode(module) ? compiled(app, stages, module) : [])];
}

function compiledResources(stages: AndroidStages, module: LibraryModule): PlannedAction[] {
  const { context, main, settings } = module;
  const folder = within(main, 'res');
  return moduleResources(module).map((name) =>
    name === moduleAction(module, 'values')
      ? compileResources(stages, name, { work: valuesFile(settings.resValue ?? []) })
      : compileResources(stages, name, {
          work: sourcesAt(context, [`${folder}/**`]),
          directory: inWorkspace(context, folder),
        }),
  );
}

/** Packages whose `R` the module's code sees; none where there are no resources at all. */
function seenPackages(app: App, module: LibraryModule): string[] {
  if (resourceArchives(app, modulesNamed(app, [module.name, ...module.contained])).length === 0) return [];
  const libraries = app.libraries.flatMap(({ locked }) =>
    locked.classpaths.includes(`compile:${module.name}`) ? (locked.aar?.package ?? []) : [],
  );
  const others = modulesNamed(app, module.seen).map(({ namespace }) => namespace);
  return [...new Set([module.namespace, ...others, ...libraries])].filter((each) => each !== '');
}

/** `R` for the module's code alone. Its numbers are no constants: those of the app count. */
function link(app: App, stages: AndroidStages, module: LibraryModule): PlannedAction[] {
  const [own, ...others] = seenPackages(app, module);
  if (own === undefined) return [];
  const manifest = `<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="${own}"/>\n`;
  return [
    linkResources(stages, {
      name: moduleAction(module, 'link'),
      manifest: {
        kind: 'literal',
        files: [{ path: 'in/AndroidManifest.xml', content: manifest, isExecutable: false }],
      },
      resources: resourceArchives(app, modulesNamed(app, [module.name, ...module.contained])),
      options: [
        '--non-final-ids',
        ...['--min-sdk-version', String(app.android.minSdk)],
        ...['--target-sdk-version', String(app.android.targetSdk)],
        ...(others.length > 0 ? ['--extra-packages', others.join(':')] : []),
      ],
    }),
  ];
}

function compiled(app: App, stages: AndroidStages, module: LibraryModule): PlannedAction[] {
  const { context, main, namespace, settings } = module;
  const at = (stage: string): string => moduleAction(module, stage);
  const packages = seenPackages(app, module);
  const generatedPaths = [
    ...packages.map((each) => `gen/${each.replaceAll('.', '/')}/R.java`),
    ...(settings.buildConfig ? [buildConfigPath(namespace)] : []),
  ];
  const configs = settings.buildConfig ? [moduleConfig(module, undefined)] : [];
  const generated: TreeExpression = {
    kind: 'merge',
    of: [
      ...(packages.length > 0
        ? [{ kind: 'filter', of: output(stages.owner, at('link')), include: ['gen/**'] } as const]
        : []),
      { kind: 'literal', files: configs.map(({ origin: _, ...file }) => file) },
    ],
  };
  const { kotlin, java } = compileCode(
    { context, stages, variant: { sets: [main] } },
    {
      ...{ nameOf: at, of: module.name, moduleName: `${context.target.label.name}_${module.name}` },
      ...{ generated, generatedPaths, classpath: moduleClassPath(app, stages, module) },
      origins: configs.map(({ origin }) => origin),
    },
  );
  const { actions, classes } = joinedCode([kotlin, java]);
  return [
    ...link(app, stages, module),
    ...actions,
    archiveClasses(stages, {
      context,
      name: at('classes'),
      classes: {
        kind: 'filter',
        of: { kind: 'merge', of: classes },
        exclude: classesOfApp(packages, module),
      },
    }),
  ];
}

/** What the app compiles anew for each of its variants. */
function classesOfApp(packages: readonly string[], { namespace, settings }: LibraryModule): string[] {
  const folder = (name: string): string => `classes/${name.replaceAll('.', '/')}`;
  return [
    ...packages.flatMap((each) => [`${folder(each)}/R.class`, `${folder(each)}/R$*.class`]),
    ...(settings.buildConfig ? [`${folder(namespace)}/BuildConfig.class`] : []),
  ];
}

/** `BuildConfig.java` of the module: of a variant, or for the module's own code, without what depends on one. */
export function moduleConfig(
  module: LibraryModule,
  variant: VariantApp['variant'] | undefined,
): LiteralFile & { readonly origin: Origin } {
  const { namespace, settings, context } = module;
  const { stamp } = context.settings;
  const fields = (settings.buildConfigField ?? []).map(({ name, type, from, span }): JavaField => {
    if ('stamp' in from) {
      const value = variant ? stampValue(stamp, from.stamp, type) : '0';
      return { name, type, expression: stamped(type, value), isStamped: true, span };
    }
    const expression = type === 'String' ? javaString(from.value) : from.value;
    return { name, type, expression, isStamped: false, span };
  });
  const { buildType = '', isDebuggable = true } = variant ?? {};
  const file = libraryConfigSource({ namespace, buildType, isDebuggable, fields });
  return { ...file, origin: configOrigin(file, fields) };
}
