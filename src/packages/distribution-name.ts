import { normalizeName } from './ecosystem.ts';

export interface DistributionName {
  /** Normalised (PEP 503). */
  readonly project: string;
  readonly version: string;
  readonly kind: 'wheel' | 'sdist';
}

const WHEEL =
  /^([A-Za-z0-9._]+)-([A-Za-z0-9._!+]+)(?:-\d[^-]*)?-[A-Za-z0-9._]+-[A-Za-z0-9._]+-[A-Za-z0-9._]+\.whl$/;
const SDIST = /^([A-Za-z0-9][A-Za-z0-9._-]*)-(\d[A-Za-z0-9._!+]*)\.tar\.gz$/;
const MOST_CHARACTERS = 200;

/** What a file is of, by its name: a wheel (binary distribution format) or a source distribution (PEP 625). */
export function distributionName(file: string): DistributionName | undefined {
  if (file.length > MOST_CHARACTERS) return undefined;
  const wheel = WHEEL.exec(file);
  const [, name, version] = wheel ?? SDIST.exec(file) ?? [];
  if (name === undefined || version === undefined) return undefined;
  return { project: normalizeName('PyPI', name), version, kind: wheel ? 'wheel' : 'sdist' };
}
