import type { Checked, Diagnostic, Digest } from '../base/index.ts';
import type { ClientContext } from './client.ts';
import { fetchNode, type NodeFile } from './fetch-node.ts';
import { lockMaven } from './lock-maven.ts';
import type { PythonResolver } from './lock-python.ts';
import type { LockedFileEntry, LockedTool, Lockfile, ToolRequirement } from './model.ts';
import { npmIntegrity } from './npm.ts';
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
): Promise<Checked<LockedTool | undefined>> {
  const before = options.previous?.tools[tool.name];
  const from = toolFrom(tool);
  if (before && JSON.stringify(before.from) === JSON.stringify(from))
    return { value: before, diagnostics: [] };
  const files = await filesOf(tool, options);
  if (!files.value) return { value: undefined, diagnostics: files.diagnostics };
  return { value: { from, ecosystem: tool.ecosystem, files: files.value }, diagnostics: [] };
}

type Files = Checked<readonly LockedFileEntry[] | undefined>;

async function filesOf(tool: ToolRequirement, options: LockToolOptions): Promise<Files> {
  const what = `the tool ${tool.name}`;
  if (tool.ecosystem === 'python') return pythonFiles(tool, what, options);
  if (tool.ecosystem === 'node') return nodeFiles(tool, options.context);
  return lockMaven(options.context, { what, coordinates: tool.requirements, isAlone: tool.isAlone });
}

async function pythonFiles(tool: ToolRequirement, what: string, options: LockToolOptions): Promise<Files> {
  const resolver = await options.resolver();
  if (!resolver.value) return { value: undefined, diagnostics: resolver.diagnostics };
  const question = { what, requirements: tool.requirements, constraints: [], preferred: [] };
  const files = await resolver.value.resolve(question);
  if (!files.ok) return { value: undefined, diagnostics: [files.failure] };
  const own = new Set(tool.requirements.map((each) => parseRequirement(each)?.name));
  const kept = tool.isAlone ? files.value.filter(({ name }) => own.has(name)) : files.value;
  return { value: kept, diagnostics: [] };
}

async function nodeFiles(tool: ToolRequirement, context: ClientContext): Promise<Files> {
  const wanted: NodeFile[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const spec of tool.requirements) {
    const integrity = await npmIntegrity(context, spec);
    const at = spec.lastIndexOf('@');
    if (!integrity.ok) diagnostics.push(integrity.failure);
    else wanted.push({ name: spec.slice(0, at), version: spec.slice(at + 1), integrity: integrity.value });
  }
  const digests = new Map<string, Digest>();
  if (diagnostics.length === 0) {
    diagnostics.push(
      ...(await fetchNode(context, wanted, (file, digest) => digests.set(file.integrity, digest))),
    );
  }
  if (diagnostics.length > 0) return { value: undefined, diagnostics };
  return { value: wanted.map((file) => nodeEntry(file, digests.get(file.integrity)!)), diagnostics: [] };
}

function nodeEntry(file: NodeFile, digest: Digest): LockedFileEntry {
  const { name, version, integrity } = file;
  const base = name.replace(/^@/, '').replace('/', '-');
  return {
    name,
    version,
    file: `${base}-${version}.tgz`,
    sha256: digest.hash,
    sizeBytes: digest.sizeBytes,
    integrity,
  };
}
