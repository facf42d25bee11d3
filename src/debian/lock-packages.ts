import { type Diagnostic, fail, nearest, ok, type Result } from '../base/index.ts';
import { aptFailure, gist, textOf } from './apt-failure.ts';
import {
  type PlannedStep,
  type PrintedUri,
  parsePrintedUris,
  parseProviders,
  parseSimulation,
  parseUnknown,
  parseWanted,
  type UnknownPackage,
} from './apt-output.ts';
import { type Paragraph, parseControl } from './control.ts';
import type { DebianCode } from './diagnostics.ts';
import { bootstrapSet, dpkgSteps, wantsOf } from './dpkg-steps.ts';
import type { Mirrors } from './mirrors.ts';
import {
  type ArchiveName,
  formatRequest,
  type LockedPackage,
  type LockedRoot,
  type PackageRequest,
} from './model.ts';
import { type AptOptions, openApt, type PrivateApt, whatOf } from './private-apt.ts';

/** `about` is the package that it is of, without a version, where it is of one that was asked for. */
export type PackageProblem = Diagnostic & { readonly about?: string };

/**
 * Resolves a request by apt from the distribution's signed indexes, fetched now. The answer depends on the indexes
 * alone: what is installed, preferred or pinned on this machine does not count.
 */
export async function lockPackages(
  request: PackageRequest,
  options: AptOptions,
): Promise<Result<LockedRoot, readonly PackageProblem[]>> {
  const wrong = request.packages.flatMap((text) => badPackage(text));
  if (wrong.length > 0) return fail(wrong);
  const apt = await openApt(request, options);
  if (!apt.ok) return fail([apt.failure]);
  const problem = await update(request, apt.value, options);
  if (problem) return fail([problem]);
  return resolve(request, apt.value);
}

/** Another process of ours may be at it; it seldom takes longer than a minute. */
const UPDATE_TRIES = 600;

/** Fetches the indexes; one process at a time does, by apt's own lock. */
async function update(
  request: PackageRequest,
  apt: PrivateApt,
  { host, signal }: AptOptions,
): Promise<Diagnostic | undefined> {
  for (let tries = 1; ; tries++) {
    const output = await apt.run(['apt-get', 'update', '-q']);
    if (output.code === 0) return undefined;
    const isHeld = /Could not get lock|Unable to lock directory/.test(textOf(output.stderr));
    if (!isHeld || tries === UPDATE_TRIES)
      return aptFailure(`the indexes of ${formatRequest(request)}`, output);
    await host.clock.sleep(1000, signal);
  }
}

function badPackage(text: string): PackageProblem[] {
  const wanted = parseWanted(text);
  if (!('problem' in wanted)) return [];
  return [
    {
      code: 'debian/bad-package' satisfies DebianCode,
      severity: 'error',
      message: `\`${text}\`: ${wanted.problem}`,
      about: text.replace(/=.*$/, ''),
      hint: 'write `name` or `name=version`',
    },
  ];
}

const INSTALL = ['apt-get', 'install', '-q', '--yes', '--no-install-recommends'] as const;

async function resolve(
  request: PackageRequest,
  apt: PrivateApt,
): Promise<Result<LockedRoot, readonly PackageProblem[]>> {
  const packages = [...new Set(request.packages)].sort();
  const wanted = [...(request.essential ? ['?essential'] : []), ...packages];
  if (wanted.length === 0) return ok({ ...request, packages, locked: [], bootstrap: [], steps: [] });
  const solution = await solve(request, wanted, apt);
  if (!solution.ok) return solution;
  const { planned, printed } = solution.value;
  const names = planned
    .filter((step) => step.do === 'unpack')
    .map(({ name, version }) => `${name}=${version}`);
  const shown = await apt.mustRun(['apt-cache', 'show', '--', ...names], whatOf(request));
  if (!shown.ok) return fail([shown.failure]);
  const found = lockedPackages({
    planned,
    uris: parsePrintedUris(printed),
    shown: shown.value,
    mirrors: apt.mirrors,
  });
  if (!found.ok) return fail([failed(request, found.failure)]);
  const absent = packages
    .map((text) => text.replace(/=.*$/, ''))
    .filter((name) => !found.value.control.has(name));
  if (absent.length > 0) {
    return fail(
      await Promise.all(absent.map((name) => unknownPackage(request, { name, isOnlyNamed: true }, apt))),
    );
  }
  const { locked, control } = found.value;
  const bootstrap = bootstrapSet(control);
  return ok({ ...request, packages, locked, bootstrap, steps: dpkgSteps(planned, { control, bootstrap }) });
}

/** The tool that merges `/usr` in a running system, and the one that says it is merged, as our layout has it from the start. */
const [MERGES, IS_MERGED] = ['usrmerge', 'usr-is-merged'];

async function solve(
  request: PackageRequest,
  wanted: readonly string[],
  apt: PrivateApt,
): Promise<Result<{ planned: readonly PlannedStep[]; printed: string }, readonly PackageProblem[]>> {
  const simulated = await apt.run([...INSTALL, '--simulate', '--', ...wanted]);
  if (simulated.code !== 0) return fail(await unresolved(request, { apt, output: simulated }));
  const planned = parseSimulation(textOf(simulated.stdout));
  const merges =
    planned.some(({ name }) => name === MERGES) && !wanted.some((each) => each.startsWith(MERGES!));
  if (merges && !wanted.includes(IS_MERGED!)) {
    const names = await apt.run(['apt-cache', 'pkgnames', IS_MERGED!]);
    if (textOf(names.stdout).split('\n').includes(IS_MERGED!))
      return solve(request, [...wanted, IS_MERGED!], apt);
  }
  const printed = await apt.mustRun([...INSTALL, '--print-uris', '--', ...wanted], whatOf(request));
  return printed.ok ? ok({ planned, printed: printed.value }) : fail([printed.failure]);
}

interface Answers {
  readonly planned: readonly PlannedStep[];
  readonly uris: readonly PrintedUri[];
  /** Paragraphs of `apt-cache show`. */
  readonly shown: string;
  readonly mirrors: Mirrors;
}

/** Puts together what apt plans, where it would fetch from, and what the signed index says of those files. */
export function lockedPackages({
  planned,
  uris,
  shown,
  mirrors,
}: Answers): Result<
  { readonly locked: readonly LockedPackage[]; readonly control: ReadonlyMap<string, Paragraph> },
  string
> {
  const parsed = parseControl(shown);
  if (!parsed.ok) return fail(`apt-cache: line ${parsed.failure.line}: ${parsed.failure.message}`);
  const places = uris.map(({ uri, sizeBytes }) => ({ ...placeOf(uri, mirrors), uri, sizeBytes }));
  const locked: LockedPackage[] = [];
  const control = new Map<string, Paragraph>();
  for (const { do: doing, name, version } of planned) {
    if (doing === 'remove') return fail(`apt would remove ${name}`);
    if (doing !== 'unpack') continue;
    const of = parsed.value.filter((each) => each.get('package') === name && each.get('version') === version);
    const place = places.find(
      ({ path }) => path !== undefined && of.some((each) => each.get('filename') === path),
    );
    const paragraph = of.find((each) => each.get('filename') === place?.path);
    const sha256 = paragraph?.get('sha256')?.toLowerCase() ?? '';
    if (!place?.path || !paragraph || !/^[0-9a-f]{64}$/.test(sha256))
      return fail(`no signed entry for ${name} ${version}`);
    if (Number(paragraph.get('size')) !== place.sizeBytes) return fail(`two sizes for ${name} ${version}`);
    locked.push({
      name,
      version,
      architecture: paragraph.get('architecture') ?? '',
      archive: place.archive,
      path: place.path,
      sizeBytes: place.sizeBytes,
      sha256,
    });
    control.set(name, paragraph);
  }
  const wants = wantsOf(control);
  const wanting = locked.map((each) => ({ ...each, wants: wants.get(each.name) ?? [] }));
  return ok({ locked: wanting.sort((a, b) => (a.name < b.name ? -1 : 1)), control });
}

/** Which archive an address lies in; the longest address wins, as one may begin like the other. */
function placeOf(uri: string, mirrors: Mirrors): { archive: ArchiveName; path: string | undefined } {
  const candidates = (['main', 'security'] as const).filter((each) => uri.startsWith(`${mirrors[each]}/`));
  const archive = candidates.sort((a, b) => mirrors[b].length - mirrors[a].length)[0];
  if (archive === undefined) return { archive: 'main', path: undefined };
  const path = unescaped(uri.slice(mirrors[archive].length + 1));
  return { archive, path: path !== undefined && isPoolPath(path) ? path : undefined };
}

/** A path that an index may name: relative, plain, and below the archive. */
export function isPoolPath(path: string): boolean {
  return (
    /^[A-Za-z0-9][A-Za-z0-9/._+~:%=-]{0,500}\.deb$/.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

async function unresolved(
  request: PackageRequest,
  { apt, output }: { apt: PrivateApt; output: Awaited<ReturnType<PrivateApt['run']>> },
): Promise<readonly PackageProblem[]> {
  const said = `${textOf(output.stderr)}\n${textOf(output.stdout)}`;
  const unknown = parseUnknown(said);
  if (unknown.length > 0) return Promise.all(unknown.map((each) => unknownPackage(request, each, apt)));
  if (!/unmet dependencies|held broken packages|Unable to correct problems|conflict/i.test(said)) {
    return [aptFailure(whatOf(request), output)];
  }
  const reason =
    /have unmet dependencies:\n([\s\S]*)$/.exec(textOf(output.stdout))?.[1]?.trimEnd() ?? gist(said);
  return [
    {
      code: 'debian/unresolvable' satisfies DebianCode,
      severity: 'error',
      message: `no set of packages meets the request for ${formatRequest(request)}: ${reason}`,
      hint: 'leave out one of the packages that conflict, or the version that is asked for',
    },
  ];
}

async function unknownPackage(
  request: PackageRequest,
  { name, version, isOnlyNamed }: UnknownPackage,
  apt: PrivateApt,
): Promise<PackageProblem> {
  const base = {
    code: 'debian/unknown-package' satisfies DebianCode,
    severity: 'error',
    about: name,
  } as const;
  if (version !== undefined) {
    return {
      ...base,
      message: `${formatRequest(request)} has \`${name}\`, but not in version ${version}`,
      hint: 'leave the version out: the lock keeps the one that is found',
    };
  }
  const message = `${formatRequest(request)} has no package \`${name}\` in ${request.components.join(', ')}`;
  if (isOnlyNamed) {
    const shown = await apt.run(['apt-cache', 'showpkg', '--', name]);
    const providers = parseProviders(textOf(shown.stdout)).slice(0, 5).join(', ');
    const hint =
      providers === '' ? 'it may lie in another component' : `name one that provides it: ${providers}`;
    return { ...base, message, hint };
  }
  const names = await apt.run(['apt-cache', 'pkgnames']);
  const near = nearest(name, textOf(names.stdout).split('\n'));
  return { ...base, message, hint: near ? `did you mean \`${near}\`?` : 'it may lie in another component' };
}

function failed(request: PackageRequest, problem: string): Diagnostic {
  return {
    code: 'debian/apt-failed' satisfies DebianCode,
    severity: 'error',
    message: `apt's answers for ${formatRequest(request)} do not fit together: ${problem}`,
    hint: 'run the command again: the mirror may have been updated in between',
    cause: 'environment',
  };
}
