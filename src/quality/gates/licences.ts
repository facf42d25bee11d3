import { counted } from '../../base/index.ts';
import type { LicenceSettings } from '../../config/index.ts';
import { licencePasses, type Package, parseLicence } from '../../packages/index.ts';
import type { GateLine } from '../model.ts';

const SHOWN_PACKAGES = 10;

/** Packages that ship, as far as they are known. */
export interface LicensedPackages {
  readonly packages: readonly Package[];
  /** What else ships, of which no packages are known. */
  readonly notKnown: readonly string[];
}

/** Whether the licences of what ships are allowed: one line for those that are known, one for what is not. */
export function licenceLines(given: LicensedPackages, settings: LicenceSettings): GateLine[] {
  const shipped = given.packages.filter(({ scopes }) => scopes.includes('run'));
  const known = shipped.filter(({ licence }) => licence !== undefined && parseLicence(licence) !== undefined);
  const refused = known.filter(({ licence }) => !licencePasses(parseLicence(licence!)!, settings));
  const head = {
    gate: 'licences' as const,
    threshold: thresholdOf(settings),
    evidence: [{ tool: 'mobileops deps licenses' }],
  };
  const unnamed = shipped.length - known.length;
  const judged: GateLine = {
    ...head,
    subject: 'packages that ship',
    status: refused.length > 0 ? 'failed' : 'passed',
    measured: `${refused.length} of ${counted(known.length, 'package')} refused${unnamed > 0 ? `, ${unnamed} without a known licence` : ''}`,
    value: refused.length,
    details: listed(refused.map(({ purl, licence }) => `${purl}: ${licence}`)),
  };
  const unknown = shipped.filter((each) => !known.includes(each)).map(({ purl }) => purl);
  const missing = [...unknown, ...given.notKnown];
  if (missing.length === 0 || settings.allowUnknown) return [judged];
  const why = `${counted(unknown.length, 'package')} without a known licence${
    given.notKnown.length > 0
      ? `, and ${counted(given.notKnown.length, 'part')} whose packages are not known`
      : ''
  }`;
  return [judged, { ...head, subject: 'workspace', status: 'not-measured', why, details: listed(missing) }];
}

function thresholdOf({ allow, deny }: LicenceSettings): string {
  const allowed = allow ? [`only ${allow.join(', ')}`] : [];
  const denied = deny.length > 0 ? [`none of ${deny.join(', ')}`] : [];
  return [...allowed, ...denied].join('; ') || 'a known licence';
}

function listed(texts: readonly string[]): string[] {
  const rest = texts.length - SHOWN_PACKAGES;
  return [...texts.slice(0, SHOWN_PACKAGES), ...(rest > 0 ? [`and ${rest} more`] : [])];
}
