import { type Checked, type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import { wheelProblem } from './chosen-files.ts';
import type { ClientContext } from './client.ts';
import type { AskedLine } from './conflicts/explain-contradiction.ts';
import { explained, type PythonQuestion } from './conflicts/python-contradictions.ts';
import { pythonLines } from './conflicts/python-lines.ts';
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
import { pythonFrom } from './resolved-from.ts';
import {
  pinned,
  provideUv,
  type Resolution,
  resolvePython,
  tryOnce,
  tryPython,
  type Unresolved,
} from './uv.ts';

/** uv and Python, ready; equal questions are asked once. */
export interface PythonResolver {
  readonly python: HostPython;
  resolve(question: PythonQuestion): Promise<Result<ResolvedPython, Diagnostic>>;
  /** Whether there is an answer at all: versions by name. */
  attempt(question: PythonQuestion): Promise<Result<ReadonlyMap<string, string>, Unresolved>>;
  /** The newest version of each, whatever it asks for. */
  newest(names: readonly string[]): Promise<Result<ReadonlyMap<string, string>, Diagnostic>>;
}

/** A resolution for all platforms, and the wheels of each of its versions. */
export interface ResolvedPython {
  readonly packages: readonly LockedPythonPackage[];
  readonly wheels: Readonly<Record<string, LockedWheels>>;
}

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
      const key = JSON.stringify([
        question.requirements,
        question.constraints,
        question.preferred,
        question.publishedBefore,
      ]);
      const known = answers.get(key) ?? resolve(context, { ...tools, ...question });
      answers.set(key, known);
      return known;
    },
    attempt: (question) => tryPython(context, { ...tools, ...question }),
    async newest(names) {
      const what = 'the newest versions of Python packages';
      const question = { what, requirements: names, constraints: [], preferred: [], isAlone: true } as const;
      const found = await tryOnce(context, { ...tools, ...question });
      return found.ok ? found : fail(found.failure.diagnostic);
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
  readonly publishedBefore?: string | undefined;
}

export interface LockedPythonSection {
  readonly section: LockedPython;
  readonly wheels: Readonly<Record<string, LockedWheels>>;
}

/** Locks one component: its own list, then with the development file on top, held to the versions of the first. */
export async function lockPython(
  options: LockPythonOptions,
): Promise<Checked<LockedPythonSection | undefined>> {
  const { resolver, target, requirements, previous, publishedBefore } = options;
  const lines = pythonLines(target, requirements);
  const own = textsOf(lines.own);
  const constraints = textsOf(lines.constraints);
  const before = previous?.python[target.label];
  const what = `the Python packages of ${target.label}`;
  const run =
    own.length === 0
      ? ok({ packages: [], wheels: {} })
      : await resolver.resolve({
          what,
          requirements: own,
          constraints,
          preferred: pins(before?.run),
          publishedBefore,
        });
  if (!run.ok) return refused(await explained(run.failure, { resolver, what, lines }));
  const from = pythonFrom(target, requirements);
  const { packages, wheels } = run.value;
  if (!lines.development)
    return { value: { section: { from, run: packages, dev: [] }, wheels }, diagnostics: [] };
  const dev = await resolver.resolve({
    what: `${what} with ${requirements.development!.path}`,
    requirements: [...own, ...textsOf(lines.development)],
    constraints: [...constraints, ...packages.map(pinned)],
    preferred: pins([...(before?.run ?? []), ...(before?.dev ?? [])]),
    publishedBefore,
  });
  if (!dev.ok) return refused(await explained(dev.failure, { resolver, what, lines }));
  // A package that runs only on some platforms may be tested with on others too.
  const known = new Set(packages.flatMap((each) => [pinned(each), ...(each.marker ? [] : [each.name])]));
  const added = dev.value.packages.filter((each) => !known.has(each.name) && !known.has(pinned(each)));
  const section = { from, run: packages, dev: added };
  return { value: { section, wheels: { ...dev.value.wheels, ...wheels } }, diagnostics: [] };
}

function refused(diagnostics: readonly Diagnostic[]): Checked<undefined> {
  return { value: undefined, diagnostics };
}

function textsOf(lines: readonly AskedLine[]): string[] {
  return lines.map(({ text }) => text);
}

function pins(packages: readonly LockedPythonPackage[] = []): readonly LockedPythonPackage[] {
  return [...packages].sort((a, b) => (pinned(a) < pinned(b) ? -1 : 1));
}
