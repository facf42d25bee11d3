import { posix } from 'node:path';
import { type Checked, type Diagnostic, ok, type Result } from '../base/index.ts';
import { type ClientContext, scratchFolder } from './client.ts';
import type { HostPython } from './host-python.ts';
import type { LockedFileEntry, LockedPython, Lockfile, Requirements, TargetNeeds } from './model.ts';
import { pipDownload, requirePython, uvIndexEnvironment } from './pip.ts';
import type { PylockPackage } from './pylock.ts';
import { normalName, parseRequirement, requirementLines } from './requirement-lines.ts';
import { developmentOf, pythonFrom } from './resolved-from.ts';
import { provideUv, type Resolution, resolvePython } from './uv.ts';

/** uv and Python, ready; equal questions are asked once. */
export interface PythonResolver {
  readonly python: HostPython;
  resolve(question: PythonQuestion): Promise<Result<readonly LockedFileEntry[], Diagnostic>>;
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
  const answers = new Map<string, Promise<Result<readonly LockedFileEntry[], Diagnostic>>>();
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
): Promise<Result<readonly LockedFileEntry[], Diagnostic>> {
  const resolved = await resolvePython(context, resolution);
  if (!resolved.ok) return resolved;
  const files: LockedFileEntry[] = [];
  for (const each of resolved.value.packages) {
    const file = await lockedFile(context, resolution.python, each);
    if (!file.ok) return file;
    files.push(file.value);
  }
  return ok(files);
}

/** An index of the plain HTML kind tells no size: then the wheel is fetched to be measured. */
async function lockedFile(
  context: ClientContext,
  python: HostPython,
  { name, version, wheel }: PylockPackage,
): Promise<Result<LockedFileEntry, Diagnostic>> {
  const { file, sha256, sizeBytes } = wheel;
  if (sha256 === undefined) {
    return {
      ok: false,
      failure: {
        code: 'dependencies/unsupported-package',
        severity: 'error',
        message: `the index states no SHA-256 for ${file}`,
        hint: 'use an index that states hashes (PEP 503 or PEP 691)',
      },
    };
  }
  if (sizeBytes !== undefined) return ok({ name, version, file, sha256, sizeBytes });
  using scratch = scratchFolder(context);
  const lines = [`${name}==${version} --hash=sha256:${sha256}`];
  const fetched = await pipDownload(context, { python, lines, destination: scratch.path, what: file });
  if (!fetched.ok) return fetched;
  const digest = context.cas.putFile(posix.join(scratch.path, file));
  return ok({ name, version, file, sha256, sizeBytes: digest.sizeBytes });
}

export interface LockPythonOptions {
  readonly resolver: PythonResolver;
  readonly target: TargetNeeds;
  readonly requirements: Requirements;
  readonly previous: Lockfile | undefined;
}

/** Locks one component: its own list, then with the development file on top, held to the versions of the first. */
export async function lockPython(options: LockPythonOptions): Promise<Checked<LockedPython | undefined>> {
  const { resolver, target, requirements, previous } = options;
  const own = target.python.requirements.map(({ value }) => value.trim());
  const constraints = requirements.constraints.flatMap(constraintsOf);
  const before = previous?.python[target.label];
  const what = `the Python packages of ${target.label}`;
  const run =
    own.length === 0
      ? ok([])
      : await resolver.resolve({ what, requirements: own, constraints, preferred: pins(before?.run) });
  if (!run.ok) return { value: undefined, diagnostics: [located(run.failure, target, requirements)] };
  const from = pythonFrom(target, requirements);
  const development = developmentOf(target, requirements);
  if (!development) return { value: { from, run: run.value, dev: [] }, diagnostics: [] };
  const dev = await resolver.resolve({
    what: `${what} with ${development.path}`,
    requirements: [...own, ...developmentLines(requirements)],
    constraints: [...constraints, ...run.value.map(({ name, version }) => `${name}==${version}`)],
    preferred: pins([...(before?.run ?? []), ...(before?.dev ?? [])]),
  });
  if (!dev.ok) return { value: undefined, diagnostics: [located(dev.failure, target, requirements)] };
  const names = new Set(run.value.map(({ name }) => name));
  const added = dev.value.filter(({ name }) => !names.has(name));
  return { value: { from, run: run.value, dev: added }, diagnostics: [] };
}

function pins(files: readonly LockedFileEntry[] = []): { name: string; version: string }[] {
  return files.map(({ name, version }) => ({ name, version })).sort((a, b) => (a.name < b.name ? -1 : 1));
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
