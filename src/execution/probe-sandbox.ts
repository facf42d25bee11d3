import { dirname, join } from 'node:path';
import type { Host } from '../host/index.ts';
import type { ReadyAction } from './executor.ts';
import { ownProbeAction, probeAction } from './probe-action.ts';
import { findPython, openSandbox, type SandboxKind, type SandboxOptions } from './sandbox.ts';
import type { VisibleRoot } from './visible-root.ts';

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
  const reason = await remembered(host, { memo, circumstances: machineStamp(host) }, () =>
    tryNamespaces(options, probeAction(options.cas)),
  );
  return reason === undefined ? { kind: 'namespaces' } : { kind: 'plain', reason };
}

/** Whether our own commands run with no more of the host than `runtime`: found out and remembered in the same way. */
export async function canRunOwn(
  options: Omit<SandboxOptions, 'kind' | 'machine'> & { readonly runtime: VisibleRoot },
): Promise<boolean> {
  const { host, store, runtime, cas } = options;
  if (host.env.variables.MOBILEOPS_SANDBOX === 'plain') return false;
  const memo = join(store, `sandbox-own-${host.env.userId}.json`);
  const { nodePath, runtimeVersion } = host.env;
  const circumstances = [machineStamp(host), nodePath, runtimeVersion, runtime.fingerprint].join(' ');
  const machine = () => Promise.resolve(runtime);
  const reason = await remembered(host, { memo, circumstances }, () =>
    tryNamespaces({ ...options, machine }, ownProbeAction(cas, nodePath)),
  );
  return reason === undefined;
}

/** Why a trial failed; `undefined` where it did not. */
async function remembered(
  host: Host,
  { memo, circumstances }: { readonly memo: string; readonly circumstances: string },
  attempt: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const known = readMemo(host, memo);
  if (known?.circumstances === circumstances) return known.reason;
  const reason = await attempt();
  const found: ProbeMemo = { circumstances, ...(reason === undefined ? {} : { reason }) };
  host.fs.makeDirectory(dirname(memo));
  host.fs.replaceFile(memo, JSON.stringify(found));
  return reason;
}

interface ProbeMemo {
  readonly circumstances: string;
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
async function tryNamespaces(
  options: Omit<SandboxOptions, 'kind'>,
  action: ReadyAction,
): Promise<string | undefined> {
  const { host, store } = options;
  const sandbox = await openSandbox({ ...options, kind: 'namespaces' });
  if (typeof sandbox === 'string') return sandbox;
  try {
    const outcome = await sandbox.executor.execute(action, new AbortController().signal);
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
