import type { Checked, Diagnostic, Digest } from '../base/index.ts';
import type { ClientContext } from './client.ts';
import { fetchNode, type NodeFile } from './fetch-node.ts';
import { lockMaven } from './lock-maven.ts';
import type { PythonResolver } from './lock-python.ts';
import type { LockedTool, LockedToolFile, Lockfile, ToolRequirement } from './model.ts';
import { npmIntegrity } from './npm.ts';
import { hostPlatform } from './platform.ts';
import { parseRequirement } from './requirement-lines.ts';
import { toolFrom } from './resolved-from.ts';

export interface LockToolOptions {
  readonly context: ClientContext;
  /** Asked for when a Python tool is locked. */
  readonly resolver: () => Promise<Checked<PythonResolver | undefined>>;
  readonly previous: Lockfile | undefined;
}

/** Locks a tool; one that is locked at this version already is kept without asking anybody. */
export async function lockTool(
  tool: ToolRequirement,
  options: LockToolOptions,
): Promise<Checked<LockedToolSection | undefined>> {
  const { context, previous } = options;
  const { name, ecosystem } = tool;
  const before = previous?.tools[name];
  const from = toolFrom(tool);
  // Of those that are not alone, a lock of version 2 does not say what they ask for.
  const isWhole = tool.isAlone || previous?.version === 3;
  if (previous && before && isWhole && JSON.stringify(before.from) === JSON.stringify(from))
    return {
      value: { section: tool.isAlone ? alone(before) : before, wheels: wheelsOf(before, previous) },
      diagnostics: [],
    };
  const what = `the tool ${name}`;
  if (ecosystem === 'python') return pythonTool(tool, what, options);
  const found =
    ecosystem === 'node'
      ? await nodeFiles(tool, context)
      : await lockMaven(context, { what, coordinates: tool.requirements, isAlone: tool.isAlone });
  if (!found.value) return { value: undefined, diagnostics: found.diagnostics };
  const files = found.value.map((file) => limited(tool, file));
  return { value: { section: { from, ecosystem, files }, wheels: {} }, diagnostics: [] };
}

export interface LockedToolSection {
  readonly section: LockedTool;
  readonly wheels: Lockfile['wheels'];
}

/** Nothing of it asks for anything. */
function alone({ files, packages, ...tool }: LockedTool): LockedTool {
  const bare = { wants: [], isAsked: true } as const;
  return {
    ...tool,
    files: files.map((file) => ({ ...file, ...bare })),
    ...(packages ? { packages: packages.map((each) => ({ ...each, ...bare })) } : {}),
  };
}

function wheelsOf({ packages = [] }: LockedTool, { wheels }: Lockfile): Lockfile['wheels'] {
  const specs = packages.map(({ name, version }) => `${name}==${version}`);
  return Object.fromEntries(specs.map((spec) => [spec, wheels[spec] ?? {}]));
}

/** The platforms of the requirement that the file answers. */
function limited(tool: ToolRequirement, file: LockedToolFile): LockedToolFile {
  const spec = tool.requirements.find((each) =>
    [`${file.name}@${file.version}`, `${file.name}:${file.version}`].includes(each),
  );
  const platforms = spec === undefined ? undefined : tool.platforms?.[spec];
  return platforms ? { ...file, platforms } : file;
}

type Files = Checked<readonly LockedToolFile[] | undefined>;

async function pythonTool(
  tool: ToolRequirement,
  what: string,
  options: LockToolOptions,
): Promise<Checked<LockedToolSection | undefined>> {
  const resolver = await options.resolver();
  if (!resolver.value) return { value: undefined, diagnostics: resolver.diagnostics };
  const question = {
    what,
    requirements: tool.requirements,
    constraints: [],
    preferred: options.previous?.tools[tool.name]?.packages ?? [],
  };
  const found = await resolver.value.resolve(question);
  if (!found.ok) return { value: undefined, diagnostics: [found.failure] };
  const own = new Set(tool.requirements.map((each) => parseRequirement(each)?.name));
  const packages = found.value.packages
    .filter(({ name }) => !tool.isAlone || own.has(name))
    .map((each) => (tool.isAlone ? { ...each, wants: [] } : each));
  const { ecosystem } = tool;
  const section: LockedTool = { from: toolFrom(tool), ecosystem, files: [], packages };
  return { value: { section, wheels: found.value.wheels }, diagnostics: [] };
}

/** Files of other platforms are locked by integrity alone; one that the index lacks is missed where it is needed. */
async function nodeFiles(tool: ToolRequirement, context: ClientContext): Promise<Files> {
  const { os, cpu } = hostPlatform(context.host);
  const isHere = (spec: string): boolean => tool.platforms?.[spec]?.includes(`${os}-${cpu}`) ?? true;
  const locked: (NodeFile & { readonly isHere: boolean })[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const spec of tool.requirements) {
    const integrity = await npmIntegrity(context, spec);
    const at = spec.lastIndexOf('@');
    const [name, version] = [spec.slice(0, at), spec.slice(at + 1)];
    if (integrity.ok) locked.push({ name, version, integrity: integrity.value, isHere: isHere(spec) });
    else if (isHere(spec) || !isAbsent(integrity.failure)) diagnostics.push(integrity.failure);
  }
  const digests = new Map<string, Digest>();
  if (diagnostics.length === 0) {
    const wanted = locked.filter((each) => each.isHere);
    diagnostics.push(
      ...(await fetchNode(context, wanted, (file, digest) => digests.set(file.integrity, digest))),
    );
  }
  if (diagnostics.length > 0) return { value: undefined, diagnostics };
  return { value: locked.map((file) => nodeEntry(file, digests.get(file.integrity))), diagnostics: [] };
}

function isAbsent({ code, message }: Diagnostic): boolean {
  return code === 'dependencies/unresolvable' || /\bE404\b|ETARGET/.test(message);
}

function nodeEntry(file: NodeFile, digest: Digest | undefined): LockedToolFile {
  const { name, version, integrity } = file;
  const base = name.replace(/^@/, '').replace('/', '-');
  return {
    name,
    version,
    file: `${base}-${version}.tgz`,
    integrity,
    ...(digest ? { sha256: digest.hash, sizeBytes: digest.sizeBytes } : {}),
    wants: [],
    isAsked: true,
  };
}
