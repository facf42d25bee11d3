import { ok, type Result } from '../../base/index.ts';
import { latestKey } from '../../dependencies/index.ts';
import { compareVersions, type Package } from '../../packages/index.ts';
import {
  type DamagedDatabase,
  type Finding,
  mendingVersion,
  type PackageScanOptions,
  type ScanReport,
  type ScanSubject,
  scanTarget,
} from '../../scan/index.ts';
import { scanPolicy } from '../scan-policy.ts';
import { databasePlaces } from '../scan-update.ts';
import type { VerbContext } from '../verb.ts';
import type { OpenedRequirements } from './open-dependencies.ts';

/** What advisories say of packages of a lock. */
export interface Audited {
  readonly report: ScanReport;
  /** Of those that nothing lets through. */
  readonly open: readonly Finding[];
  /** Packages that they are about. */
  readonly hit: readonly Package[];
}

/** Compares packages with the advisories that are here, by the exceptions of the workspace. */
export async function audit(
  context: VerbContext,
  { opened }: Pick<OpenedRequirements, 'opened'>,
  subject: ScanSubject,
): Promise<Result<Audited, DamagedDatabase>> {
  const scanned = await scanTarget(subject, {
    ...scanOptions(context, opened),
    imagePrefix: opened.workspace.configuration.imagePrefix,
    signal: context.signal,
  });
  if (!scanned.ok) return scanned;
  const report = scanned.value;
  const open = report.findings.filter(({ ignored }) => !ignored);
  const subjects = new Set(open.map((each) => each.subject));
  const hit = subject.packages.filter(({ purl }) => subjects.has(purl));
  return ok({ report, open, hit });
}

/** By `latestKey`, the lowest version that mends every locked one of a package; without those of which none is known. */
export function mendingVersions(
  context: VerbContext,
  { opened }: Pick<OpenedRequirements, 'opened'>,
  hit: readonly Package[],
): Result<ReadonlyMap<string, string>, DamagedDatabase> {
  const options = scanOptions(context, opened);
  const found = new Map<string, string>();
  const hopeless = new Set<string>();
  for (const item of hit) {
    const key = latestKey(item.ecosystem, item.name);
    const version = mendingVersion(item, options);
    if (!version.ok) return version;
    const known = found.get(key);
    if (version.value === undefined) hopeless.add(key);
    else if (known === undefined || compareVersions(item.ecosystem, version.value, known) > 0)
      found.set(key, version.value);
  }
  for (const key of hopeless) found.delete(key);
  return ok(found);
}

function scanOptions(context: VerbContext, opened: OpenedRequirements['opened']): PackageScanOptions {
  const { host, flags } = context;
  const settings = opened.workspace.configuration.quality.securityScan;
  return {
    places: databasePlaces(context),
    policy: scanPolicy(settings, flags.number('max-age')),
    nowMs: host.clock.now(),
  };
}
