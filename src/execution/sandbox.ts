import { join } from 'node:path';
import { needsNodeAlone } from '../action/index.ts';
import type { Digest } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import type { Host } from '../host/index.ts';
import { SANDBOX_VERSION } from './environment.ts';
import type { Executor } from './executor.ts';
import { Launcher } from './launcher.ts';
import { LocalExecutor, type LocalExecutorOptions } from './local-executor.ts';
import { SandboxRoots } from './sandbox-roots.ts';
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
  /** What our own commands see of the host; absent: what all see. */
  readonly runtime?: VisibleRoot | undefined;
  /** What other actions see: asked before the first of them. */
  readonly machine: () => Promise<VisibleRoot>;
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

/** The part of an action's key that says what it can see beside its inputs. */
export function sandboxSalt(kind: SandboxKind, root: VisibleRoot): string {
  return `mobileops sandbox ${SANDBOX_VERSION} ${kind} ${root.fingerprint}`;
}

/** The same of our own commands, where they see less. */
export function runtimeSalt(runtime: VisibleRoot): string {
  return `mobileops own command ${SANDBOX_VERSION} ${runtime.fingerprint}`;
}

/** The python3 that starts actions: a distribution's own before any shim of a version manager. */
export function findPython(host: Host): string | undefined {
  const path = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', host.env.variables.PATH ?? ''].join(':');
  return host.processes.which('python3', path);
}

/** Opens the sandbox of one build; the text says why this machine does not allow that kind. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox | string> {
  const { host, store, script, kind, cas, runtime } = options;
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
  const launcher = Launcher.start(host.processes, { python, script, kind });
  const roots = new SandboxRoots(options, { launcher, session, memory: memory?.folder });
  const problem = runtime && kind === 'namespaces' ? await roots.ofOwn() : await roots.ofOthers();
  if (typeof problem === 'string') {
    await launcher.close();
    removeAll();
    return problem;
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
    rootOf: ({ planned }) => (needsNodeAlone(planned) && runtime ? roots.ofOwn() : roots.ofOthers(planned)),
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
