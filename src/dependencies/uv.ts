import { posix } from 'node:path';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import { type ClientContext, clientCache, gist, runClient, scratchFolder, text } from './client.ts';
import type { HostPython } from './host-python.ts';
import type { LockedPythonPackage } from './model.ts';
import { pipDownload } from './pip.ts';
import { type Pylock, pylockOf } from './pylock.ts';
import { withWants } from './python-wants.ts';
import { UV_VERSION, UV_WHEELS } from './uv-pin.ts';

/** The pinned uv, unpacked once into our cache from the wheel that pip fetched and verified. */
export async function provideUv(
  context: ClientContext,
  python: HostPython,
): Promise<Result<string, Diagnostic>> {
  const { fs } = context.host;
  const path = posix.join(clientCache(context, 'uv'), UV_VERSION, 'uv');
  if (fs.lstat(path)?.type === 'file') return ok(path);
  using scratch = scratchFolder(context);
  const lines = [`uv==${UV_VERSION} ${UV_WHEELS.map((hash) => `--hash=sha256:${hash}`).join(' ')}`];
  const what = `uv ${UV_VERSION}`;
  const fetched = await pipDownload(context, { python, lines, destination: scratch.path, what });
  if (!fetched.ok) return fetched;
  const wheel = fs.readDirectory(scratch.path).find(({ name }) => name.endsWith('.whl'))?.name ?? 'uv.whl';
  const argv = [python.path, '-I', '-m', 'zipfile', '-e', wheel, 'out'];
  const unpacked = await runClient(context, { client: 'python3', what, argv, cwd: scratch.path });
  if (!unpacked.ok) return unpacked;
  const program = posix.join(scratch.path, 'out', `uv-${UV_VERSION}.data`, 'scripts', 'uv');
  fs.chmod(program, 0o755);
  fs.makeDirectory(posix.dirname(path));
  fs.rename(program, path);
  return ok(path);
}

const OLDEST_PYTHON = '3.11';

export interface Resolution {
  readonly uv: string;
  readonly python: HostPython;
  readonly indexEnvironment: Readonly<Record<string, string>>;
  /** For messages: `the Python packages of component:ai-core`. */
  readonly what: string;
  readonly requirements: readonly string[];
  readonly constraints: readonly string[];
  /** Versions that are kept where they fit. */
  readonly preferred: readonly LockedPythonPackage[];
  /** By what uv read of the index before. */
  readonly isOffline?: true;
  /** Without what the packages ask for in turn. */
  readonly isAlone?: true;
  /** RFC 3339. */
  readonly publishedBefore?: string | undefined;
}

/** Resolves for every platform and every Python from the oldest on, with the wheels' hashes. */
export async function resolvePython(
  context: ClientContext,
  resolution: Resolution,
): Promise<Result<Pylock, Diagnostic>> {
  const { python, what } = resolution;
  const { fs } = context.host;
  using scratch = scratchFolder(context);
  const file = (name: string): string => posix.join(scratch.path, name);
  const toml = await compiled(context, resolution, scratch.path);
  if (!toml.ok) return fail(toml.failure.diagnostic);
  const lock = await readPylock(context, python, { what, toml: toml.value });
  if (!lock.ok) return lock;
  // A pylock does not say who wants what; the comments of the other format do, of the same answer.
  fs.writeFile(file('wants.txt'), lock.value.packages.map((each) => `${pinned(each)}\n`).join(''));
  const output = ['--output-file', 'wants.txt', '--annotation-style', 'line'];
  const told = await compile(context, resolution, { output, cwd: scratch.path });
  return told.ok ? ok(withWants(lock.value, fs.readText(file('wants.txt')))) : told;
}

export interface Unresolved {
  readonly diagnostic: Diagnostic;
  /** All of uv's words. */
  readonly said: string;
}

/**
 * Whether there is an answer at all: versions by name. By what uv has read before, as it asks the index about each package of a
 * question otherwise; where that does not do, by the index.
 */
export async function tryPython(
  context: ClientContext,
  resolution: Resolution,
): Promise<Result<ReadonlyMap<string, string>, Unresolved>> {
  const known = await tryOnce(context, { ...resolution, isOffline: true });
  return known.ok || !MISSES_INDEX.test(known.failure.said) ? known : tryOnce(context, resolution);
}

const MISSES_INDEX = /offline|network|cache/i;

export async function tryOnce(
  context: ClientContext,
  resolution: Resolution,
): Promise<Result<ReadonlyMap<string, string>, Unresolved>> {
  using scratch = scratchFolder(context);
  const toml = await compiled(context, resolution, scratch.path);
  if (!toml.ok) return toml;
  const pairs = toml.value.matchAll(/^name = "([^"]+)"\nversion = "([^"]+)"$/gm);
  return ok(new Map([...pairs].map(([, name = '', version = '']) => [name, version])));
}

/** The text of the `pylock.toml`. */
async function compiled(
  context: ClientContext,
  resolution: Resolution,
  cwd: string,
): Promise<Result<string, Unresolved>> {
  const { fs } = context.host;
  const file = (name: string): string => posix.join(cwd, name);
  fs.writeFile(file('requirements.in'), `${resolution.requirements.join('\n')}\n`);
  fs.writeFile(file('constraints.txt'), `${resolution.constraints.join('\n')}\n`);
  if (resolution.preferred.length > 0) fs.writeFile(file('pylock.toml'), preferences(resolution.preferred));
  const output = ['--format', 'pylock.toml', '--output-file', 'pylock.toml', '--no-annotate'];
  const done = await compile(context, resolution, { output, cwd });
  if (done.ok) return ok(fs.readText(file('pylock.toml')));
  const said = done.failure.message;
  return fail({ diagnostic: resolverDiagnostic(done.failure, resolution.what), said });
}

/** A derivation of uv can be long, and all of it is read. */
const READ_LINES = 2000;

function compile(
  context: ClientContext,
  resolution: Resolution,
  { output, cwd }: { readonly output: readonly string[]; readonly cwd: string },
): ReturnType<typeof runClient> {
  const { what, indexEnvironment: env } = resolution;
  const argv = [...compileCommand(context, resolution), ...output];
  return runClient(context, { client: 'uv', what, argv, cwd, env, shownLines: READ_LINES });
}

function compileCommand(
  context: ClientContext,
  { uv, python, isOffline, isAlone, publishedBefore }: Resolution,
): readonly string[] {
  return [
    ...[
      uv,
      'pip',
      'compile',
      'requirements.in',
      '--constraints',
      'constraints.txt',
      '--no-header',
      '--quiet',
    ],
    ...['--universal', '--python-version', OLDEST_PYTHON, '--python', python.path, '--no-python-downloads'],
    ...['--only-binary', ':all:', '--color', 'never', '--cache-dir', clientCache(context, 'uv-cache')],
    ...(isOffline ? ['--offline'] : []),
    ...(isAlone ? ['--no-deps'] : []),
    ...(publishedBefore === undefined ? [] : ['--exclude-newer', publishedBefore]),
  ];
}

/** As a requirement that only this version meets. */
export function pinned({ name, version, marker }: LockedPythonPackage): string {
  return `${name}==${version}${marker === undefined ? '' : ` ; ${marker}`}`;
}

/** Python 3.11 reads TOML; what comes back is checked by `pylockOf`. */
async function readPylock(
  context: ClientContext,
  python: HostPython,
  source: { readonly what: string; readonly toml: string },
): Promise<Result<Pylock, Diagnostic>> {
  const program =
    'import json,sys,tomllib; json.dump(tomllib.load(sys.stdin.buffer), sys.stdout, default=str)';
  const argv = [python.path, '-I', '-c', program];
  const cwd = clientCache(context, 'uv-cache');
  const call = { client: 'python3', what: source.what, argv, cwd, stdin: source.toml };
  const said = await runClient(context, call);
  return said.ok ? pylockOf(text(said.value.stdout), source.what) : said;
}

function preferences(preferred: Resolution['preferred']): string {
  const packages = preferred.map(({ name, version, marker }) => {
    const where = marker === undefined ? '' : `marker = ${JSON.stringify(marker)}\n`;
    return `\n[[packages]]\nname = ${JSON.stringify(name)}\nversion = ${JSON.stringify(version)}\n${where}`;
  });
  return `lock-version = "1.0"\ncreated-by = "mobileops"\n${packages.join('')}`;
}

/** "No answer" is the user's to mend, "no wheel" has a remedy of its own; the rest stays as the client said it. */
function resolverDiagnostic(failure: Diagnostic, what: string): Diagnostic {
  const { message } = failure;
  if (failure.code === 'dependencies/network') return short(failure);
  if (/no usable wheels|building from source is disabled|no wheels with a matching/i.test(message)) {
    return {
      code: 'dependencies/no-wheel',
      severity: 'error',
      message: `only wheels are taken, and for ${what} one is missing: ${said(message)}`,
      hint: 'ask for a version that has a wheel for this platform and Python, or put a wheel into your own index',
    };
  }
  if (!/No solution found|unsatisfiable|conflict|couldn't parse|Failed to parse/i.test(message))
    return short(failure);
  return {
    code: 'dependencies/unresolvable',
    severity: 'error',
    message: `no set of versions meets ${what}: ${said(message)}`,
    hint: "change the component's `dependencies` or the root requirement files, which constrain them",
  };
}

function said(message: string): string {
  const at = message.search(/error:|×|cause:/);
  return gist(at < 0 ? message : message.slice(at).replace(/^error:\s*/, ''));
}

function short(failure: Diagnostic): Diagnostic {
  return { ...failure, message: gist(failure.message) };
}
