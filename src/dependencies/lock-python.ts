import { posix } from 'node:path';
import { type Checked, type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import { wheelProblem } from './chosen-files.ts';
import type { ClientContext } from './client.ts';
import type { HostPython } from './host-python.ts';
import type {
  LockedPython,
  LockedPythonPackage,
  LockedWheels,
  Lockfile,
  Requirements,
  TargetNeeds,
} from './model.ts';
import { packagePlace } from './package-place.ts';
import { requirePython, uvIndexEnvironment } from './pip.ts';
import { normalName, parseRequirement, requirementLines } from './requirement-lines.ts';
import { developmentOf, pythonFrom } from './resolved-from.ts';
import { pinned, provideUv, type Resolution, resolvePython } from './uv.ts';

/** uv and Python, ready; equal questions are asked once. */
export interface PythonResolver {
  readonly python: HostPython;
  resolve(question: PythonQuestion): Promise<Result<ResolvedPython, Diagnostic>>;
}

/** A resolution for all platforms, and the wheels of each of its versions. */
export interface ResolvedPython {
  readonly packages: readonly LockedPythonPackage[];
  readonly wheels: Readonly<Record<string, LockedWheels>>;
}

export type PythonQuestion = Pick<Resolution, 'what' | 'requirements' | 'constraints' | 'preferred'>;

export async function openPythonResolver(
  context: ClientContext,
): Promise<Result<PythonResolver, Diagnostic>> {
  const python = await requirePython(context);
  if (!python.ok) return python;
  const uv = await provideUv(context, python.value);
  if (!uv.ok) return uv;
  const indexEnvironment = await uvIndexEnvironment(context, python.value);
  const tools = { uv: uv.value, python: python.value, indexEnvironment };
  const answers = new Map<string, Promise<Result<ResolvedPython, Diagnostic>>>();
  return ok({
    python: python.value,
    resolve(question) {
      const key = JSON.stringify([question.requirements, question.constraints, question.preferred]);
      const known = answers.get(key) ?? resolve(context, { ...tools, ...question });
      answers.set(key, known);
      return known;
    },
  });
}

async function resolve(
  context: ClientContext,
  resolution: Resolution,
): Promise<Result<ResolvedPython, Diagnostic>> {
  const resolved = await resolvePython(context, resolution);
  if (!resolved.ok) return resolved;
  const wheels: Record<string, LockedWheels> = {};
  for (const each of resolved.value.packages) {
    const unhashed = each.wheels.find(({ sha256 }) => sha256 === undefined);
    if (unhashed) return fail(noHash(unhashed.file));
    wheels[`${each.name}==${each.version}`] = Object.fromEntries(
      each.wheels.map(({ file, sha256, sizeBytes }) => [
        file,
        sizeBytes === undefined ? sha256! : `${sha256} ${sizeBytes}`,
      ]),
    );
  }
  const packages = resolved.value.packages.map(({ wheels: _, ...rest }) => rest);
  const place = await packagePlace({ ...context, lock: undefined });
  const problem = wheelProblem({ packages, wheels }, resolution.what, place);
  return problem ? fail(problem) : ok({ packages, wheels });
}

function noHash(file: string): Diagnostic {
  return {
    code: 'dependencies/unsupported-package',
    severity: 'error',
    message: `the index states no SHA-256 for ${file}`,
    hint: 'use an index that states hashes (PEP 503 or PEP 691)',
  };
}

export interface LockPythonOptions {
  readonly resolver: PythonResolver;
  readonly target: TargetNeeds;
  readonly requirements: Requirements;
  readonly previous: Lockfile | undefined;
}

export interface LockedPythonSection {
  readonly section: LockedPython;
  readonly wheels: Readonly<Record<string, LockedWheels>>;
}

/** Locks one component: its own list, then with the development file on top, held to the versions of the first. */
export async function lockPython(
  options: LockPythonOptions,
): Promise<Checked<LockedPythonSection | undefined>> {
  const { resolver, target, requirements, previous } = options;
  const own = target.python.requirements.map(({ value }) => value.trim());
  const constraints = requirements.constraints.flatMap(constraintsOf);
  const before = previous?.python[target.label];
  const what = `the Python packages of ${target.label}`;
  const run =
    own.length === 0
      ? ok({ packages: [], wheels: {} })
      : await resolver.resolve({ what, requirements: own, constraints, preferred: pins(before?.run) });
  if (!run.ok) return { value: undefined, diagnostics: [located(run.failure, target, requirements)] };
  const from = pythonFrom(target, requirements);
  const development = developmentOf(target, requirements);
  const { packages, wheels } = run.value;
  if (!development) return { value: { section: { from, run: packages, dev: [] }, wheels }, diagnostics: [] };
  const dev = await resolver.resolve({
    what: `${what} with ${development.path}`,
    requirements: [...own, ...developmentLines(requirements)],
    constraints: [...constraints, ...packages.map(pinned)],
    preferred: pins([...(before?.run ?? []), ...(before?.dev ?? [])]),
  });
  if (!dev.ok) return { value: undefined, diagnostics: [located(dev.failure, target, requirements)] };
  // A package that runs only on some platforms may be tested with on others too.
  const known = new Set(packages.flatMap((each) => [pinned(each), ...(each.marker ? [] : [each.name])]));
  const added = dev.value.packages.filter((each) => !known.has(each.name) && !known.has(pinned(each)));
  const section = { from, run: packages, dev: added };
  return { value: { section, wheels: { ...dev.value.wheels, ...wheels } }, diagnostics: [] };
}

function pins(packages: readonly LockedPythonPackage[] = []): readonly LockedPythonPackage[] {
  return [...packages].sort((a, b) => (pinned(a) < pinned(b) ? -1 : 1));
}

function constraintsOf(text: Requirements['constraints'][number]): string[] {
  return requirementLines(text).flatMap(({ value }) => parseRequirement(value)?.constraint ?? []);
}

/** `-r other.txt` stands for the lines of that root file. */
function developmentLines(requirements: Requirements): string[] {
  const { development, constraints } = requirements;
  return requirementLines(development!).flatMap(({ value }) => {
    const included = /^-r\s+(\S+)$/.exec(value)?.[1];
    if (included === undefined) return [value];
    const text = constraints.find(
      ({ path }) => path === posix.join(posix.dirname(development!.path), included),
    );
    return text ? requirementLines(text).map((line) => line.value) : [];
  });
}

/** Underlines the requirement that the resolver names: the component's own first, then one of a root file. */
function located(failure: Diagnostic, target: TargetNeeds, requirements: Requirements): Diagnostic {
  const said = normalName(failure.message);
  const texts = [
    ...requirements.constraints,
    ...(requirements.development ? [requirements.development] : []),
  ];
  const lines = [...target.python.requirements, ...texts.flatMap((text) => [...requirementLines(text)])];
  const named = lines.filter(({ value }) => {
    const name = parseRequirement(value)?.name;
    return name !== undefined && new RegExp(`(^|[^a-z0-9])${name}([^a-z0-9]|$)`).test(said);
  });
  const [first, ...others] = named;
  if (!first || failure.cause === 'environment') return failure;
  const related = others
    .slice(0, 5)
    .map(({ value, span }) => ({ message: `'${value}' is asked for here`, span }));
  return { ...failure, span: first.span, related };
}
