import type { Diagnostic, SourceFile } from '../../base/index.ts';
import type { GradleSettings, MobileSpec } from '../../config/index.ts';
import {
  type BuildVersions,
  buildVersions,
  type GradleModule,
  type ReadFile,
  readGradleProject,
} from '../../gradle/index.ts';
import type { RuleContext, SourceView, ToolName } from '../rule.ts';
import type { gradleDiagnostics } from './diagnostics.ts';

/** Of a folder with a `gradlew` and no build.yaml. */
const DEFAULT_GRADLE: GradleSettings = { variants: ['release'], bundle: false, arguments: [] };

/** What the project's own files say. */
export interface Project {
  readonly settings: GradleSettings;
  readonly versions: BuildVersions;
  /** The application; absent where that is not clear. */
  readonly application?: Pick<GradleModule, 'path' | 'directory'>;
  readonly applications: readonly GradleModule[];
}

export function projectOf({ spec, sources, target }: RuleContext<MobileSpec>): Project {
  const settings = spec.gradle ?? DEFAULT_GRADLE;
  const readFile = reader(sources, target.directory);
  const { modules } = readGradleProject(readFile);
  const applications = modules.filter(({ isApplication }) => isApplication);
  const application = chosen(settings.module, modules, applications);
  return {
    settings,
    versions: buildVersions(
      readFile,
      modules.map(({ file }) => file),
    ),
    applications,
    ...(application ? { application } : {}),
  };
}

/** What a project needs; one of which nothing is known yet is taken for one of Android. */
export function gradleTools(sources: SourceView | undefined): readonly ToolName[] {
  if (!sources) return toolsOf({ usesAndroid: true });
  const readFile = reader(sources, '');
  const files = readGradleProject(readFile).modules.map(({ file }) => file);
  return toolsOf(buildVersions(readFile, files));
}

/** The SDK is that of the machine: Gradle takes nothing else. */
export function toolsOf({ usesAndroid }: Pick<BuildVersions, 'usesAndroid'>): readonly ToolName[] {
  return ['bash', 'java', ...(usesAndroid ? (['android-sdk'] as const) : [])];
}

/** A module that is named counts, also where its build file is code. */
function chosen(
  wanted: string | undefined,
  modules: readonly GradleModule[],
  applications: readonly GradleModule[],
): Project['application'] {
  if (wanted === undefined) return applications.length === 1 ? applications[0] : undefined;
  const path = wanted.startsWith(':') ? wanted : `:${wanted}`;
  return modules.find((each) => each.path === path);
}

/** Files by their path in the project, as the workspace names them. */
function reader(sources: SourceView, directory: string): ReadFile {
  const known = new Map<string, SourceFile | undefined>();
  return (path) => {
    if (known.has(path)) return known.get(path);
    const text = sources.readText(path);
    const file =
      text === undefined ? undefined : { path: directory === '' ? path : `${directory}/${path}`, text };
    known.set(path, file);
    return file;
  };
}

export type Code = keyof typeof gradleDiagnostics;

export function problem(
  code: Code,
  message: string,
  more: Pick<Diagnostic, 'hint' | 'span' | 'path' | 'cause'>,
): Diagnostic {
  return { code, severity: 'error', message, cause: 'input', ...more };
}
