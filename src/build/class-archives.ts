import {
  DEFAULT_RESOURCES,
  encodeAction,
  type Mount,
  type PlannedAction,
  type Tree,
  treeFromFiles,
} from '../action/index.ts';
import { fail, ok, type Result } from '../base/index.ts';
import type { DiskStore } from '../cas/index.ts';
import type { Lockfile } from '../dependencies/index.ts';
import {
  actionEnvironment,
  openSandbox,
  probeSandbox,
  type ReadyAction,
  type ReadyMount,
  type Sandbox,
  seeRoot,
} from '../execution/index.ts';
import type { Toolchain, ToolName } from '../rules/index.ts';
import {
  type ArchiveMaking,
  archiveMaking,
  archiveMemo,
  isArchived,
  rememberArchive,
  resolveToolchains,
} from '../toolchain/index.ts';
import { cacheFolder } from './cache-folder.ts';
import { type BuildEnvironment, openStore } from './opened-workspace.ts';
import { ownPlaces } from './own-places.ts';

const TIMEOUT_MS = 600_000;
const MEMORY_BYTES = 2 ** 30;

/** What came of one tool's archive. */
export interface ArchiveMade {
  readonly tool: ToolName;
  readonly sizeBytes: number;
}

export interface ArchivesMade {
  /** Those that were not there before. */
  readonly made: readonly ArchiveMade[];
  /** Why a tool has none: it starts as it did. */
  readonly notMade: readonly { readonly tool: ToolName; readonly why: string }[];
}

type Environment = Pick<BuildEnvironment, 'host' | 'program' | 'directory' | 'signal'>;

/** Makes the archives of the classes of these tools that the store has not, each in a sandbox as actions run in: it is for its paths alone. */
export async function makeClassArchives(
  environment: Environment,
  { lock, names }: { readonly lock: Lockfile | undefined; readonly names: readonly ToolName[] },
): Promise<ArchivesMade> {
  const { host } = environment;
  const store = openStore(host);
  using _ = store.use();
  const cacheDirectory = cacheFolder(host);
  const found = await resolveToolchains({ host, cas: store.cas, cacheDirectory, lock, names });
  const java = found.toolchains.get('java');
  const made: ArchiveMade[] = [];
  const notMade: ArchivesMade['notMade'][number][] = [];
  const lacking: Toolchain[] = [];
  for (const tool of found.toolchains.values()) {
    if (!isArchived(tool.name) || tool.classArchive) continue;
    const problem = found.problems.get('java')?.[0] ?? found.problems.get(tool.name)?.[0];
    if (problem) notMade.push({ tool: tool.name, why: problem.message });
    else lacking.push(tool);
  }
  if (!java || lacking.length === 0) return { made, notMade };
  const sandbox = await openedSandbox(environment, store);
  if (!sandbox.ok) {
    notMade.push(...lacking.map(({ name }) => ({ tool: name, why: sandbox.failure })));
    return { made, notMade };
  }
  try {
    for (const tool of lacking) {
      if (environment.signal.aborted) break;
      const options = { fs: host.fs, cas: store.cas, cacheDirectory };
      const tree = await archiveOf({ environment, store, sandbox: sandbox.value }, tool, java);
      if (!tree.ok) notMade.push({ tool: tool.name, why: tree.failure });
      else {
        rememberArchive(options, archiveMemo(options, tool, java), tree.value);
        made.push({ tool: tool.name, sizeBytes: tree.value.files[0]!.digest.sizeBytes });
      }
    }
  } finally {
    await sandbox.value.close();
  }
  return { made, notMade };
}

/** Paths are in an archive: where actions see those of their own working copies, there is nothing that it would fit. */
async function openedSandbox(environment: Environment, store: DiskStore): Promise<Result<Sandbox, string>> {
  const { host, program } = environment;
  const folder = cacheFolder(host);
  const machine = async () => (await seeRoot(host, { folder, own: ownPlaces(environment) })).root;
  const options = { host, cas: store.cas, store: folder, machine, script: program.launcher };
  const { kind, reason } = await probeSandbox(options);
  if (kind !== 'namespaces') return fail(`there is no sandbox with paths of its own: ${reason}`);
  const sandbox = await openSandbox({ ...options, kind });
  return typeof sandbox === 'string' ? fail(sandbox) : ok(sandbox);
}

async function archiveOf(
  run: { readonly environment: Environment; readonly store: DiskStore; readonly sandbox: Sandbox },
  tool: Toolchain,
  java: Toolchain,
): Promise<Result<Tree, string>> {
  const { environment, store, sandbox } = run;
  const action = readyAction(store, tool.name, archiveMaking(tool, java));
  const done = await sandbox.executor.execute(action, environment.signal);
  if (!done.ok) {
    const { failure } = done.failure;
    return fail('message' in failure ? failure.message : failure.kind);
  }
  const { result, outputTree } = done.value;
  if (result.exitCode === 0) return ok(outputTree);
  const output = Buffer.from(store.cas.get(result.stdout) ?? []).toString('utf8');
  return fail(output.trim().split('\n').at(-1) || `it ended with ${result.exitCode}`);
}

function readyAction({ cas }: DiskStore, name: ToolName, making: ArchiveMaking): ReadyAction {
  const { argv, files, mounts, output } = making;
  const leaves = files.map(({ path, content, isExecutable }) => {
    return [path, { digest: cas.put(content), isExecutable }] as const;
  });
  const work = treeFromFiles(new Map(leaves));
  const env = actionEnvironment({ timezone: 'UTC', locale: 'C.UTF-8' }, { PATH: '/usr/bin:/bin' });
  const planned: PlannedAction = {
    id: `class-archive:${name}`,
    owner: undefined,
    mnemonic: 'ClassArchive',
    description: `archive the classes of ${name}`,
    ...{ argv, env: {}, mounts, outputs: [output] },
    work: { kind: 'tree', tree: work },
    network: false,
    timeoutMs: TIMEOUT_MS,
    resources: { ...DEFAULT_RESOURCES, memoryBytes: MEMORY_BYTES },
    staging: 'overlay',
    isCacheable: false,
  };
  const command = { argv, env, outputPaths: [output], workingDirectory: 'w' };
  return {
    planned,
    work,
    mounts: mounts.flatMap(readyMount),
    env,
    encoded: encodeAction({
      ...{ command, inputRoot: work.digest, timeoutMs: 0, isCacheable: false, salt: '', platform: {} },
    }),
  };
}

function readyMount({ at, tree, access }: Mount): ReadyMount[] {
  return tree.kind === 'tree' ? [{ at, tree: tree.tree, access }] : [];
}
