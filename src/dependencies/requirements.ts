import { posix } from 'node:path';
import type { Checked, Diagnostic } from '../base/index.ts';
import type { BuildConfiguration } from '../config/index.ts';
import type { FileSystem } from '../host/index.ts';
import type {
  NodeFolder,
  Requirements,
  RequirementText,
  TargetNeeds,
  TargetProblem,
  ToolRequirement,
} from './model.ts';
import { parseRequirement, requirementLines } from './requirement-lines.ts';
import { hasPython } from './resolved-from.ts';

export interface GatherOptions {
  /** Absolute path of the workspace. */
  readonly root: string;
  readonly configuration: Pick<BuildConfiguration, 'dependencies'>;
  readonly targets: readonly TargetNeeds[];
  /** Of `toolchain`'s `toolRequirements(names)`. */
  readonly tools: readonly ToolRequirement[];
}

/** Lock files grow with the tree of packages; more than this is no lock. */
const MAX_TEXT_BYTES = 64 * 2 ** 20;

export interface GatheredRequirements extends Checked<Requirements> {
  /** The diagnostics with the targets that each concerns. */
  readonly problems: readonly TargetProblem[];
}

/** Reads the texts that a lock is resolved from: root requirement files, `package.json`, `package-lock.json`. */
export function gatherRequirements(fs: FileSystem, options: GatherOptions): GatheredRequirements {
  const { root, configuration, targets, tools } = options;
  const ofRoot: Diagnostic[] = [];
  const texts = configuration.dependencies.python.flatMap(
    ({ value }) => readText(fs, root, posix.normalize(value), ofRoot) ?? [],
  );
  const paths = new Set(texts.map(({ path }) => path));
  for (const text of texts) ofRoot.push(...checkRequirementText(text, paths));
  const constraints = texts.filter(({ path }) => !isDevelopmentFile(path));
  const development = texts.find(({ path }) => isDevelopmentFile(path));
  const nodeFolders: NodeFolder[] = [];
  const problems: TargetProblem[] = [];
  for (const folder of nodeFoldersOf(targets)) {
    const found: Diagnostic[] = [];
    nodeFolders.push(...readNodeFolder(folder, (path) => readText(fs, root, path, found), found));
    problems.push(...problemsOf(found, ({ nodeFolder }) => nodeFolder === folder));
  }
  for (const target of targets) {
    problems.push(...problemsOf(checkPython(target), ({ label }) => label === target.label));
  }
  const value = { targets, constraints, development, nodeFolders, tools };
  problems.push(...problemsOf(ofRoot, (target) => hasPython(target, value)));
  return { value, problems, diagnostics: problems.map(({ diagnostic }) => diagnostic) };
}

function problemsOf(
  diagnostics: readonly Diagnostic[],
  concerns: TargetProblem['concerns'],
): TargetProblem[] {
  return diagnostics.map((diagnostic) => ({ diagnostic, concerns }));
}

/**
 * All files, relative to the workspace, whose stat decides `readLock`, `gatherRequirements` and `checkLock`, beside the lock
 * itself: the root requirement files, each node folder's two files. Absent ones are named too, as they may appear.
 */
export function requirementPaths(
  options: Pick<GatherOptions, 'configuration' | 'targets'>,
): readonly string[] {
  return [
    ...options.configuration.dependencies.python.map(({ value }) => posix.normalize(value)),
    ...nodeFoldersOf(options.targets).flatMap((folder) => [
      posix.join(folder, 'package.json'),
      posix.join(folder, 'package-lock.json'),
    ]),
  ];
}

function nodeFoldersOf(targets: readonly TargetNeeds[]): readonly string[] {
  return [...new Set(targets.flatMap(({ nodeFolder }) => nodeFolder ?? []))].sort();
}

function isDevelopmentFile(path: string): boolean {
  return /^requirements[-_.]dev\.txt$/.test(posix.basename(path));
}

function readText(
  fs: FileSystem,
  root: string,
  path: string,
  diagnostics: Diagnostic[],
): RequirementText | undefined {
  const problem = (message: string): undefined => {
    diagnostics.push({ code: 'dependencies/unreadable-file', severity: 'error', message, path });
  };
  if (path.startsWith('../') || posix.isAbsolute(path)) return problem('the file lies outside the workspace');
  try {
    const stat = fs.lstat(posix.join(root, path));
    if (stat && stat.type !== 'symlink' && stat.type !== 'file') return problem('this is not a file');
    if (stat && stat.sizeBytes > MAX_TEXT_BYTES) return problem('the file is over 64 MiB');
    const text = fs.readTextIfExists(posix.join(root, path));
    return text === undefined ? undefined : { path, text: text.replace(/^\ufeff/, '') };
  } catch (error) {
    return problem(`the file cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readNodeFolder(
  folder: string,
  read: (path: string) => RequirementText | undefined,
  diagnostics: Diagnostic[],
): NodeFolder[] {
  const manifest = read(posix.join(folder, 'package.json'));
  if (!manifest) return [];
  const packageLock = read(posix.join(folder, 'package-lock.json'));
  const problems = [manifest, ...(packageLock ? [packageLock] : [])].flatMap(checkJson);
  diagnostics.push(...problems);
  return problems.length > 0 ? [] : [{ folder, manifest, packageLock }];
}

function checkJson(text: RequirementText): Diagnostic[] {
  const problem = (message: string): Diagnostic[] => [
    { code: 'dependencies/unreadable-file', severity: 'error', message, path: text.path },
  ];
  try {
    const value: unknown = JSON.parse(text.text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return [];
    return problem('this is not a JSON object');
  } catch (error) {
    return problem(`this is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checkPython(target: TargetNeeds): Diagnostic[] {
  return target.python.requirements
    .filter(({ value }) => !parseRequirement(value))
    .map(({ value, span }) => ({
      code: 'dependencies/bad-requirement',
      severity: 'error',
      message: `'${value}' is not a Python requirement`,
      hint: 'a requirement is a name with versions: `numpy>=1.24.0`',
      span,
    }));
}

/** `-r` and `-c` may name another root requirement file, as those are read anyway. */
function checkRequirementText(text: RequirementText, paths: ReadonlySet<string>): Diagnostic[] {
  const isKnown = (value: string): boolean => {
    const included = /^-[rc]\s+(\S+)$/.exec(value)?.[1];
    return included !== undefined && paths.has(posix.join(posix.dirname(text.path), included));
  };
  return requirementLines(text)
    .filter(({ value }) => !parseRequirement(value) && !isKnown(value))
    .map(({ value, span }) => ({
      code: 'dependencies/bad-requirement',
      severity: 'error',
      message: `'${value}' is not a Python requirement`,
      hint: 'options, paths and addresses are not accepted; set an index in the settings of pip or uv',
      span,
    }));
}
