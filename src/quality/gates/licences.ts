import { counted } from '../../base/index.ts';
import type { LicenceSettings } from '../../config/index.ts';
import { licencePasses, type Package, parseLicence } from '../../packages/index.ts';
import type { GateLine } from '../model.ts';

const SHOWN_PACKAGES = 10;

/** Packages that ship, as far as they are known. */
export interface LicensedPackages {
  readonly packages: readonly Package[];
  readonly images?: readonly LicensedImage[];
  /** What else ships, of which no packages are known. */
  readonly notKnown: readonly string[];
}

/** What an image holds, on all of its platforms. */
export interface LicensedImage {
  /** Its label. */
  readonly subject: string;
  readonly packages: readonly LicensedPackage[];
  /** What was seen in it and cannot be read. */
  readonly notKnown: readonly string[];
}

interface LicensedPackage {
  /** A purl, where it has one. */
  readonly id: string;
  readonly licence?: string;
}

/**
 * Whether the licences of what ships are allowed: of what the lock has and of each image one line for what is known, and one for what is
 * not.
 */
export function licenceLines(
  { packages, images = [], notKnown }: LicensedPackages,
  settings: LicenceSettings,
): GateLine[] {
  const shipped = packages.filter(({ scopes }) => scopes.includes('run'));
  const locked = { packages: shipped.map((each) => ({ ...each, id: each.purl })), notKnown };
  return [
    ...linesOf({ ...locked, subject: 'packages that ship' }, 'workspace', settings),
    ...images.flatMap((image) => linesOf(image, image.subject, settings)),
  ];
}

function linesOf(
  { subject, packages, notKnown }: LicensedImage,
  whole: string,
  settings: LicenceSettings,
): GateLine[] {
  const known = packages.filter(
    ({ licence }) => licence !== undefined && parseLicence(licence) !== undefined,
  );
  const refused = known.filter(({ licence }) => !licencePasses(parseLicence(licence!)!, settings));
  const head = {
    gate: 'licences' as const,
    threshold: thresholdOf(settings),
    evidence: [{ tool: 'mobileops deps licenses' }],
  };
  const unnamed = packages.length - known.length;
  const parts =
    notKnown.length > 0 ? `, and ${counted(notKnown.length, 'part')} whose packages are not known` : '';
  const judged: GateLine = {
    ...head,
    subject,
    status: refused.length > 0 ? 'failed' : 'passed',
    measured: `${refused.length} of ${counted(known.length, 'package')} refused${unnamed > 0 ? `, ${unnamed} without a known licence` : ''}${parts}`,
    value: refused.length,
    details: listed(refused.map(({ id, licence }) => `${id}: ${licence}`)),
  };
  const unknown = packages.filter((each) => !known.includes(each)).map(({ id }) => id);
  const missing = [...unknown, ...notKnown];
  if (missing.length === 0 || settings.allowUnknown) return [judged];
  const why = `${counted(unknown.length, 'package')} without a known licence${parts}`;
  return [judged, { ...head, subject: whole, status: 'not-measured', why, details: listed(missing) }];
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
