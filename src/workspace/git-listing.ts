import { resolve } from 'node:path/posix';
import { fail, ok, type Result } from '../base/index.ts';
import type { Env, Processes } from '../host/index.ts';
import { dependsOnBranch, settingOrigins, settingsFiles } from './git-settings.ts';

/** What git says of one repository, or of the part of it that lies below a folder. */
export interface GitListing {
  /** Tracked or not ignored, relative to the folder, as bytes decoded; may repeat and may name what is gone. */
  readonly paths: readonly string[];
  /** Folders that hold a repository of their own. */
  readonly repositories: readonly string[];
  /** Folders that a pattern ignores as a whole: nothing new below them can be a source. */
  readonly ignoredFolders: readonly string[];
  /** Names that are not UTF-8, with replacement characters. */
  readonly badNames: readonly string[];
  /** Absolute paths of files on which the list depends. */
  readonly inputs: readonly string[];
  /** Git's index: only the names in it count. */
  readonly index: string;
}

export type GitFailure =
  /** No git, no repository, or the folder as a whole is ignored by one around it, which depends on `inputs`. */
  | { readonly kind: 'not-a-repository'; readonly inputs?: readonly string[] }
  | { readonly kind: 'failed'; readonly output: string };

export interface GitOptions {
  readonly processes: Processes;
  readonly variables: Env['variables'];
}

/** Lists the files of the repository around `folder` that lie below it. */
export async function listWithGit(
  options: GitOptions,
  folder: string,
): Promise<Result<GitListing, GitFailure>> {
  const git = gitIn(options, folder);
  if (!git) return fail({ kind: 'not-a-repository' });
  const place = await git(['rev-parse', '--show-cdup', ...gitPaths(OWN_FILES)]);
  if (place.code !== 0) {
    return fail(
      /not a git repository/.test(place.errors) ? { kind: 'not-a-repository' } : failed(place.errors),
    );
  }
  const [toTop = '', ...inside] = place.text.trimEnd().split('\n');
  const [index = '', head = '', ...others] = inside.map((path) => resolve(folder, path));
  const settings = await settingsOf(options, git, resolve(folder, toTop));
  const inputs = [
    ...others,
    ...(settings.isOfBranch ? [head] : []),
    ...outerIgnoreFiles(toTop, folder),
    ...settings.files,
  ];
  const outer = await git(['check-ignore', '-q', '.']);
  if (outer.code === 0) return fail({ kind: 'not-a-repository', inputs });
  const files = await git(['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  if (files.code !== 0) return fail(failed(files.errors));
  const ignoredFolders = await listIgnored(git);
  if (!ignoredFolders.ok) return ignoredFolders;
  const { names, badNames } = decodeNames(files.bytes);
  return ok({
    paths: names.filter((name) => !name.endsWith('/')),
    repositories: names.filter((name) => name.endsWith('/')).map((name) => name.slice(0, -1)),
    ignoredFolders: ignoredFolders.value,
    badNames,
    inputs,
    index,
  });
}

/** Of the repository: the index and `HEAD`, then what decides by its content. */
const OWN_FILES = ['index', 'HEAD', 'info/exclude', 'config', 'config.worktree'];

interface GitOutput {
  readonly code: number | undefined;
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly errors: string;
}

type Git = (args: readonly string[], stdin?: string) => Promise<GitOutput>;

/** Options that keep git from writing, from asking a daemon, and from quoting. */
const QUIET = ['-c', 'core.fsmonitor=false', '-c', 'core.untrackedCache=false', '-c', 'core.quotePath=false'];

function gitIn({ processes, variables }: GitOptions, folder: string): Git | undefined {
  const program = processes.which('git', variables.PATH ?? '');
  if (program === undefined) return undefined;
  const env: Record<string, string> = { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
  for (const name of ['PATH', 'HOME', 'XDG_CONFIG_HOME']) {
    const value = variables[name];
    if (value !== undefined) env[name] = value;
  }
  return async (args, stdin) => {
    const options = { env, cwd: folder, timeoutMs: 120_000, ...(stdin === undefined ? {} : { stdin }) };
    const { code, stdout, stderr } = await processes.run([program, ...QUIET, ...args], options);
    const decoder = new TextDecoder();
    return { code, bytes: stdout, text: decoder.decode(stdout), errors: decoder.decode(stderr) };
  };
}

function gitPaths(names: readonly string[]): string[] {
  return names.flatMap((name) => ['--git-path', name]);
}

function failed(output: string): GitFailure {
  return { kind: 'failed', output };
}

/**
 * `ls-files --directory` also names folders in which merely every file is ignored; a new file there may be a source.
 * Only those that a pattern names themselves may be passed over.
 */
async function listIgnored(git: Git): Promise<Result<readonly string[], GitFailure>> {
  const listed = await git(['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory']);
  if (listed.code !== 0) return fail(failed(listed.errors));
  const folders = decodeNames(listed.bytes).names.filter((name) => name.endsWith('/') && name !== './');
  if (folders.length === 0) return ok([]);
  const checked = await git(['check-ignore', '-z', '--stdin'], folders.join('\0'));
  if (checked.code !== 0 && checked.code !== 1) return fail(failed(checked.errors));
  return ok(decodeNames(checked.bytes).names.map((name) => name.replace(/\/$/, '')));
}

function decodeNames(bytes: Uint8Array): { names: string[]; badNames: string[] } {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    const names = strict.decode(bytes).split('\0');
    names.pop();
    return { names, badNames: [] };
  } catch {
    return decodeEach(bytes, strict);
  }
}

function decodeEach(
  bytes: Uint8Array,
  strict: InstanceType<typeof TextDecoder>,
): { names: string[]; badNames: string[] } {
  const names: string[] = [];
  const badNames: string[] = [];
  for (let start = 0, end = bytes.indexOf(0); end >= 0; start = end + 1, end = bytes.indexOf(0, start)) {
    const name = bytes.subarray(start, end);
    try {
      names.push(strict.decode(name));
    } catch {
      badNames.push(new TextDecoder().decode(name));
    }
  }
  return { names, badNames };
}

/** The ignore files of the folders above, up to the repository's top (`toTop` is `../` for each); others are found by walking. */
function outerIgnoreFiles(toTop: string, folder: string): string[] {
  const levels = toTop.split('/').length - 1;
  return Array.from({ length: levels }, (_, level) => `${folder}/${'../'.repeat(level + 1)}.gitignore`);
}

interface Settings {
  readonly files: readonly string[];
  /** Whether some are read on a certain branch only. */
  readonly isOfBranch: boolean;
}

/** All files of settings, and the ignore file that they name; `--exclude-standard` depends on them. */
async function settingsOf({ processes, variables }: GitOptions, git: Git, top: string): Promise<Settings> {
  const listed = await git(['config', '--list', '--show-origin', '-z', '--includes']);
  const { HOME: home, XDG_CONFIG_HOME: xdgConfigHome, PATH = '' } = variables;
  const program = processes.which('git', PATH);
  const origins = settingOrigins(listed.text);
  const programs = program === undefined ? [] : [program];
  const files = settingsFiles({ top, home, xdgConfigHome, programs }, origins);
  const excludes = (await git(['config', '--path', 'core.excludesFile'])).text.trimEnd();
  const named = excludes === '' ? [] : [resolve(top, excludes)];
  return { files: [...files, ...named], isOfBranch: dependsOnBranch(origins) };
}
