import { basename, dirname, join, relative, resolve } from 'node:path/posix';
import {
  compareTexts,
  counted,
  type Diagnostic,
  hasErrors,
  isTargetName,
  positionOf,
  type SourceFile,
} from '../../base/index.ts';
import { loadParser } from '../../config/index.ts';
import {
  type GradleModule,
  type ModuleOfApp,
  mobileDocument,
  modulesBelow,
  readGradleProject,
} from '../../gradle/index.ts';
import type { FileSystem } from '../../host/index.ts';
import { documentText } from '../document-text.ts';
import { filesBelow } from '../files-below.ts';
import { isFolder } from '../places.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import type { Verb, VerbContext } from '../verb.ts';

/** Writes a `build.yaml` for an app that Gradle builds, and says what it could not carry over. */
export const initVerb: Verb = async (context) => {
  const { host, reporter, flags, directory } = context;
  const from = flags.text('from-gradle');
  if (from === undefined)
    return refuse(reporter, [
      problem('cli/missing-value', 'what to begin from is not said', 'mobileops init --from-gradle FOLDER'),
    ]);
  const folder = resolve(directory, from);
  if (isFolder(host.fs, folder) !== true)
    return refuse(reporter, [
      { ...problem('cli/no-directory', 'this folder is not there', 'check --from-gradle'), path: folder },
    ]);
  const found = await readApplication(context, folder);
  if (!found.text || hasErrors(found.diagnostics)) return refuse(reporter, found.diagnostics);
  const path = join(folder, 'build.yaml');
  const written = relative(directory, path);
  if (host.fs.lstat(path))
    return refuse(reporter, [
      {
        ...problem(
          'cli/exists',
          'this file is there already, and was left as it is',
          'move it away to write it anew',
        ),
        path: written,
      },
    ]);
  host.fs.createFile(path, found.text);
  const left = found.diagnostics.filter(({ severity }) => severity === 'warning').length;
  if (reporter.isJson)
    reporter.json({ exitCode: 0, written, left, diagnostics: diagnosticsJson(found.diagnostics) });
  else {
    reporter.diagnostics(found.diagnostics);
    reporter.result(`wrote ${written}`);
    reporter.note(closing(left, { folder, name: found.name }));
  }
  return 0;
};

function closing(left: number, { folder, name }: { readonly folder: string; readonly name: string }): string {
  const todo =
    left === 0
      ? 'everything was carried over'
      : `${counted(left, 'thing')} left to do, above and at the head of the file`;
  const next =
    basename(dirname(folder)) === 'mobile'
      ? `next: mobileops deps lock, mobileops build app:${name}`
      : `an app is built from mobile/NAME of a workspace: put the folder there`;
  return `${todo}; ${next}`;
}

interface Application {
  readonly name: string;
  readonly text?: string;
  readonly diagnostics: readonly Diagnostic[];
}

async function readApplication({ host, flags }: VerbContext, folder: string): Promise<Application> {
  const readFile = (path: string): SourceFile | undefined => readSource(host.fs, folder, path);
  const project = readGradleProject(readFile, (within) =>
    isOutside(within) ? undefined : filesBelow(host.fs, folder, within).map((path) => relative(within, path)),
  );
  const name = flags.text('name') ?? nameOf(folder);
  const chosen = chooseModule(project.modules, flags.text('module'), folder);
  if ('code' in chosen) return { name, diagnostics: [chosen] };
  const { directory } = chosen;
  const { facts, diagnostics } = chosen.read();
  const manifest = readFile(join(directory, 'src/main/AndroidManifest.xml'));
  if (!isTargetName(name)) {
    const message = `\`${name}\` cannot be the name of an app`;
    return { name, diagnostics: [problem('cli/bad-value', message, 'give another with --name')] };
  }
  const modules = modulesBelow(facts, project.modules).map((module) => moduleOfApp(module, readFile));
  const made = mobileDocument({
    ...{ name, facts, file: chosen.file, directory, modules },
    hasDeviceTests: isFolder(host.fs, join(folder, directory, 'src/androidTest')) === true,
    ...(manifest ? { manifest } : {}),
  });
  const told = modules.flatMap((module) => module.diagnostics);
  const all = inOrder([...project.diagnostics, ...diagnostics, ...told, ...made.diagnostics]);
  if (!made.document) return { name, diagnostics: all };
  const text = documentText(made.document, remarks(all));
  const { parseMobileBuild } = await loadParser();
  const checked = parseMobileBuild({ path: 'build.yaml', text }, { variables: {} });
  const refused = checked.diagnostics.filter(({ severity }) => severity === 'error');
  return { name, text, diagnostics: [...all, ...refused] };
}

function moduleOfApp(
  module: GradleModule,
  readFile: (path: string) => SourceFile | undefined,
): ModuleOfApp & { readonly diagnostics: readonly Diagnostic[] } {
  const { path, directory } = module;
  const manifest = readFile(join(directory, 'src/main/AndroidManifest.xml'));
  return { path, directory, ...module.read(), ...(manifest ? { manifest } : {}) };
}

/** By file, and in a file from its head. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const path = ({ span }: Diagnostic): string => span?.file.path ?? '';
  const start = ({ span }: Diagnostic): number => span?.start ?? 0;
  return [...diagnostics].sort((a, b) => compareTexts(path(a), path(b)) || start(a) - start(b));
}

/** The folder's name; of `mobile/NAME/app` that of the app. */
function nameOf(folder: string): string {
  const name = basename(folder);
  return name === 'app' ? basename(join(folder, '..')) : name;
}

/** What is left to do, in the file itself. */
function remarks(diagnostics: readonly Diagnostic[]): readonly string[] {
  const left = diagnostics.filter(({ severity }) => severity === 'warning');
  if (left.length === 0) return [];
  const lines = left.map(({ span, message }) => {
    const place = span ? `${span.file.path}:${positionOf(span).line}: ` : '';
    return `  ${place}${message}`.replaceAll(/[^\P{C}]+/gu, ' ');
  });
  return ['Read from a Gradle build. What is not carried over:', ...lines];
}

function readSource(fs: FileSystem, folder: string, path: string): SourceFile | undefined {
  const at = join(folder, path);
  if (isOutside(path) || fs.lstat(at)?.type !== 'file') return undefined;
  return { path, text: fs.readText(at) };
}

/** A module outside the folder is somebody else's. */
function isOutside(path: string): boolean {
  return join(path).startsWith('..');
}

function chooseModule(
  modules: readonly GradleModule[],
  wanted: string | undefined,
  folder: string,
): GradleModule | Diagnostic {
  const applications = modules.filter(({ isApplication }) => isApplication);
  const names = applications.map(({ path }) => path).join(', ');
  const where = { path: folder };
  if (wanted !== undefined) {
    const found = applications.find(({ path }) => path === wanted || path === `:${wanted}`);
    const hint = names === '' ? 'the folder has none' : `there is ${names}`;
    return (
      found ?? {
        ...problem('gradle/no-application', `${wanted} is no application of this build`, hint),
        ...where,
      }
    );
  }
  const [first, second] = applications;
  if (!first) {
    const hint = 'name the folder with settings.gradle, or that of the module';
    return {
      ...problem('gradle/no-application', 'no module here applies com.android.application', hint),
      ...where,
    };
  }
  if (!second) return first;
  const message = `more than one module is an application: ${names}`;
  return {
    ...problem('gradle/several-applications', message, `choose one: --module ${first.path}`),
    ...where,
  };
}

function problem(code: string, message: string, hint: string): Diagnostic {
  return { code, severity: 'error', message, hint, cause: 'input' };
}
