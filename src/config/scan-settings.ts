import type { Shaped } from './check-shape.ts';
import type { SecurityScanSettings } from './model.ts';
import type { RawBuildConfiguration } from './shapes.ts';

const AT = ['spec', 'quality', 'securityScan'] as const;
const STANDARD_AGE = '30d';

/** The places are those of the entries' identifiers: an exception that is over is told by its line. */
export function scanSettingsOf({ raw, locate }: Shaped<RawBuildConfiguration>): SecurityScanSettings {
  const { quality } = raw.spec;
  const stated = quality?.securityScan;
  const { enabled = quality === undefined, allowHighSeverity = false, maxAge = STANDARD_AGE } = stated ?? {};
  return {
    enabled,
    allowHighSeverity,
    maxAgeDays: daysOf(maxAge),
    accept: (stated?.accept ?? []).map(({ maxAge: age, ...entry }, index) =>
      locate({ ...entry, maxAgeDays: daysOf(age) }, [...AT, 'accept', index, 'ecosystem']),
    ),
    ignore: (stated?.ignore ?? []).map((entry, index) => locate(entry, [...AT, 'ignore', index, 'id'])),
  };
}

function daysOf(text: string): number {
  return Number(text.slice(0, -1));
}
