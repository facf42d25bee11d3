import { posix } from 'node:path';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import type { Host, ProcessOutput } from '../host/index.ts';
import { aptFailure, textOf } from './apt-failure.ts';
import type { DebianCode } from './diagnostics.ts';
import { findMirrors, KEYRINGS, type Mirrors, pockets } from './mirrors.ts';
import { formatRequest, type PackageRequest } from './model.ts';

/** apt with everything of its own: nothing that is installed or set on the machine reaches it, but the way to the network. */
export interface PrivateApt {
  readonly mirrors: Mirrors;
  /** Runs a program of apt's to its end, whatever its exit code. */
  run(argv: readonly string[]): Promise<ProcessOutput>;
  /** As `run`; a failure becomes a diagnostic. */
  mustRun(argv: readonly string[], what: string): Promise<Result<string, Diagnostic>>;
}

export interface AptOptions {
  readonly host: Pick<Host, 'fs' | 'processes' | 'env' | 'clock'>;
  /** Absolute; kept between runs, so that indexes which are still current are not fetched again. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

type Place = Pick<PackageRequest, 'distribution' | 'suite' | 'components' | 'architecture' | 'updates'>;

export const APT_HELPER = '/usr/lib/apt/apt-helper';
/** apt gives up on a silent mirror by itself; this ends an apt that hangs. */
const TIMEOUT_MS = 30 * 60_000;

/** Lays the private root for `place` and finds its mirrors; nothing is fetched yet. */
export async function openApt(
  place: Place,
  { host, directory, signal }: AptOptions,
): Promise<Result<PrivateApt, Diagnostic>> {
  const { fs, env, processes } = host;
  const missing = missingTool(host);
  if (missing) return fail(missing);
  const mirrors = findMirrors(place, { fs, variables: env.variables });
  if (!mirrors.ok) return mirrors;
  const keyring = KEYRINGS[place.distribution];
  if (!fs.lstat(keyring.path)) return fail(noKeyring(place, keyring));
  const release = place.updates ? place.suite : `${place.suite}-alone`;
  const name = [place.distribution, release, ...place.components, place.architecture].join('_');
  const root = posix.join(directory, 'apt', name);
  const base = { PATH: env.variables.PATH ?? '', LC_ALL: 'C.UTF-8', ...proxies(env.variables) };
  const network = await processes.run(['apt-config', 'dump'], { env: base, signal, timeoutMs: TIMEOUT_MS });
  signal.throwIfAborted();
  for (const each of [
    'etc/apt.conf.d',
    'etc/preferences.d',
    'etc/trusted.d',
    'state/lists/partial',
    'cache/archives/partial',
    'log',
  ]) {
    fs.makeDirectory(posix.join(root, each), 0o700);
  }
  const configuration = posix.join(root, 'apt.conf');
  const isRoot = env.userId === 0;
  fs.replaceFile(
    configuration,
    settings(root, place, { isRoot, network: networkSettings(textOf(network.stdout)) }),
    0o600,
  );
  fs.replaceFile(
    posix.join(root, 'etc/sources.list'),
    sourcesList(place, mirrors.value, keyring.path),
    0o600,
  );
  fs.replaceFile(posix.join(root, 'state/status'), '', 0o600);
  const options = { env: { ...base, APT_CONFIG: configuration }, cwd: root, signal, timeoutMs: TIMEOUT_MS };
  const run = async (argv: readonly string[]): Promise<ProcessOutput> => {
    const output = await processes.run(argv, options);
    signal.throwIfAborted();
    return output;
  };
  return ok({
    mirrors: mirrors.value,
    run,
    async mustRun(argv, what) {
      const output = await run(argv);
      return output.code === 0 ? ok(textOf(output.stdout)) : fail(aptFailure(what, output));
    },
  });
}

/** What apt shall not take from the machine stands here; see apt.conf(5). */
function settings(
  root: string,
  { architecture }: Place,
  { isRoot, network }: { isRoot: boolean; network: readonly string[] },
): string {
  const entries: readonly (readonly [string, string])[] = [
    ['Dir', root],
    ['Dir::Etc', 'etc'],
    ['Dir::Etc::sourcelist', 'sources.list'],
    ['Dir::Etc::sourceparts', '/dev/null'],
    ['Dir::Etc::trusted', '/dev/null'],
    ['Dir::Etc::trustedparts', 'trusted.d'],
    ['Dir::Etc::netrc', '/etc/apt/auth.conf'],
    ['Dir::Etc::netrcparts', '/etc/apt/auth.conf.d'],
    ['Dir::State', 'state'],
    ['Dir::State::status', posix.join(root, 'state/status')],
    ['Dir::Cache', 'cache'],
    ['Dir::Cache::srcpkgcache', ''],
    ['Dir::Log', 'log'],
    ['APT::Architecture', architecture],
    ['APT::Architectures::', architecture],
    ['APT::Install-Recommends', 'false'],
    ['APT::Install-Suggests', 'false'],
    // Which of two alternatives is taken would depend on the solver, which differs between versions of apt.
    ['APT::Solver', 'internal'],
    ['APT::Get::AllowUnauthenticated', 'false'],
    // Without it apt counts itself among the essential packages.
    ['pkgCacheGen::ForceEssential', ','],
    ['Acquire::Languages', 'none'],
    ['Acquire::AllowInsecureRepositories', 'false'],
    ['Acquire::AllowWeakRepositories', 'false'],
    ['Acquire::AllowDowngradeToInsecureRepositories', 'false'],
    ['APT::Update::Error-Mode', 'any'],
    // Folders of a private cache cannot be entered by apt's own user.
    ...(isRoot ? ([['APT::Sandbox::User', 'root']] as const) : []),
  ];
  return [...entries.map(([key, value]) => `${key} "${value}";`), ...network, ''].join('\n');
}

/** Of the machine's settings only how to reach a mirror: proxies, certificates, time-outs. */
export function networkSettings(dump: string): readonly string[] {
  return dump
    .split('\n')
    .filter((line) =>
      /^Acquire::(https?(::|::[^"\s]+) "[^"]*"|Retries "\d+"|ForceIPv[46] "[a-z]+");$/.test(line),
    )
    .filter((line) => !/^Acquire::https?:: /.test(line));
}

function sourcesList(place: Place, mirrors: Mirrors, keyring: string): string {
  const options = `[signed-by=${keyring} arch=${place.architecture}]`;
  return pockets(place)
    .map(
      ({ suite, archive }) => `deb ${options} ${mirrors[archive]} ${suite} ${place.components.join(' ')}\n`,
    )
    .join('');
}

function proxies(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) => /^(https?|all|no)_proxy$/i.test(name)),
  );
}

/** `undefined` when the machine has what resolves and fetches Debian packages. */
export function missingTool({
  fs,
  processes,
  env,
}: Pick<Host, 'fs' | 'processes' | 'env'>): Diagnostic | undefined {
  const path = env.variables.PATH ?? '';
  const tool = ['apt-get', 'apt-cache', 'apt-config', 'gpgv'].find((each) => !processes.which(each, path));
  const missing = tool ?? (fs.lstat(APT_HELPER) ? undefined : 'apt-helper');
  if (missing === undefined) return undefined;
  return {
    code: 'debian/no-apt' satisfies DebianCode,
    severity: 'error',
    message: `images from packages need the tools of a Debian-like machine; ${missing} is missing`,
    hint: 'lock and build them on Debian or Ubuntu: `apt-get install apt gpgv`',
    cause: 'environment',
  };
}

function noKeyring(place: Place, keyring: { readonly path: string; readonly package: string }): Diagnostic {
  return {
    code: 'debian/no-keyring' satisfies DebianCode,
    severity: 'error',
    message: `the archive keys of ${place.distribution} are missing: ${keyring.path}`,
    hint: `\`apt-get install ${keyring.package}\``,
    cause: 'environment',
  };
}

export function whatOf(request: PackageRequest): string {
  return `the packages of ${formatRequest(request)}`;
}
