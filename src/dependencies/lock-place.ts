import type { Diagnostic } from '../base/index.ts';
import type { Host } from '../host/index.ts';
import { LOCK_FILE } from './lockfile.ts';
import type { Lockfile } from './model.ts';
import { formatPlatform, hostPlatform } from './platform.ts';

/** Whether the lock was made for this platform and, where `pythonVersion` is given, for this Python. */
export function lockPlaceProblem(
  lock: Lockfile,
  host: Pick<Host, 'fs' | 'env'>,
  pythonVersion?: string,
): Diagnostic | undefined {
  const platform = formatPlatform(hostPlatform(host));
  if (lock.platform !== platform)
    return problem(`the lock was made for ${lock.platform}, this machine is ${platform}`);
  const { pythonVersion: locked } = lock;
  if (pythonVersion === undefined || locked === undefined || locked === pythonVersion) return undefined;
  return problem(`the lock was made for Python ${locked}, this machine has ${pythonVersion}`);
}

function problem(message: string): Diagnostic {
  return {
    code: 'dependencies/lock-platform',
    severity: 'error',
    message,
    hint: 'build where the lock was made for, or run `mobileops deps lock` here',
    path: LOCK_FILE,
  };
}
