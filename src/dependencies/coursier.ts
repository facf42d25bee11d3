import { posix } from 'node:path';
import { type Diagnostic, Digester, fail, mavenModule, ok, type Result, sha256 } from '../base/index.ts';
import { type ClientContext, clientCache, missingClient, runClient, scratchFolder, text } from './client.ts';
import { BOOTSTRAP_PROGRAM, BOOTSTRAP_WHEELS, COURSIER, COURSIER_JARS_HASH } from './coursier-pin.ts';
import { wantsWithFiles } from './maven-wants.ts';
import { pipDownload, requirePython } from './pip.ts';

/** How coursier is called; its own settings (`COURSIER_REPOSITORIES`, mirrors, credentials) hold. */
export interface Coursier {
  readonly argv: readonly string[];
}

/** The user's own `coursier` when PATH has one, else the pinned one, fetched once. */
export async function provideCoursier(context: ClientContext): Promise<Result<Coursier, Diagnostic>> {
  const { processes, env } = context.host;
  const path = env.variables.PATH ?? '';
  const own = processes.which('coursier', path);
  if (own !== undefined) return ok({ argv: [own] });
  const home = env.variables.JAVA_HOME;
  const java = processes.which('java', home === undefined ? path : `${posix.join(home, 'bin')}:${path}`);
  if (java === undefined) return fail(missingClient('java', 'coursier needs Java, which was not found'));
  const jars = await coursierJars(context);
  if (!jars.ok) return jars;
  // Java takes the home from the user database, where a user of a container has none.
  const place = env.variables.HOME === undefined ? [] : [`-Duser.home=${env.variables.HOME}`];
  return ok({ argv: [java, '-Xmx512m', ...place, '-cp', jars.value.join(':'), 'coursier.cli.Coursier'] });
}

/** Jars of the pinned coursier; the list is written last, so that a broken start is done again. */
async function coursierJars(context: ClientContext): Promise<Result<readonly string[], Diagnostic>> {
  const { fs } = context.host;
  const folder = clientCache(context, 'coursier-cli');
  const list = posix.join(folder, `${COURSIER_JARS_HASH}.json`);
  const known = fs.readTextIfExists(list);
  if (known !== undefined) {
    const jars = JSON.parse(known) as string[];
    if (jars.every((jar) => fs.lstat(jar)?.type === 'file')) return ok(jars);
  }
  const jars = await bootstrap(context, posix.join(folder, 'repository'));
  if (!jars.ok) return jars;
  const found = jars.value.map((jar) => `${posix.basename(jar)} ${hashOfFile(context, jar)}`);
  if (sha256(found.sort().join('\n')) !== COURSIER_JARS_HASH) {
    for (const jar of jars.value) fs.remove(jar);
    return fail({
      code: 'dependencies/wrong-content',
      severity: 'error',
      message: `the Maven index gives other jars for ${COURSIER} than the pinned ones`,
      hint: 'check the proxy of this machine, or put a `coursier` of your own into PATH',
      cause: 'environment',
    });
  }
  fs.replaceFile(list, JSON.stringify(jars.value));
  return jars;
}

/** A small resolver in Python, by its wheels' hashes, brings the first jars: it knows where Maven's packages are. */
async function bootstrap(
  context: ClientContext,
  repository: string,
): Promise<Result<readonly string[], Diagnostic>> {
  const python = await requirePython(context);
  if (!python.ok) return python;
  const { fs, env } = context.host;
  using scratch = scratchFolder(context);
  const what = COURSIER;
  const lines = BOOTSTRAP_WHEELS.map(([spec, hash]) => `${spec} --hash=sha256:${hash}`);
  const destination = scratch.path;
  const fetched = await pipDownload(context, { python: python.value, lines, destination, what });
  if (!fetched.ok) return fetched;
  const wheels = fs.readDirectory(destination).filter(({ name }) => name.endsWith('.whl'));
  for (const { name } of wheels) {
    const argv = [python.value.path, '-I', '-m', 'zipfile', '-e', name, 'site'];
    const unpacked = await runClient(context, { client: 'python3', what, argv, cwd: destination });
    if (!unpacked.ok) return unpacked;
  }
  const site = posix.join(destination, 'site');
  const argv = [python.value.path, '-I', '-c', BOOTSTRAP_PROGRAM, site, repository, COURSIER];
  const { REQUESTS_CA_BUNDLE, SSL_CERT_FILE } = env.variables;
  const certificates = REQUESTS_CA_BUNDLE ?? SSL_CERT_FILE;
  const trust = certificates === undefined ? {} : { REQUESTS_CA_BUNDLE: certificates };
  const call = { client: 'jgo', what, argv, cwd: destination, env: trust };
  const first = await runClient(context, call);
  // On a cold cache it sometimes fails its own assertion, and goes on from what it has when asked again.
  const isOwnFault = !first.ok && /AssertionError/.test(first.failure.message);
  const done = isOwnFault ? await runClient(context, call) : first;
  return done.ok ? ok(JSON.parse(text(done.value.stdout)) as string[]) : done;
}

function hashOfFile(context: ClientContext, path: string): string {
  const digester = new Digester();
  using file = context.host.fs.open(path, 'r');
  const buffer = Buffer.allocUnsafe(2 ** 20);
  for (let count = file.read(buffer); count > 0; count = file.read(buffer)) {
    digester.update(buffer.subarray(0, count));
  }
  return digester.digest().hash;
}

export interface CoursierFetch {
  readonly what: string;
  readonly coordinates: readonly string[];
  /** Without what they ask for in turn. */
  readonly isAlone: boolean;
  /** Kinds of artifact with commas, where these are not jars and AARs. */
  readonly types?: string;
}

/** A file that coursier brought, in its cache. */
export interface CoursierFile {
  /** `group:artifact:version`, with more parts for a classifier. */
  readonly coordinate: string;
  readonly path: string;
  /** `group:artifact` of what it asks for, as far as that has files. */
  readonly wants: readonly string[];
}

/** Resolves and fetches; files lie in our part of coursier's cache, which it checks and goes on with. */
export async function coursierFetch(
  context: ClientContext,
  coursier: Coursier,
  { what, coordinates, isAlone, types }: CoursierFetch,
): Promise<Result<readonly CoursierFile[], Diagnostic>> {
  const asked = isAlone ? coordinates.flatMap((each) => ['--intransitive', each]) : coordinates;
  const done = await runCoursier(context, coursier, { what, flags: [], asked, ...(types ? { types } : {}) });
  if (!done.ok) return done;
  const byModule = new Map(
    done.value.entries.map(({ coordinate, path, wants }) => [
      mavenModule(coordinate),
      { files: path === undefined ? [] : [path], wants: wants.map(mavenModule) },
    ]),
  );
  return ok(
    done.value.entries.flatMap(({ coordinate, path }) =>
      path === undefined
        ? []
        : [{ coordinate, path, wants: isAlone ? [] : wantsWithFiles(mavenModule(coordinate), byModule) }],
    ),
  );
}

/** What POMs call files of classes: the list of coursier itself, and Android's. */
const LIBRARY_TYPES = 'jar,bundle,test-jar,maven-plugin,eclipse-plugin,hk2-jar,orbit,scala-jar,aar';

/** Google's repository, by coursier's name for it, after the usual ones; none of ours where the user has set them. */
function repositoryFlags({ host }: ClientContext): readonly string[] {
  return (host.env.variables.COURSIER_REPOSITORIES ?? '') === '' ? ['--repository', 'google'] : [];
}

/** Prints `group:artifact:version:configuration` of each module, a line each, and fetches no file but POMs. */
export function resolveCommand(
  context: ClientContext,
  coursier: Coursier,
  asked: readonly string[],
): readonly string[] {
  const cache = clientCache(context, 'coursier');
  return [...coursier.argv, 'resolve', '--quiet', '--cache', cache, ...repositoryFlags(context), ...asked];
}

interface CoursierCall extends Pick<CoursierFetch, 'what' | 'types'> {
  readonly flags: readonly string[];
  /** Coordinates in coursier's notation, with the flags that belong to one. */
  readonly asked: readonly string[];
}

/** What coursier tells of a file, or of a module that has none. */
export interface CoursierEntry {
  readonly coordinate: string;
  readonly path: string | undefined;
  /** Coordinates of what it asks for. */
  readonly wants: readonly string[];
}

interface CoursierAnswer {
  readonly entries: readonly CoursierEntry[];
  readonly said: string;
}

/** `coursier fetch`, and what it reports. */
export async function runCoursier(
  context: ClientContext,
  coursier: Coursier,
  { what, types = LIBRARY_TYPES, flags, asked }: CoursierCall,
): Promise<Result<CoursierAnswer, Diagnostic>> {
  using scratch = scratchFolder(context);
  const report = posix.join(scratch.path, 'report.json');
  const argv = [
    ...[...coursier.argv, 'fetch', '--quiet', '--cache', clientCache(context, 'coursier')],
    ...[...repositoryFlags(context), ...flags, '--artifact-type', types],
    ...['--json-output-file', report, ...asked],
  ];
  const done = await runClient(context, { client: 'coursier', what, argv, cwd: scratch.path });
  if (!done.ok) return fail(resolverDiagnostic(done.failure, what));
  const entries = reportedEntries(context.host.fs.readText(report), scratch.path);
  return ok({ entries, said: text(done.value.stderr) });
}

function reportedEntries(json: string, folder: string): CoursierEntry[] {
  const { dependencies } = JSON.parse(json) as { dependencies?: unknown };
  const entries = Array.isArray(dependencies) ? (dependencies as Record<string, unknown>[]) : [];
  return entries.flatMap(({ coord, file, directDependencies }) => {
    if (typeof coord !== 'string') return [];
    const path = typeof file === 'string' ? posix.resolve(folder, file) : undefined;
    const wants = Array.isArray(directDependencies) ? directDependencies.map(String) : [];
    return [{ coordinate: coord, path, wants }];
  });
}

/** Answers of the index; the rest is as the client said it. */
function resolverDiagnostic(failure: Diagnostic, what: string): Diagnostic {
  if (failure.code === 'dependencies/network') return failure;
  if (!/not found:|Resolution error|Conflicting dependencies|malformed/i.test(failure.message))
    return failure;
  return {
    code: 'dependencies/unresolvable',
    severity: 'error',
    message: `no set of packages meets ${what}: ${failure.message.replace(/\S+:\/\/\S+\/(\S+)/g, '$1')}`,
    hint: 'check the coordinates `group:artifact:version`; other repositories are set by COURSIER_REPOSITORIES',
  };
}
