import type { Diagnostic } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import { chooseTool, type Lockfile, type PackagePlace, packagePlace } from '../dependencies/index.ts';
import type { Host } from '../host/index.ts';
import type { Toolchain, ToolName } from '../rules/index.ts';
import { archiveMemo, isArchived, knownArchive } from './class-archives.ts';
import { type FoundTool, type HostToolOptions, missingTool } from './found-tool.ts';
import { hostTool } from './host-tool.ts';
import { existsFor, type ProvisionedTool, provisionedTool } from './tool-table.ts';
import { type UnpackFailure, unpackedTool } from './unpacked-tool.ts';

export interface ResolveOptions {
  readonly host: Host;
  readonly cas: Cas;
  readonly cacheDirectory: string;
  readonly lock: Lockfile | undefined;
  readonly names: readonly ToolName[];
}

export interface Toolchains {
  /** Every asked name; a tool that is missing has version `''`, no mounts and empty paths. */
  readonly toolchains: ReadonlyMap<ToolName, Toolchain>;
  /** Problems by tool, so that only the targets that need it fail. */
  readonly problems: ReadonlyMap<ToolName, readonly Diagnostic[]>;
  /**
   * Absolute host paths whose `lstat` decides the result, beside the lock: a caller that remembers the result asks for
   * nothing else. Absent ones are named too, as they may appear.
   */
  readonly watched: readonly string[];
}

/** Resolves tools from the lock, the store and the host; never fetches. */
export async function resolveToolchains(options: ResolveOptions): Promise<Toolchains> {
  const { host, cas, cacheDirectory, lock, names } = options;
  const place = await packagePlace({ host, cacheDirectory, lock });
  const tools: HostToolOptions = { host, fs: host.fs, cas, cacheDirectory };
  const found = new Map<ToolName, FoundTool>();
  for (const name of new Set(names)) {
    const provisioned = provisionedTool(name);
    const one = provisioned ? provision(tools, provisioned, { lock, place }) : await hostTool(tools, name);
    found.set(name, one);
  }
  addArchives(tools, found);
  return {
    toolchains: new Map([...found].map(([name, { toolchain }]) => [name, toolchain])),
    problems: new Map([...found].map(([name, { problems }]) => [name, problems])),
    watched: [...new Set([...found.values()].flatMap(({ watched }) => watched))].sort(),
  };
}

/** Archives of classes that `prepare` made. Where one may come to be is watched, as it changes what actions are given. */
function addArchives(options: HostToolOptions, found: Map<ToolName, FoundTool>): void {
  const java = found.get('java');
  if (!java || java.problems.length > 0) return;
  for (const [name, one] of found) {
    if (!isArchived(name) || one.problems.length > 0) continue;
    const memo = archiveMemo(options, one.toolchain, java.toolchain);
    const classArchive = knownArchive(options, one.toolchain, memo);
    const toolchain = classArchive ? { ...one.toolchain, classArchive } : one.toolchain;
    found.set(name, { ...one, toolchain, watched: [...one.watched, memo] });
  }
}

interface LockedHere {
  readonly lock: Lockfile | undefined;
  readonly place: PackagePlace;
}

function provision(options: HostToolOptions, tool: ProvisionedTool, { lock, place }: LockedHere): FoundTool {
  const { name } = tool;
  const { os, cpu } = place.platform;
  if (!existsFor(tool, `${os}-${cpu}`)) return missingTool(name, unsupported(name, `${os} ${cpu}`), []);
  if (!lock?.tools[name]) return missingTool(name, notLocked(name), []);
  const { files, problems } = chooseTool(lock, name, place);
  if (problems[0]) return missingTool(name, problems[0], []);
  if (files.length === 0) return missingTool(name, notForPlatform(name, `${os} ${cpu}`), []);
  const tree = unpackedTool(options, tool, { files, os });
  if (!tree.ok) return missingTool(name, unusable(name, tree.failure), []);
  const at = `/tools/${name}`;
  const inside = (path: string): string => (path === '' ? at : `${at}/${path}`);
  const each = (values: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(values).map(([key, path]) => [key, inside(path)]));
  const toolchain: Toolchain = {
    name,
    version: tool.version,
    mounts: [{ at, tree: { kind: 'tree', tree: tree.value }, access: 'read-only' }],
    path: tool.path.map(inside),
    env: each(tool.env),
    files: each(tool.files),
  };
  return { toolchain, problems: [], watched: [] };
}

function unsupported(name: ToolName, platform: string): Diagnostic {
  return {
    code: 'toolchain/unsupported-platform',
    severity: 'error',
    message: `${name} does not exist for ${platform}`,
    hint: 'build this target on Linux x86-64',
    cause: 'environment',
  };
}

/** The index of the machine that locked did not have it. */
function notForPlatform(name: ToolName, platform: string): Diagnostic {
  return {
    code: 'toolchain/not-locked',
    severity: 'error',
    message: `mobileops.lock has no file of the tool ${name} for ${platform}`,
    hint: 'run `mobileops deps lock` with an index that has it, and commit the lock',
    path: 'mobileops.lock',
    cause: 'environment',
  };
}

function notLocked(name: ToolName): Diagnostic {
  return {
    code: 'toolchain/not-locked',
    severity: 'error',
    message: `the tool ${name} is not in mobileops.lock`,
    hint: 'run `mobileops deps lock` and commit the lock',
    path: 'mobileops.lock',
  };
}

function unusable(name: ToolName, failure: UnpackFailure): Diagnostic {
  if (failure.kind === 'absent') {
    return {
      code: 'toolchain/not-prepared',
      severity: 'error',
      message: `the tool ${name} (${failure.file}) has not been fetched`,
      hint: 'run `mobileops prepare`',
      cause: 'environment',
    };
  }
  return {
    code: 'toolchain/bad-archive',
    severity: 'error',
    message: `${failure.file} of the tool ${name} cannot be unpacked: ${failure.problem}`,
    hint: 'run `mobileops deps lock` to lock the tool anew',
  };
}
