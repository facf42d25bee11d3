import { posix } from 'node:path';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import { asksForMicro, markerEnvironment, markerHolds } from './marker.ts';
import type { Wanting } from './model.ts';
import { isSupportedWheel, SUPPORTED_PLACES } from './wheel-tags.ts';

/** Of a resolution (PEP 751), what we need of it. */
export interface Pylock {
  readonly packages: readonly PylockPackage[];
}

export interface PylockPackage extends Wanting {
  readonly name: string;
  readonly version: string;
  /** Where this version is taken; absent: everywhere. */
  readonly marker?: string;
  /** Those that fit a supported Python and platform. */
  readonly wheels: readonly Wheel[];
}

export interface Wheel {
  readonly file: string;
  /** Absent where the index does not tell. */
  readonly sha256: string | undefined;
  readonly sizeBytes: number | undefined;
}

/** Reads the JSON form of a `pylock.toml`; packages of platforms that are not supported are left out. */
export function pylockOf(json: string, what: string): Result<Pylock, Diagnostic> {
  const value = JSON.parse(json) as { packages?: unknown };
  const packages: PylockPackage[] = [];
  for (const raw of Array.isArray(value.packages) ? (value.packages as RawPackage[]) : []) {
    const { name, version, wheels, marker } = raw;
    if (typeof name !== 'string' || typeof version !== 'string') return fail(unsupported(what, String(name)));
    if (typeof marker === 'string' && !isOfSupportedPlace(marker)) continue;
    const found = (Array.isArray(wheels) ? wheels : []).flatMap(wheelOf);
    if (found.length === 0) return fail(noWheel(what, `${name} ${version}`));
    const supported = found.filter(({ file }) => isSupportedWheel(file));
    const where = typeof marker === 'string' && !holdsEverywhere(marker) ? { marker } : {};
    packages.push({ name, version, ...where, wheels: supported });
  }
  return ok({ packages });
}

const ENVIRONMENTS = SUPPORTED_PLACES.flatMap(({ platform: { os, cpu }, python }) =>
  ['0', '99'].map((micro) => markerEnvironment({ os, cpu, fullVersion: `${python}.${micro}` })),
);

/** One that cannot be read is kept, so that it is seen where it matters. */
function isOfSupportedPlace(marker: string): boolean {
  return ENVIRONMENTS.some((environment) => markerHolds(marker, environment) !== false);
}

function holdsEverywhere(marker: string): boolean {
  if (/3\.1[5-9]|3\.[2-9]\d/.test(marker)) return false;
  return (
    !asksForMicro(marker) && ENVIRONMENTS.every((environment) => markerHolds(marker, environment) === true)
  );
}

interface RawPackage {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly wheels?: unknown;
  readonly marker?: unknown;
}

function wheelOf(raw: Record<string, unknown>): Wheel[] {
  const place = [raw.name, raw.url, raw.path].find((each) => typeof each === 'string');
  if (place === undefined) return [];
  const file = decodeURIComponent(posix.basename((place as string).replace(/[?#].*$/, '')));
  if (!/^[A-Za-z0-9_.+!~-]+\.whl$/.test(file)) return [];
  const hashes = raw.hashes as Record<string, unknown> | undefined;
  const sha256 = hashes?.sha256;
  return [
    {
      file,
      sha256: typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : undefined,
      sizeBytes: typeof raw.size === 'number' ? raw.size : undefined,
    },
  ];
}

function noWheel(what: string, name: string): Diagnostic {
  return {
    code: 'dependencies/no-wheel',
    severity: 'error',
    message: `${name} has no wheel at all (for ${what})`,
    hint: 'ask for a version that has one, or put a wheel into your own index',
  };
}

function unsupported(what: string, name: string): Diagnostic {
  return {
    code: 'dependencies/unsupported-package',
    severity: 'error',
    message: `${name} comes from no index (for ${what})`,
    hint: 'use a version that an index holds',
  };
}
