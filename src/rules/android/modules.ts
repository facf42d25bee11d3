import type { TreeExpression } from '../../action/index.ts';
import { type AndroidModule, containedModules, type MobileSpec, seenModules } from '../../config/index.ts';
import { moduleFolders, viewBelow } from '../android-folders.ts';
import type { RuleContext } from '../rule.ts';
import { manifestFacts } from './manifest.ts';
import {
  filesBelow,
  folderOf,
  inWorkspace,
  MANIFEST,
  mainSet,
  type SourceSet,
  within,
} from './source-sets.ts';
import { codeFiles } from './sources.ts';

/** A part of an app that is compiled by itself, once for all variants. */
export interface LibraryModule {
  readonly name: string;
  readonly settings: AndroidModule;
  /** Its own folder, as if that were a target's. */
  readonly context: RuleContext<MobileSpec>;
  readonly main: SourceSet;
  /** Package of its `R` and `BuildConfig`; empty where none is said. */
  readonly namespace: string;
  /** Modules that it is compiled with, and those that are in it or below it. Who takes stands before what it takes. */
  readonly seen: readonly string[];
  readonly contained: readonly string[];
}

/** The same target, as if one of its folders were all that there is. */
export function contextAt(context: RuleContext<MobileSpec>, folder: string): RuleContext<MobileSpec> {
  const { sources, spec, target } = context;
  const folders = moduleFolders(spec, sources.paths);
  return {
    ...context,
    sources: viewBelow(sources, folder, folders),
    target: folder === '' ? target : { ...target, directory: inWorkspace(context, folder) },
  };
}

/** All modules that the app has, whether or not it contains them. */
export function modulesOf(context: RuleContext<MobileSpec>): LibraryModule[] {
  const settings = context.spec.android?.modules ?? [];
  const byName = new Map(settings.map((each) => [each.name.value, each]));
  return settings.map((each) => {
    const own = contextAt(context, each.directory);
    const main = mainSet(own);
    const manifest = own.sources.readText(within(main, MANIFEST)) ?? '';
    return {
      name: each.name.value,
      settings: each,
      context: own,
      main,
      namespace: each.namespace ?? manifestFacts(manifest).package ?? '',
      seen: seenModules(each, byName),
      contained: containedModules(each, byName),
    };
  });
}

export function moduleFiles({ context, main }: LibraryModule, folder: string): string[] {
  return filesBelow(context, main, folder);
}

/** The content of a folder of the module, from its top. */
export function moduleFolder({ context, main }: LibraryModule, folder: string): TreeExpression {
  return folderOf(context, main, folder);
}

export function moduleCode({ context, main }: LibraryModule, extension: string): string[] {
  return codeFiles({ context, variant: { sets: [main] } }, extension);
}

export function hasKotlin(module: LibraryModule): boolean {
  return moduleCode(module, '.kt').length > 0;
}

/** Whether it is compiled at all: some modules have only resources. */
export function hasCode(module: LibraryModule): boolean {
  return hasKotlin(module) || moduleCode(module, '.java').length > 0;
}

/** Names of the module's actions that give compiled resources, the stronger one last. */
export function moduleResources(module: LibraryModule): string[] {
  return [
    ...(moduleFiles(module, 'res').length > 0 ? [moduleAction(module, 'resources')] : []),
    ...(module.settings.resValue ? [moduleAction(module, 'values')] : []),
  ];
}

/** The name of an action of a module; no variant's has a dot. */
export function moduleAction({ name }: Pick<LibraryModule, 'name'>, stage: string): string {
  return `${name}.${stage}`;
}
