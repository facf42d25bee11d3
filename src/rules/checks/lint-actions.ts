import { DEFAULT_RESOURCES, type PlannedAction } from '../../action/index.ts';
import { formatLabel } from '../../base/index.ts';
import { type Environment, joinEnvironments, toolEnvironment } from '../environment.ts';
import { nodeEnvironment } from '../environment-node.ts';
import { pythonEnvironment } from '../environment-python.ts';
import type { LinterName, LockedFile, PlannedLint, RuleContext, SourceFacts, ToolName } from '../rule.ts';
import type { Language } from './languages.ts';
import { lintTree } from './lint-config.ts';

/** Where a linter writes its report, in its working folder. */
export const LINT_REPORT = 'mobileops-lint.json';
const FIVE_MINUTES_MS = 300_000;

interface Program {
  readonly linter: LinterName;
  readonly version: string;
  /** Without the files. It writes to `LINT_REPORT`, or to standard output. */
  readonly argv: readonly string[];
  readonly environment: Environment;
  /** ESLint looks for its configuration from where it is started. */
  readonly isStartedInFolder?: true;
  /** The provisioned tool that is not there. */
  readonly missing?: ToolName;
}

/** What checks the files of one language, in the way that the target chose by its packages. */
export function plannedLint(
  context: RuleContext,
  language: Language,
  files: readonly SourceFacts[],
): PlannedLint {
  const program = programFor(context, language);
  const { linter, version, missing } = program;
  const { directory } = context.target;
  const paths = files.map(({ path }) => (program.isStartedInFolder ? path : `${directory}/${path}`));
  const lines = files.reduce((total, { code }) => total + code.length, 0);
  const command = [...program.argv, directory].join(' ');
  const about = { linter, version, language, command, files: files.length, lines, report: LINT_REPORT };
  if (missing !== undefined) return { ...about, missing };
  return { ...about, action: lintAction(context, program, paths), needs: program.environment.actions };
}

/** A linter that found something ends with 1; anything above is its failure. */
const RUN = `report="$PWD/$1"; cd "$2"; shift 2; status=0
"$@" >"$report.out" || status=$?
[ "$status" -le 1 ] || exit "$status"
[ -s "$report" ] || mv "$report.out" "$report"`;

function lintAction(context: RuleContext, program: Program, paths: readonly string[]): PlannedAction {
  const { target } = context;
  const { environment, linter, argv, isStartedInFolder } = program;
  return {
    id: `${formatLabel(target.label)}#lint:${linter}`,
    owner: target.label,
    mnemonic: 'Lint',
    description: `${linter}: ${paths.length} file${paths.length === 1 ? '' : 's'}`,
    argv: [
      '/bin/sh',
      '-c',
      RUN,
      'lint',
      LINT_REPORT,
      isStartedInFolder ? target.directory : '.',
      ...argv,
      ...paths,
    ],
    env: { ...environment.env, PATH: environment.path.join(':') },
    work: lintTree(context),
    mounts: environment.mounts,
    outputs: [LINT_REPORT],
    network: false,
    timeoutMs: FIVE_MINUTES_MS,
    resources: DEFAULT_RESOURCES,
    staging: 'overlay',
    isCacheable: true,
    isWorkspaceShaped: true,
  };
}

function programFor(context: RuleContext, language: Language): Program {
  if (language === 'Python') return pythonLinter(context);
  if (language === 'shell') return shellcheck(context);
  return scriptLinter(context);
}

const RUFF = ['check', '--no-cache', '--force-exclude', '--exit-zero', '--output-format', 'json'];

/** pylint or ruff of the target's own requirements, else the provisioned ruff. */
function pythonLinter(context: RuleContext): Program {
  const { run, dev } = context.locked.python;
  const wheels = new Map<string, LockedFile>([...dev, ...run].map((wheel) => [wheel.file, wheel]));
  const own = (name: string): LockedFile | undefined =>
    [...wheels.values()].find((wheel) => wheel.name.toLowerCase() === name);
  const pylint = own('pylint');
  const ruff = own('ruff');
  if (!pylint && !ruff) {
    const tool = context.toolchain('ruff');
    const argv = ['ruff', ...RUFF, '--output-file', LINT_REPORT];
    return provisioned(context, { linter: 'ruff', tool, argv });
  }
  const environment = pythonEnvironment(context, [...wheels.values()]);
  if (!pylint) return { linter: 'ruff', version: ruff!.version, argv: ['ruff', ...RUFF], environment };
  const argv = ['python', '-m', 'pylint', '--persistent=n', '--exit-zero', '--output-format=json2'];
  return { linter: 'pylint', version: pylint.version, argv, environment };
}

const BIOME = ['lint', '--reporter=json', `--reporter-file=${LINT_REPORT}`, '--max-diagnostics=none'];

/** ESLint or Biome of the target's own packages, else the provisioned Biome. */
function scriptLinter(context: RuleContext): Program {
  const own = (name: string): string | undefined =>
    context.locked.node.find(({ path }) => path === `node_modules/${name}`)?.version;
  const eslint = own('eslint');
  const biome = own('@biomejs/biome');
  const biomeArgv = ['biome', ...BIOME, '--no-errors-on-unmatched', '--colors=off'];
  if (eslint === undefined && biome === undefined)
    return provisioned(context, { linter: 'biome', tool: context.toolchain('biome'), argv: biomeArgv });
  const environment = packagesInPlace(context);
  if (eslint === undefined) return { linter: 'biome', version: biome!, argv: biomeArgv, environment };
  const argv = ['eslint', '--format', 'json', '--no-error-on-unmatched-pattern'];
  return { linter: 'eslint', version: eslint, argv, environment, isStartedInFolder: true };
}

/** The target's `node_modules` in its own folder of the workspace, with Node. */
function packagesInPlace(context: RuleContext): Environment {
  const folder = `/w/${context.target.directory}/node_modules`;
  const { mounts, path, ...rest } = nodeEnvironment(context, context.locked.node);
  const moved = (each: string): string => each.replace(/^\/w\/node_modules/, folder);
  const packages = {
    ...rest,
    mounts: mounts.map((mount) => ({ ...mount, at: moved(mount.at) })),
    path: path.map(moved),
  };
  return joinEnvironments([packages, toolEnvironment(context, ['node'])]);
}

function shellcheck(context: RuleContext): Program {
  const tool = context.toolchain('shellcheck');
  return provisioned(context, { linter: 'shellcheck', tool, argv: ['shellcheck', '--format=json1'] });
}

function provisioned(
  context: RuleContext,
  {
    linter,
    tool,
    argv,
  }: Pick<Program, 'linter' | 'argv'> & { readonly tool: ReturnType<RuleContext['toolchain']> },
): Program {
  const { name, version } = tool;
  const environment = toolEnvironment(context, [name]);
  return { linter, version, argv, environment, ...(version === '' ? { missing: name } : {}) };
}
