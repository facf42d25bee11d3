import { join } from 'node:path';
import { type Checked, type Diagnostic, digestOf, hasErrors, sha256 } from '../base/index.ts';
import { type DiskStore, openDiskStore } from '../cas/index.ts';
import type { EventSink } from '../event/index.ts';
import { buildGraph, type TargetGraph } from '../graph/index.ts';
import type { FileSystem, Host } from '../host/index.ts';
import type { Look } from '../look/index.ts';
import type { SourceView } from '../rules/index.ts';
import {
  findWorkspaceRoot,
  type KnownChanges,
  loadWorkspaceCached,
  type SourceSnapshot,
  snapshotSources,
  type Workspace,
} from '../workspace/index.ts';
import { cacheFolder } from './cache-folder.ts';
import { sourceChanged } from './notes.ts';
import { type Program, programFingerprint } from './program.ts';
import { SECRET_PREFIX } from './secrets.ts';

/** What every verb that looks at a workspace starts from. */
export interface BuildEnvironment {
  readonly host: Host;
  readonly program: Program;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
  /** Where the search for the workspace begins. */
  readonly directory: string;
  /** One that began when the process did; otherwise a build begins its own. */
  readonly look?: Look | undefined;
}

/** A workspace whose declarations hold together. */
export interface OpenedWorkspace {
  readonly root: string;
  readonly workspace: Workspace;
  readonly graph: TargetGraph;
  readonly diagnostics: readonly Diagnostic[];
  /** Whether a later change of what it was read from would show. */
  readonly isLasting: boolean;
}

/** Variables that a shell or terminal changes from call to call: nothing is built from them. */
const FLEETING: ReadonlySet<string> = new Set(['_', 'SHLVL', 'OLDPWD', 'COLUMNS', 'LINES']);

/** Without secrets too: they reach the RUNs that name them, and neither a key nor a configuration. */
export function lastingVariables({
  variables,
}: Pick<Host['env'], 'variables'>): Readonly<Record<string, string>> {
  const isLasting = (name: string): boolean => !FLEETING.has(name) && !name.startsWith(SECRET_PREFIX);
  return Object.fromEntries(Object.entries(variables).filter(([name]) => isLasting(name)));
}

export function openStore(host: Host): DiskStore {
  return openDiskStore({
    ...{ fs: host.fs, clock: host.clock, env: host.env, digests: host.digests },
    root: cacheFolder(host),
  });
}

/** Finds and reads the workspace; `undefined` with diagnostics when it cannot be used. */
export async function openWorkspace(
  environment: BuildEnvironment,
  known?: KnownChanges,
): Promise<Checked<OpenedWorkspace | undefined>> {
  const { host, directory } = environment;
  const root = findWorkspaceRoot(host.fs, directory);
  if (root === undefined) return { value: undefined, diagnostics: [noWorkspace(directory)] };
  const cacheFile = join(root, 'build-cache', 'workspace.json');
  const { program } = environment;
  const loaded = await loadWorkspaceCached({
    fs: host.fs,
    root,
    variables: lastingVariables(host.env),
    cacheFile,
    program: programFingerprint(host.fs, program),
    known,
  });
  if (!loaded.value) return { value: undefined, diagnostics: loaded.diagnostics };
  const graph = buildGraph(loaded.value.targets);
  const diagnostics = [...loaded.diagnostics, ...graph.diagnostics];
  if (hasErrors(diagnostics)) return { value: undefined, diagnostics };
  const { value: workspace, isLasting } = loaded;
  return { value: { root, workspace, graph: graph.value, diagnostics, isLasting }, diagnostics };
}

function noWorkspace(directory: string): Diagnostic {
  return {
    code: 'build/no-workspace',
    severity: 'error',
    message: 'no build-config.yaml is here or in a folder above',
    hint: 'go to a workspace, or name one with -C FOLDER',
    path: directory,
  };
}

export async function readSources(
  environment: BuildEnvironment,
  root: string,
  known?: KnownChanges,
): Promise<Checked<SourceSnapshot>> {
  const { fs, processes, env } = environment.host;
  return snapshotSources({ fs, processes, variables: env.variables, root, known });
}

/** Views of source folders, each made once. */
export function sourceViews(
  host: Host,
  root: string,
  snapshot: SourceSnapshot,
): (directory: string) => SourceView {
  const views = new Map<string, SourceView>();
  return (directory) => {
    const known = views.get(directory);
    if (known) return known;
    const view: SourceView = {
      get digest() {
        return snapshot.digest(directory);
      },
      get tree() {
        return snapshot.tree(directory);
      },
      get paths() {
        return snapshot.paths(directory);
      },
      readText: (path) => readSource(host, { root, snapshot }, join(directory, path)),
    };
    views.set(directory, view);
    return view;
  };
}

const MAX_SOURCE_TEXT_BYTES = 2 ** 20;

/** Thrown where a text was to be read that is no longer the one that was hashed: no plan may be made from it. */
export class SourceChanged extends Error {
  /** Relative to the workspace. */
  readonly path: string;

  constructor(path: string) {
    super(`${path} changed after it was hashed`);
    this.path = path;
  }
}

/** What to say of an error where a source was saved in the very moment; any other is thrown on. */
export function sourceChangeOf(error: unknown): Diagnostic {
  if (error instanceof SourceChanged) return sourceChanged(error.path);
  throw error;
}

/** Of what is no source, nothing is known, though it may lie there: an action would not have it either. */
function readSource(
  { fs }: Host,
  { root, snapshot }: { readonly root: string; readonly snapshot: SourceSnapshot },
  path: string,
): string | undefined {
  const digest = snapshot.file(path);
  if (!digest || digest.sizeBytes > MAX_SOURCE_TEXT_BYTES) return undefined;
  const bytes = readIfThere(fs, join(root, path));
  if (!bytes || digestOf(bytes).hash !== digest.hash) throw new SourceChanged(path);
  return Buffer.from(bytes).toString();
}

function readIfThere(fs: FileSystem, path: string): Uint8Array | undefined {
  try {
    return fs.readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/** A digest over the stats of files: changes when any of them does. */
export function stampOfPaths(host: Host, paths: readonly string[]): string {
  const lines = paths.map((path) => {
    const stat = host.fs.lstat(path);
    return stat
      ? `${path} ${stat.inode} ${stat.sizeBytes} ${stat.mtimeMs} ${stat.ctimeMs}`
      : `${path} absent`;
  });
  return sha256(lines.join('\n'));
}

const PLACES = ['JAVA_HOME', 'ANDROID_HOME', 'ANDROID_SDK_ROOT'];

/** Of the files that decide how tools are resolved. Another JDK or SDK may be named while the one before is still there. */
export function stampOfTools(host: Host, paths: readonly string[]): string {
  const named = PLACES.map((name) => `${name}=${host.env.variables[name] ?? ''}`);
  return sha256([stampOfPaths(host, paths), ...named].join('\n'));
}
