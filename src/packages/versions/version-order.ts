import { compareTexts } from '../../base/index.ts';
import type { Ecosystem } from '../ecosystem.ts';
import { dpkgKey } from './dpkg.ts';
import { compareMaven, type MavenItems, parseMaven } from './maven.ts';
import { pep440Key } from './pep440.ts';
import { semverKey } from './semver.ts';

/** A version that was read: a key whose order by code units is that of the versions, or of Maven, whose order has none, its items. */
export type ParsedVersion = string | MavenItems;

/** For comparing many: read each version once. No text is refused. */
export interface VersionOrder {
  readonly parse: (version: string) => ParsedVersion;
  /** Of two that `parse` gave: negative where `a` is the lower one, 0 where none is. */
  readonly compare: (a: ParsedVersion, b: ParsedVersion) => number;
}

const MAVEN: VersionOrder = {
  parse: parseMaven,
  compare: (a, b) => compareMaven(a as MavenItems, b as MavenItems),
};

const ORDERS: Readonly<Record<Ecosystem, VersionOrder>> = {
  PyPI: remembering(ofKeys(pep440Key)),
  npm: remembering(ofKeys(semverKey)),
  Maven: remembering(MAVEN),
  Debian: remembering(ofKeys(dpkgKey)),
  Ubuntu: remembering(ofKeys(dpkgKey)),
  Go: remembering(ofKeys(semverKey)),
  'crates.io': remembering(ofKeys(semverKey)),
};

/**
 * PEP 440; Semantic Versioning 2.0 for npm, Go and crates.io; `ComparableVersion` of Maven 3.8; dpkg. A text that PEP 440 or SemVer
 * cannot read stands below every version and has its place among its like by its text.
 */
export function versionOrder(ecosystem: Ecosystem): VersionOrder {
  return ORDERS[ecosystem];
}

/** Negative where `a` is the lower version, 0 where none is. */
export function compareVersions(ecosystem: Ecosystem, a: string, b: string): number {
  if (a === b) return 0;
  const { parse, compare } = ORDERS[ecosystem];
  return compare(parse(a), parse(b));
}

function ofKeys(key: (version: string) => string): VersionOrder {
  return { parse: key, compare: (a, b) => compareTexts(a as string, b as string) };
}

const MOST_REMEMBERED = 50_000;

function remembering({ parse, compare }: VersionOrder): VersionOrder {
  const known = new Map<string, ParsedVersion>();
  return {
    compare,
    parse: (version) => {
      let parsed = known.get(version);
      if (parsed === undefined) {
        parsed = parse(version);
        if (known.size >= MOST_REMEMBERED) known.clear();
        known.set(version, parsed);
      }
      return parsed;
    },
  };
}
