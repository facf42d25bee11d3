import { counted } from '../../base/index.ts';
import type { LicenceSettings } from '../../config/index.ts';
import { type LicenceTree, type Package, parseLicence } from '../../packages/index.ts';
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
  const refused = known.filter(({ licence }) => !isAllowed(parseLicence(licence!)!, settings));
  const head = {
    gate: 'licences' as const,
    threshold: thresholdOf(settings),
    evidence: [{ tool: 'mobileops deps licenses' }],
  };
  const judged: GateLine = {
    ...head,
    subject: 'packages that ship',
    status: refused.length > 0 ? 'failed' : 'passed',
    measured: `${refused.length} of ${counted(known.length, 'package')} refused`,
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

/** Of a choice one has to be allowed, of what holds together all. */
function isAllowed(tree: LicenceTree, settings: LicenceSettings): boolean {
  if ('parts' in tree) {
    const passes = (part: LicenceTree): boolean => isAllowed(part, settings);
    return tree.kind === 'or' ? tree.parts.some(passes) : tree.parts.every(passes);
  }
  const name = tree.kind === 'licence' ? tree.id : tree.name;
  const isNamed = (list: readonly string[]): boolean =>
    list.some((each) => each.toLowerCase() === name.toLowerCase());
  return !isNamed(settings.deny) && (settings.allow === undefined || isNamed(settings.allow));
}

function listed(texts: readonly string[]): string[] {
  const rest = texts.length - SHOWN_PACKAGES;
  return [...texts.slice(0, SHOWN_PACKAGES), ...(rest > 0 ? [`and ${rest} more`] : [])];
}
