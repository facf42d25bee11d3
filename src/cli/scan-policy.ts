import type { SecurityScanSettings } from '../config/index.ts';
import { DEFAULT_POLICY, type ScanPolicy } from '../scan/index.ts';

/** What the workspace lets through; `maxAgeDays` of the command line is before that of the file. */
export function scanPolicy(settings: SecurityScanSettings | undefined, maxAgeDays?: number): ScanPolicy {
  const policy = settings ? policyOf(settings) : DEFAULT_POLICY;
  return maxAgeDays === undefined ? policy : { ...policy, maxAgeDays };
}

function policyOf({ maxAgeDays, accept, ignore }: SecurityScanSettings): ScanPolicy {
  return {
    maxAgeDays,
    accept: accept.map(({ value, span }) => ({ ...value, span })),
    ignore: ignore.map(({ value: { package: item, path, ...entry }, span }) => ({
      ...entry,
      span,
      ...(item === undefined ? {} : { package: item }),
      ...(path === undefined ? {} : { path }),
    })),
  };
}
