import { posix } from 'node:path';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import { type ClientContext, clientCache, missingClient, runClient, text } from './client.ts';
import { findHostPython, type HostPython } from './host-python.ts';

/** The Python that builds, with its pip. */
export async function requirePython(context: ClientContext): Promise<Result<HostPython, Diagnostic>> {
  const python = await findHostPython(context.host);
  if (python) return ok(python);
  return fail(missingClient('pip', 'no Python 3.11 or newer was found in /usr/bin or PATH'));
}

export interface PipDownload {
  readonly python: HostPython;
  /** Lines of a requirement file, each with its hashes. */
  readonly lines: readonly string[];
  readonly destination: string;
  readonly what: string;
}

/** Fetches wheels by exact version and hash into a folder; pip itself refuses other bytes. */
export async function pipDownload(
  context: ClientContext,
  call: PipDownload,
): Promise<Result<void, Diagnostic>> {
  const { python, lines, destination, what } = call;
  const flags = [
    '--no-deps',
    '--require-hashes',
    '--only-binary',
    ':all:',
    '--progress-bar',
    'off',
    '--quiet',
  ];
  const list = posix.join(destination, 'requirements.txt');
  context.host.fs.writeFile(list, `${lines.join('\n')}\n`);
  const argv = [
    ...pipOf(python),
    'download',
    ...flags,
    '--cache-dir',
    clientCache(context, 'pip'),
    '--dest',
    destination,
    '--requirement',
    list,
  ];
  const done = await runClient(context, { client: 'pip', what, argv, cwd: destination });
  if (done.ok) return ok(undefined);
  if (/No module named pip/.test(done.failure.message))
    return fail(missingClient('pip', `${python.path} has no pip, which is needed for ${what}`));
  // pip tells of an index that it cannot reach only while it retries; of a locked package there is always some version.
  if (/from versions: none/.test(done.failure.message))
    return fail({ ...done.failure, code: 'dependencies/network', hint: NOTHING_FOUND });
  if (/THESE PACKAGES DO NOT MATCH THE HASHES/.test(done.failure.message))
    return fail({ ...done.failure, code: 'dependencies/wrong-content', hint: WRONG_CONTENT });
  return done;
}

const NOTHING_FOUND =
  'the index of pip cannot be reached or has no such package: check the connection, the proxy and the index or mirror that pip is set to, then run the command again';
const WRONG_CONTENT =
  'check the index or mirror that pip is set to; if the change is right, lock anew with `mobileops deps lock`';

function pipOf(python: HostPython): readonly string[] {
  return [python.path, '-m', 'pip', '--disable-pip-version-check', '--no-input', '--no-color'];
}

/** Index settings of pip as variables of uv, where the user has not set uv itself: one place to set a mirror is enough. */
export async function uvIndexEnvironment(
  context: ClientContext,
  python: HostPython,
): Promise<Readonly<Record<string, string>>> {
  const { variables } = context.host.env;
  const argv = [...pipOf(python), 'config', 'list'];
  const cwd = clientCache(context, 'pip');
  const said = await runClient(context, { client: 'pip', what: 'the settings of pip', argv, cwd });
  if (!said.ok) return {};
  const settings = new Map<string, string>();
  for (const line of text(said.value.stdout).split('\n')) {
    const match = /^(?:global|install|:env:)\.(index-url|extra-index-url|find-links)=['"](.*)['"]$/.exec(
      line.trim(),
    );
    if (match) settings.set(match[1]!, match[2]!.replaceAll('\\n', ' ').trim());
  }
  const folders = (settings.get('find-links') ?? '')
    .split(/\s+/)
    .filter((each) => posix.isAbsolute(each) && context.host.fs.lstat(each)?.type === 'directory');
  return {
    ...setting('UV_DEFAULT_INDEX', settings.get('index-url'), variables.UV_INDEX_URL),
    ...setting('UV_INDEX', settings.get('extra-index-url'), variables.UV_EXTRA_INDEX_URL),
    ...setting('UV_FIND_LINKS', folders.join(','), undefined),
    ...Object.fromEntries(Object.entries(variables).filter(([name]) => /^UV_/.test(name))),
  };
}

function setting(name: string, value: string | undefined, older: string | undefined): Record<string, string> {
  return value === undefined || value === '' || older !== undefined ? {} : { [name]: value };
}
