import { ok, type Result } from '../../base/index.ts';
import { compareVersions, type Package } from '../../packages/index.ts';
import { applyExceptions } from '../ignore/apply-exceptions.ts';
import { type DamagedDatabase, findDatabase } from './databases.ts';
import { fixableFindings } from './package-findings.ts';
import type { PackageScanOptions } from './scan-packages.ts';

/** A fix that is itself hit leads to the next one; the bound ends a circle of advisories that contradict each other. */
const MAX_STEPS = 50;

/**
 * The lowest version above the package's own that no advisory hits, but for those that are let through; `undefined` where none is
 * known, and for packages of distributions, whose versions apt chooses. That the version is there is the index's to say.
 */
export function mendingVersion(
  item: Package,
  { places, policy, nowMs }: PackageScanOptions,
): Result<string | undefined, DamagedDatabase> {
  if (item.ecosystem === 'Debian' || item.ecosystem === 'Ubuntu') return ok(undefined);
  const database = findDatabase(places, item.ecosystem);
  if (!database.ok) return database;
  if (!database.value) return ok(undefined);
  let version = item.version;
  for (let step = 0; step < MAX_STEPS; step++) {
    const hits = fixableFindings({ ...item, version }, database.value);
    const marked = applyExceptions(
      hits.map(({ finding }) => finding),
      policy.ignore,
      { nowMs, tellsUnused: false },
    );
    const open = hits.filter((_, at) => marked.findings[at]?.ignored === undefined);
    if (open.length === 0) return ok(version === item.version ? undefined : version);
    const fixed = open.map((each) => each.fixed);
    if (fixed.includes(undefined)) return ok(undefined);
    version = fixed.reduce((a, b) => (compareVersions(item.ecosystem, a!, b!) < 0 ? b : a))!;
  }
  return ok(undefined);
}
