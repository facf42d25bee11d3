import { type Ecosystem, versionOrder } from '../../packages/index.ts';
import type { Advisory, VersionEvent } from './advisory.ts';

/** An advisory that a version is affected by. */
export interface Match {
  readonly advisory: Advisory;
  /** The lowest version above it that its range calls fixed. */
  readonly fixed?: string;
}

/** What of `advisories` affects `version`, by the evaluation of the OSV schema. */
export function affecting(
  ecosystem: Ecosystem,
  version: string,
  advisories: readonly Advisory[],
): readonly Match[] {
  return advisories.flatMap((advisory) => {
    const range = advisory.ranges.find((each) => isInRange(ecosystem, version, each));
    if (range) return [{ advisory, ...fixedIn(ecosystem, version, range) }];
    if (!isListed(ecosystem, version, advisory.versions)) return [];
    return [{ advisory, ...fixedIn(ecosystem, version, advisory.ranges.flat()) }];
  });
}

/** Whether one of the ranges covers it. */
export function isInRanges(ecosystem: Ecosystem, version: string, ranges: Advisory['ranges']): boolean {
  return ranges.some((range) => isInRange(ecosystem, version, range));
}

function isInRange(ecosystem: Ecosystem, version: string, range: readonly VersionEvent[]): boolean {
  const order = versionOrder(ecosystem);
  const key = order.parse(version);
  /** Below 0 where the version is the lower one. */
  const against = (other: string): number => order.compare(key, order.parse(other));
  const limits = range.filter(({ kind }) => kind === 'limit');
  const isBelow = limits.some((limit) => limit.version === '*' || against(limit.version) < 0);
  if (limits.length > 0 && !isBelow) return false;
  let isAffected = false;
  for (const { kind, version: at } of sorted(ecosystem, range)) {
    if (kind === 'introduced' && (at === BEGINNING || against(at) >= 0)) isAffected = true;
    else if (kind === 'fixed' && against(at) >= 0) isAffected = false;
    else if (kind === 'last' && against(at) > 0) isAffected = false;
  }
  return isAffected;
}

/** Below every version, also where the order of the ecosystem knows one below 0. */
const BEGINNING = '0';

function sorted(ecosystem: Ecosystem, range: readonly VersionEvent[]): readonly VersionEvent[] {
  if (range.length < 2) return range;
  const { parse, compare } = versionOrder(ecosystem);
  return [...range].sort((a, b) => {
    const isFirst = (event: VersionEvent): boolean =>
      event.kind === 'introduced' && event.version === BEGINNING;
    if (isFirst(a) || isFirst(b)) return Number(isFirst(b)) - Number(isFirst(a));
    return compare(parse(a.version), parse(b.version));
  });
}

/** As it is written; for Go without the `v`, for Python as PEP 440 says that two are the same. */
function isListed(ecosystem: Ecosystem, version: string, versions: readonly string[]): boolean {
  if (versions.length === 0) return false;
  const plain = ecosystem === 'Go' ? version.replace(/^v/, '') : version;
  if (versions.includes(plain) || versions.includes(version)) return true;
  if (ecosystem !== 'PyPI') return false;
  const { parse, compare } = versionOrder(ecosystem);
  const key = parse(version);
  return versions.some((each) => compare(parse(each), key) === 0);
}

function fixedIn(
  ecosystem: Ecosystem,
  version: string,
  events: readonly VersionEvent[],
): Pick<Match, 'fixed'> {
  const { parse, compare } = versionOrder(ecosystem);
  const key = parse(version);
  const [lowest] = events
    .filter(({ kind, version: at }) => kind === 'fixed' && compare(parse(at), key) > 0)
    .map((event) => event.version)
    .sort((a, b) => compare(parse(a), parse(b)));
  return lowest === undefined ? {} : { fixed: lowest };
}
