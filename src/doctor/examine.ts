import { checkAppKeys } from './checks/app-keys.ts';
import { checkCache } from './checks/cache.ts';
import { checkConfiguration } from './checks/configuration.ts';
import { checkDevices } from './checks/devices.ts';
import { checkDisk } from './checks/disk.ts';
import { checkGradle } from './checks/gradle.ts';
import { checkLastFailure } from './checks/last-failure.ts';
import { checkLock } from './checks/lock.ts';
import { checkMemory } from './checks/memory.ts';
import { checkNetwork } from './checks/network.ts';
import { checkPermissions } from './checks/permissions.ts';
import { checkSandbox } from './checks/sandbox.ts';
import { checkScripts } from './checks/scripts.ts';
import { checkSigningKey } from './checks/signing-key.ts';
import { checkTools } from './checks/tools.ts';
import { checkHeld } from './checks/workspace-held.ts';
import type { Examined } from './examined.ts';
import { together } from './found.ts';
import type { DoctorReport } from './model.ts';

type Check = (examined: Examined) => DoctorReport | Promise<DoctorReport>;

/** In the order of the report. */
const CHECKS: readonly Check[] = [
  checkDisk,
  checkMemory,
  checkConfiguration,
  checkPermissions,
  checkHeld,
  checkScripts,
  checkLock,
  checkTools,
  checkGradle,
  checkDevices,
  checkAppKeys,
  checkSigningKey,
  checkSandbox,
  checkCache,
  checkLastFailure,
  checkNetwork,
];

/** Looks at everything; changes nothing but what every reader of the cache may: a damaged blob is dropped. */
export async function examine(examined: Examined): Promise<DoctorReport> {
  const parts: DoctorReport[] = [];
  for (const check of CHECKS) {
    examined.signal.throwIfAborted();
    parts.push(await check(examined));
  }
  return together(parts);
}
