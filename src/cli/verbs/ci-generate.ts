import { join, relative } from 'node:path/posix';
import type { Diagnostic } from '../../base/index.ts';
import { type CiCode, githubWorkflows, MADE_BY } from '../../ci/index.ts';
import { findWorkspaceRoot } from '../../workspace/index.ts';
import type { CliCode } from '../diagnostics.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import type { Verb, VerbContext } from '../verb.ts';

/** Writes the workflows into the repository; files of another hand are left alone. */
export const ciGenerateVerb: Verb = async (context) => {
  const { host, reporter, flags, directory, positionals } = context;
  if (positionals[0] !== 'github') return refuse(reporter, [unknownService(positionals[0] ?? '')]);
  const root = findWorkspaceRoot(host.fs, directory);
  if (root === undefined) return refuse(reporter, [noWorkspace(directory)]);
  const repository = await repositoryOf(context, root);
  const files = githubWorkflows({
    branch: flags.text('branch') ?? 'main',
    folder: relative(repository, root),
    program: flags.text('program') ?? 'npx mobileops',
    install: flags.text('install') ?? 'npm ci',
  });
  const folder = join(repository, '.github/workflows');
  if (flags.has('check')) return checkFiles(context, folder, files);
  const others = Object.keys(files).filter((name) => isOfAnother(context, join(folder, name)));
  if (others.length > 0 && !flags.has('force')) return refuse(reporter, others.map(exists));
  host.fs.makeDirectory(folder);
  for (const [name, text] of Object.entries(files)) host.fs.replaceFile(join(folder, name), text, 0o644);
  const written = Object.keys(files).map((name) => `.github/workflows/${name}`);
  const isBare = flags.text('install') === undefined && !host.fs.lstat(join(root, 'package-lock.json'));
  const diagnostics = isBare ? [nothingInstalled()] : [];
  if (reporter.isJson) reporter.json({ exitCode: 0, written, diagnostics: diagnosticsJson(diagnostics) });
  else reporter.result(written.join('\n'));
  reporter.diagnostics(diagnostics);
  return 0;
};

function nothingInstalled(): Diagnostic {
  return {
    code: 'ci/nothing-installed' satisfies CiCode,
    severity: 'warning',
    path: 'package-lock.json',
    message: 'the workflows begin with `npm ci`, and this file is not there',
    hint: 'make mobileops a development dependency here, or say what brings it: --install COMMAND --program COMMAND',
  };
}

function checkFiles(
  { host: { fs }, reporter }: VerbContext,
  folder: string,
  files: Readonly<Record<string, string>>,
): 0 | 1 {
  const stale = Object.entries(files)
    .filter(([name, text]) => fs.readTextIfExists(join(folder, name)) !== text)
    .map(([name]) => name);
  reporter.diagnostics(stale.map((name) => outOfDate(name, fs.lstat(join(folder, name)) !== undefined)));
  const exitCode = stale.length === 0 ? 0 : 1;
  if (reporter.isJson)
    reporter.json({ exitCode, outOfDate: stale.map((name) => `.github/workflows/${name}`) });
  return exitCode;
}

function outOfDate(name: string, isThere: boolean): Diagnostic {
  const code: CiCode = 'ci/workflow-out-of-date';
  const path = `.github/workflows/${name}`;
  const message = isThere ? 'it is not what would be written now' : 'it is not there';
  const hint = 'run `mobileops ci generate github` with the same flags, and commit what it writes';
  return { code, severity: 'error', path, message, hint };
}

/** Its root in git, else the workspace. */
async function repositoryOf({ host: { processes, env } }: VerbContext, root: string): Promise<string> {
  const git = await processes
    .run(['git', 'rev-parse', '--show-toplevel'], { cwd: root, env: env.variables })
    .catch(() => undefined);
  const text = Buffer.from(git?.stdout ?? '')
    .toString()
    .trim();
  return git?.code === 0 && text !== '' ? text : root;
}

function isOfAnother({ host: { fs } }: VerbContext, path: string): boolean {
  const text = fs.readTextIfExists(path);
  return text !== undefined && !text.startsWith(MADE_BY);
}

function exists(name: string): Diagnostic {
  return {
    code: 'ci/workflow-exists' satisfies CiCode,
    severity: 'error',
    path: `.github/workflows/${name}`,
    message: 'there is a workflow that was not made by mobileops',
    hint: 'give it another name, or add --force to replace it',
    cause: 'input',
  };
}

function unknownService(name: string): Diagnostic {
  const code: CliCode = 'cli/bad-value';
  const message = `no workflow can be made for \`${name}\``;
  return { code, severity: 'error', message, hint: 'write: mobileops ci generate github', cause: 'input' };
}

function noWorkspace(directory: string): Diagnostic {
  const message = 'no build-config.yaml is here or in a folder above';
  const hint = 'go to a workspace, or name one with -C FOLDER';
  return { code: 'build/no-workspace', severity: 'error', message, hint, path: directory, cause: 'input' };
}
