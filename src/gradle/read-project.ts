import { posix } from 'node:path';
import type { Diagnostic, SourceFile, Span } from '../base/index.ts';
import { Evaluator } from './evaluator.ts';
import type { AndroidFacts } from './facts.ts';
import { Gaps } from './gaps.ts';
import type { ListFiles } from './library-files.ts';
import { parseGradle } from './parser.ts';
import { parseProperties } from './properties.ts';
import { type ModuleReading, pluginOf, readModule } from './read-module.ts';
import { readRepositories } from './read-repositories.ts';
import { type Scope, scopeOf } from './scope.ts';
import { type Setting, settingsOf } from './settings.ts';
import type { Found } from './value.ts';
import { type VersionCatalog, versionCatalog } from './version-catalog.ts';

/** A file of the project by its path from the project's folder; `undefined` where there is none. */
export type ReadFile = (path: string) => SourceFile | undefined;

export interface GradleProject {
  readonly modules: readonly GradleModule[];
  /** What is said of all modules and cannot be carried over. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface GradleModule {
  /** As Gradle names it: `:app`, and `:` for the root. */
  readonly path: string;
  /** From the project's folder; empty for the root. */
  readonly directory: string;
  readonly file: SourceFile;
  readonly isApplication: boolean;
  /** Reads the whole file. */
  read(): { readonly facts: AndroidFacts; readonly diagnostics: readonly Diagnostic[] };
}

/** Reads the files of a Gradle build, running nothing. A module that is not there is left out, with a note. */
export function readGradleProject(readFile: ReadFile, listFiles?: ListFiles): GradleProject {
  const gaps = new Gaps();
  const either = (path: string): SourceFile | undefined => readFile(path) ?? readFile(`${path}.kts`);
  const properties = new Map<string, Found<string>>();
  const propertiesFile = readFile('gradle.properties');
  if (propertiesFile)
    for (const [name, found] of parseProperties(propertiesFile)) properties.set(name, found);
  const catalog = versionCatalog(readFile('gradle/libs.versions.toml'));
  const root = either('build.gradle');
  const rootScope = root && sharedOf(scopeOf(root, parseGradle(root)));
  const common: Common = {
    ...{ readFile, properties, catalog, rootScopes: rootScope ? [rootScope] : [] },
    ...(listFiles ? { listFiles } : {}),
  };
  const settingsFile = either('settings.gradle');
  const included = settingsFile ? readIncluded(settingsFile, { common, gaps }) : [];
  const modules = [{ path: ':', directory: '' }, ...included].flatMap(
    ({ path, directory, span }: Included) => {
      const file = directory === '' ? root : either(`${directory}/build.gradle`);
      if (!file && span)
        gaps.add('gradle/not-read', `the module ${path} has no build.gradle in ${directory}/`, { span });
      return file ? [moduleOf({ path, directory, file }, common)] : [];
    },
  );
  // An application at the root tells what its file says itself.
  if (root && !modules.some(({ file, isApplication }) => file === root && isApplication))
    readRoot(root, common, gaps);
  return { modules, diagnostics: gaps.all };
}

interface Common {
  readonly readFile: ReadFile;
  readonly listFiles?: ListFiles;
  readonly properties: ReadonlyMap<string, Found<string>>;
  readonly catalog: VersionCatalog;
  readonly rootScopes: readonly Scope[];
}

interface Included {
  readonly path: string;
  readonly directory: string;
  readonly span?: Span;
}

/** What other files see of the root's. */
function sharedOf(scope: Scope): Scope {
  scope.own.clear();
  scope.functions.clear();
  return scope;
}

interface Script {
  readonly evaluator: Evaluator;
  readonly settings: readonly Setting[];
}

function scriptOf(file: SourceFile, { properties, catalog, rootScopes }: Common): Script {
  const block = parseGradle(file);
  const evaluator = new Evaluator({ scopes: [scopeOf(file, block), ...rootScopes], properties, catalog });
  return { evaluator, settings: settingsOf(block) };
}

function readIncluded(file: SourceFile, { common, gaps }: { common: Common; gaps: Gaps }): Included[] {
  const { evaluator, settings } = scriptOf(file, common);
  const directories = new Map<string, string>();
  const included: Included[] = [];
  for (const setting of settings) {
    if (setting.name === 'include') {
      for (const { value } of evaluator.argumentsOf(setting.values)) {
        const names = value.kind === 'list' ? value.items : [value];
        for (const name of names) {
          if (name.kind !== 'text') continue;
          const path = name.text.startsWith(':') ? name.text : `:${name.text}`;
          included.push({ path, directory: path.slice(1).replaceAll(':', '/'), span: setting.span });
        }
      }
    } else if (setting.name === 'dependencyResolutionManagement') {
      const inner = setting.block?.find(({ name }) => name === 'repositories');
      readRepositories({ evaluator, gaps }, inner?.block ?? []);
    } else if (setting.name === 'includeBuild')
      gaps.add('gradle/not-read', 'another build is included, and is not read', { span: setting.span });
  }
  for (const match of file.text.matchAll(PROJECT_DIRECTORY)) directories.set(match[1]!, match[2]!);
  return included.map((each) => ({ ...each, directory: directories.get(each.path) ?? each.directory }));
}

/** `project(':library').projectDir = file('libraries/one')`, `new File(rootDir, 'libraries/one')` */
const PROJECT_DIRECTORY =
  /project\(\s*['"](:[^'"]+)['"]\s*\)\.projectDir\s*=\s*(?:new\s+)?[Ff]ile\((?:[\w.]+,\s*)?['"]\.?\/?([^'"]+)['"]\)/g;

/** Repositories that the root gives to all modules. */
function readRoot(file: SourceFile, common: Common, gaps: Gaps): void {
  const { evaluator, settings } = scriptOf(file, common);
  for (const setting of settings) {
    if (setting.name !== 'allprojects' && setting.name !== 'subprojects') continue;
    for (const each of setting.block ?? []) {
      if (each.name === 'repositories') readRepositories({ evaluator, gaps }, each.block ?? []);
    }
  }
}

function moduleOf(
  { path, directory, file }: Pick<GradleModule, 'path' | 'directory' | 'file'>,
  common: Common,
): GradleModule {
  const { evaluator, settings } = scriptOf(file, common);
  const { catalog, listFiles } = common;
  const applied = scripts(directory, common, [file.path]);
  const reading = {
    ...{ evaluator, catalog, applied, gaps: new Gaps() },
    ...(listFiles ? { listFiles: (folder: string) => listFiles(posix.join(directory, folder)) } : {}),
  };
  return {
    path,
    directory,
    file,
    isApplication: appliedPlugins(reading, settings).includes('com.android.application'),
    read: () => {
      const gaps = new Gaps();
      const facts = readModule({ ...reading, gaps }, settings);
      return { facts, diagnostics: gaps.all };
    },
  };
}

/** Scripts of the project that a module applies. One that applies itself is not read again. */
function scripts(directory: string, common: Common, open: readonly string[]): ModuleReading['applied'] {
  return (written) => {
    const path = posix.join(directory, written);
    const file = open.includes(path) ? undefined : common.readFile(path);
    if (!file) return undefined;
    return { ...scriptOf(file, common), applied: scripts(directory, common, [...open, path]) };
  };
}

function appliedPlugins(reading: ModuleReading, settings: readonly Setting[]): readonly string[] {
  return settings.flatMap((setting) => {
    if (setting.name === 'plugins')
      return (setting.block ?? []).flatMap((each) => pluginOf(reading, each)?.value ?? []);
    if (setting.name !== 'apply') return [];
    const plugin = reading.evaluator.argumentsOf(setting.values).find(({ name }) => name === 'plugin')?.value;
    return plugin?.kind === 'text' ? [plugin.text] : [];
  });
}
