import type { FileSystem } from '../../host/index.ts';
import type { Examined } from '../examined.ts';
import { broken, fine, found, notChecked, together, warning } from '../found.ts';
import type { DoctorReport } from '../model.ts';
import { commandOf } from './tools.ts';

export async function checkSandbox(examined: Examined): Promise<DoctorReport> {
  return together([await ofKind(examined), ofIds(examined)]);
}

async function ofKind({ host, sandbox }: Examined): Promise<DoctorReport> {
  const id = 'sandbox/kind';
  let kind: string;
  let reason: string | undefined;
  try {
    ({ kind, reason } = await sandbox());
  } catch (error) {
    // The trial writes to the cache, which may be what is broken.
    if (!(error instanceof Error && 'code' in error)) throw error;
    return notChecked(id, error.message);
  }
  if (kind === 'namespaces') return found(fine(id, 'actions run in namespaces of their own'));
  const seen = `actions run without namespaces: ${reason ?? 'no reason is known'}`;
  return found(warning(id, seen, { remedy: remedyOf(host.fs, host.env.platform, reason ?? '') }));
}

/** Settings of Linux that forbid namespaces to users, with the value that does. */
const SETTINGS: readonly (readonly [path: string, forbids: string, allow: string])[] = [
  ['kernel/apparmor_restrict_unprivileged_userns', '1', '0'],
  ['kernel/unprivileged_userns_clone', '0', '1'],
  ['user/max_user_namespaces', '0', '15000'],
];

function remedyOf(fs: FileSystem, platform: string, reason: string): string {
  if (reason.startsWith('MOBILEOPS_SANDBOX')) return 'unset MOBILEOPS_SANDBOX';
  if (platform !== 'linux') return 'build on Linux, where there are namespaces';
  const closed = SETTINGS.filter(([path, forbids]) => readSetting(fs, path) === forbids);
  if (closed.length === 0) return 'in a container, run it privileged; see docs/sandbox.md';
  return closed.map(([path, , allow]) => `sudo sysctl -w ${path.replaceAll('/', '.')}=${allow}`).join(' && ');
}

function readSetting(fs: FileSystem, path: string): string | undefined {
  try {
    return fs.readTextIfExists(`/proc/sys/${path}`)?.trim();
  } catch {
    return undefined;
  }
}

function ofIds({ host, idProblem, workspace }: Examined): DoctorReport {
  const id = 'sandbox/ids';
  if (host.env.platform !== 'linux') return notChecked(id, 'commands of images need Linux');
  const problem = idProblem();
  if (!problem) {
    const seen = host.env.userId === 0 ? 'root needs no range of ids' : 'the user has a range of ids for RUN';
    return found(fine(id, seen));
  }
  const { message, hint = '' } = problem;
  const hasImages = workspace?.declared?.targets.some(({ spec }) => spec.rule === 'image') ?? false;
  const remedy = hint.startsWith('install the package uidmap')
    ? 'sudo apt-get install uidmap'
    : commandOf(hint);
  return found(hasImages ? broken(id, message, { remedy }) : warning(id, message, { remedy }));
}
