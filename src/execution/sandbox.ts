import { join } from 'node:path';
import type { Digest } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import type { Host } from '../host/index.ts';
import { SANDBOX_VERSION } from './environment.ts';
import type { Executor } from './executor.ts';
import { Launcher, type RootRequest } from './launcher.ts';
import { LocalExecutor, type LocalExecutorOptions } from './local-executor.ts';
import { endStaleSessions, isAlone, type MemoryFolder, newMemoryFolder, newSession } from './session.ts';
import { StagedTrees } from './staged-trees.ts';
import { isOrderReversed } from './staging.ts';
import type { VisibleRoot } from './visible-root.ts';

/** `namespaces`: private root, processes and network. `plain`: copies, the host's root, no network limit. */
export type SandboxKind = 'namespaces' | 'plain';

export interface SandboxOptions {
  readonly host: Host;
  readonly cas: Cas;
  /** Whether the store has a blob already, where `cas` takes them in when they are asked for. */
  readonly isStored?: (digest: Digest) => boolean;
  /** The store's folder. */
  readonly store: string;
  readonly root: VisibleRoot;
  /** `launcher.py`. */
  readonly script: string;
  readonly kind: SandboxKind;
  /** What must stay free where actions write in memory, in place of what this machine's memory says. */
  readonly memoryLeaveBytes?: number;
}

export interface Sandbox {
  readonly executor: Executor;
  close(): Promise<void>;
}

/** The part of every key that says what an action can see beside its inputs. */
export function sandboxSalt(kind: SandboxKind, root: VisibleRoot): string {
  return `mobileops sandbox ${SANDBOX_VERSION} ${kind} ${root.fingerprint}`;
}

/** The python3 that starts actions: a distribution's own before any shim of a version manager. */
export function findPython(host: Host): string | undefined {
  const path = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', host.env.variables.PATH ?? ''].join(':');
  return host.processes.which('python3', path);
}

/** Opens the sandbox of one build; the text says why this machine does not allow that kind. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox | string> {
  const { host, store, script, kind, cas, root } = options;
  const python = findPython(host);
  if (python === undefined) return 'python3 is missing';
  endStaleSessions(host, store);
  const { fs, clock } = host;
  const session = newSession(host, store);
  const memory = newMemoryFolder(host, session);
  const removeAll = (): void => {
    fs.remove(session);
    if (memory) fs.remove(memory.folder);
  };
  const launcher = await Launcher.start(host.processes, {
    python,
    script,
    kind,
    root: { ...rootRequest(host, session, root), ...(memory ? { memory: memory.folder } : {}) },
  });
  if (typeof launcher === 'string') {
    removeAll();
    return launcher;
  }
  const isReversed = isOrderReversed(host.env);
  const trees = new StagedTrees({
    fs,
    cas,
    isReversed,
    session,
    kept: join(store, 'trees'),
    memory,
    isStored: options.isStored,
    isAlone: () => isAlone(host, store, session),
  });
  const executor = new LocalExecutor({
    fs,
    clock,
    cas,
    isReversed,
    launcher,
    kind,
    trees,
    store,
    session,
    memory: launcher.memoryServes ? forActions(memory, options.memoryLeaveBytes) : undefined,
    networkFiles: root.networkFiles,
    diskFloorBytes: DISK_FLOOR_BYTES,
  });
  return {
    executor,
    async close() {
      await launcher.close();
      removeAll();
    },
  };
}

function forActions(
  memory: MemoryFolder | undefined,
  leaveBytes = memory?.leaveBytes,
): LocalExecutorOptions['memory'] {
  return memory && leaveBytes !== undefined ? { folder: memory.folder, leaveBytes } : undefined;
}

/** What is left for the store's own small writes, so that a build that fills the disk fails cleanly. */
const DISK_FLOOR_BYTES = 64 * 2 ** 20;

/**
 * Which kind works here: found out by one trial, remembered until the machine, the user, the Python or the store changes.
 * The reason is given where namespaces do not work.
 */
export async function probeSandbox(
  options: Omit<SandboxOptions, 'kind'>,
): Promise<{ readonly kind: SandboxKind; readonly reason?: string }> {
  const { host, store } = options;
  const wanted = host.env.variables.MOBILEOPS_SANDBOX;
  if (wanted === 'plain') return { kind: 'plain', reason: 'MOBILEOPS_SANDBOX=plain' };
  if (host.env.platform !== 'linux')
    return { kind: 'plain', reason: `no namespaces on ${host.env.platform}` };
  const memo = join(store, `sandbox-${host.env.userId}.json`);
  const circumstances = machineStamp(host);
  const known = readMemo(host, memo);
  if (known?.circumstances === circumstances) return known;
  const reason = await tryNamespaces(options);
  const found = {
    circumstances,
    kind: reason === undefined ? ('namespaces' as const) : ('plain' as const),
    ...(reason === undefined ? {} : { reason }),
  };
  host.fs.makeDirectory(store);
  host.fs.replaceFile(memo, JSON.stringify(found));
  return found;
}

interface ProbeMemo {
  readonly circumstances: string;
  readonly kind: SandboxKind;
  readonly reason?: string;
}

function readMemo(host: Host, path: string): ProbeMemo | undefined {
  try {
    const text = host.fs.readTextIfExists(path);
    return text === undefined ? undefined : (JSON.parse(text) as ProbeMemo);
  } catch {
    return undefined;
  }
}

function machineStamp(host: Host): string {
  const boot = host.fs.readTextIfExists('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  const settings = [
    '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    '/proc/sys/user/max_user_namespaces',
  ];
  return [
    boot,
    findPython(host) ?? '',
    ...settings.map((path) => host.fs.readTextIfExists(path)?.trim() ?? ''),
  ].join(' ');
}

/** One real action with an overlay: writes, deletes, and looks. */
async function tryNamespaces(options: Omit<SandboxOptions, 'kind'>): Promise<string | undefined> {
  const { host, store } = options;
  const sandbox = await openSandbox({ ...options, kind: 'namespaces' });
  if (typeof sandbox === 'string') return sandbox;
  const { probeAction } = await import('./probe-action.ts');
  try {
    const outcome = await sandbox.executor.execute(probeAction(options.cas), new AbortController().signal);
    if (!outcome.ok)
      return 'message' in outcome.failure.failure
        ? outcome.failure.failure.message
        : outcome.failure.failure.kind;
    return outcome.value.result.exitCode === 0
      ? undefined
      : `a trial action ended with ${outcome.value.result.exitCode}`;
  } finally {
    await sandbox.close();
    host.fs.makeDirectory(store);
  }
}

const OWN_FOLDERS = ['/w', '/deps', '/tools', '/tmp', '/home', '/proc', '/opt', '/run', '/var', '/etc'];

function rootRequest(host: Host, session: string, root: VisibleRoot): RootRequest {
  const { fs } = host;
  const at = join(session, 'root');
  fs.makeDirectory(at);
  const isFolder = (path: string): boolean => fs.lstat(fs.realPath(path))?.type === 'directory';
  const points = root.networkFiles.filter((path) => path !== '/etc/hosts');
  return {
    at,
    folders: [...OWN_FOLDERS, ...points.filter(isFolder)],
    links: { ...root.links, '/var/tmp': '/tmp', '/var/run': '/run', '/etc/mtab': '/proc/self/mounts' },
    files: {
      '/etc/passwd':
        'root:x:0:0:root:/home:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
      '/etc/group': 'root:x:0:\nnogroup:x:65534:\n',
      '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
      '/etc/hosts': '127.0.0.1 localhost mobileops\n::1 localhost\n',
      '/etc/machine-id': '00000000000000000000000000000000\n',
      ...Object.fromEntries(points.filter((path) => !isFolder(path)).map((path) => [path, ''])),
    },
    binds: root.binds,
    empty: root.empty,
  };
}
