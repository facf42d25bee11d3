import type { PlannedAction, TreeExpression } from '../../action/index.ts';
import type { ResValue } from '../../config/index.ts';
import { compileResources, type LinkOptions, linkResources, output } from '../android-actions.ts';
import type { AndroidLibrary } from '../android-libraries.ts';
import type { AndroidStages } from '../android-tools.ts';
import { escapeXml, stringResource } from '../android-xml.ts';
import { type App, actionName, type VariantApp, versionCode, versionName } from './app.ts';
import { containedLibraries, hasPart, libraryFolder, libraryPart } from './class-path.ts';
import { ownManifests } from './merge-manifest.ts';
import { type LibraryModule, moduleResources } from './modules.ts';
import { filesBelow, inWorkspace, type SourceSet, sourcesAt, within } from './source-sets.ts';

/** Resources of a source set, compiled once for all variants that have it. */
export function compileSet({ context }: App, stages: AndroidStages, set: SourceSet): PlannedAction {
  const folder = within(set, 'res');
  return compileResources(stages, compiledName(set), {
    work: sourcesAt(context, [`${folder}/**`]),
    directory: inWorkspace(context, folder),
  });
}

export function hasResources({ context }: Pick<App, 'context'>, set: SourceSet): boolean {
  return filesBelow(context, set, 'res').length > 0;
}

/** Resources of the libraries, each compiled by itself. */
export function compileLibraries(app: App, stages: AndroidStages): PlannedAction[] {
  return withResources(app).map((library) =>
    compileResources(stages, libraryName(library), {
      work: libraryPart(library, ['res/**']),
      directory: `${libraryFolder(library)}/res`,
    }),
  );
}

/** Names of what compiled the resources of all libraries and of these modules, the stronger ones last. */
export function resourceArchives(app: App, modules: readonly LibraryModule[]): string[] {
  return [...withResources(app).map(libraryName).reverse(), ...modules.toReversed().flatMap(moduleResources)];
}

function withResources(app: App): AndroidLibrary[] {
  return containedLibraries(app).filter((library) => hasPart(library, 'res'));
}

const libraryName = ({ folder }: AndroidLibrary): string => `resources-${folder}`;

/** Packages whose `R` is made: the app's, and those of the libraries. Without resources aapt2 makes none. */
export function classPackages(app: VariantApp): string[] {
  const { variant } = app;
  const hasAny =
    variant.resources.length > 0 ||
    variant.sets.some((set) => hasResources(app, set)) ||
    resourceArchives(app, app.modules).length > 0;
  return hasAny ? resourcePackages(app) : [];
}

function resourcePackages(app: App): string[] {
  const { namespace } = app;
  const packages = containedLibraries(app).flatMap(({ locked }) => locked.aar?.package ?? []);
  const modules = app.modules.map((each) => each.namespace);
  return [
    namespace,
    ...new Set([...modules, ...packages].filter((each) => each !== namespace && each !== '')),
  ];
}

const compiledName = (set: SourceSet): string => `resources-${set.name}`;

/** Compiles `resValue`s, where there are some, and links everything for the variant. */
export function variantResources(app: VariantApp): PlannedAction[] {
  const { stages, variant } = app;
  const hasValues = variant.resources.length > 0;
  return [
    ...(hasValues
      ? [compileResources(stages, actionName(app, 'values'), { work: valuesFile(variant.resources) })]
      : []),
    linkResources(stages, variantLink(app)),
  ];
}

/** How the variant is linked: its merged manifest with the resources of its sets and its values. */
export function variantLink(app: VariantApp): LinkOptions {
  const { stages, variant, android } = app;
  const [namespace, ...others] = resourcePackages(app);
  return {
    name: actionName(app, 'link'),
    manifest: {
      kind: 'under',
      of: { kind: 'at', of: output(stages.owner, actionName(app, 'manifest')), path: 'merged' },
      path: 'in',
    },
    manifests: ownManifests(app),
    resources: [
      ...resourceArchives(app, app.modules),
      ...variant.sets.filter((set) => hasResources(app, set)).map(compiledName),
      ...(variant.resources.length > 0 ? [actionName(app, 'values')] : []),
    ],
    isForShrinking: variant.isShrunk,
    options: [
      ...['--custom-package', namespace!],
      ...(others.length > 0 ? ['--extra-packages', others.join(':')] : []),
      ...['--version-code', String(versionCode(app)), '--version-name', versionName(app)],
      ...(variant.isDebuggable ? ['--debug-mode'] : []),
      ...(android.resourceConfigurations ? ['-c', android.resourceConfigurations.join(',')] : []),
    ],
  };
}

export function valuesFile(values: readonly ResValue[]): TreeExpression {
  const lines = values.map(({ type, name, value }) => {
    const text = type === 'string' ? stringResource(value) : escapeXml(value);
    return `  <${type} name="${escapeXml(name)}">${text}</${type}>`;
  });
  const content = ['<?xml version="1.0" encoding="utf-8"?>', '<resources>', ...lines, '</resources>', ''];
  return {
    kind: 'literal',
    files: [{ path: 'res/values/generated.xml', content: content.join('\n'), isExecutable: false }],
  };
}
