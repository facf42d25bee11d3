import type { Advisory, EventKind, VersionEvent } from './advisory.ts';

/** What a record of the OSV format (https://ossf.github.io/osv-schema, 1.7) says of one package. */
export interface AffectedPackage {
  /** `Debian` of `Debian:12`. */
  readonly ecosystem: string;
  /** `12` of `Debian:12`; empty where the ecosystem has no parts. */
  readonly suite: string;
  /** As it is written. */
  readonly name: string;
  readonly advisory: Advisory;
}

export interface OsvRecord {
  readonly id: string;
  /** When it was changed last; ISO 8601. */
  readonly modified: string;
  readonly isWithdrawn: boolean;
  readonly affected: readonly AffectedPackage[];
}

type Fields = Readonly<Record<string, unknown>>;

/** `undefined` where the value is no such record. Fields that do not matter here are not looked at. */
export function readOsvRecord(value: unknown): OsvRecord | undefined {
  if (!isFields(value)) return undefined;
  const { id, modified, withdrawn, affected = [] } = value;
  if (typeof id !== 'string' || id === '' || typeof modified !== 'string') return undefined;
  if (!Array.isArray(affected)) return undefined;
  const packages = affected.map((each) => affectedPackage(each, id, value));
  if (packages.some((each) => each === 'damaged')) return undefined;
  return {
    id,
    modified,
    isWithdrawn: typeof withdrawn === 'string' && withdrawn !== '',
    affected: packages.filter((each) => each !== 'none' && each !== 'damaged'),
  };
}

/** `none`: it is of a repository and no package, which no version of a package can be compared with. */
function affectedPackage(value: unknown, id: string, record: Fields): AffectedPackage | 'none' | 'damaged' {
  if (!isFields(value)) return 'damaged';
  const { package: named, ranges = [], versions = [] } = value;
  if (named === undefined) return 'none';
  if (!isFields(named) || typeof named.name !== 'string' || typeof named.ecosystem !== 'string')
    return 'damaged';
  if (!Array.isArray(ranges) || !isTexts(versions)) return 'damaged';
  const read = ranges.map(readRange);
  if (read.some((each) => each === 'damaged')) return 'damaged';
  const [ecosystem = '', ...parts] = named.ecosystem.split(':');
  return {
    ecosystem,
    suite: parts.filter((part) => part !== 'LTS').join(':'),
    name: named.name,
    advisory: {
      id,
      aliases: texts(record.aliases),
      upstream: texts(record.upstream),
      ...severityOf(value, record),
      ranges: read.filter((each) => each !== 'git' && each !== 'damaged'),
      versions,
      ...(typeof record.summary === 'string' ? { summary: shortened(record.summary) } : {}),
    },
  };
}

const KINDS: Readonly<Record<string, EventKind>> = {
  introduced: 'introduced',
  fixed: 'fixed',
  last_affected: 'last',
  limit: 'limit',
};

/** Commits are no versions, so ranges of them say nothing of a package. */
function readRange(value: unknown): VersionEvent[] | 'git' | 'damaged' {
  if (!isFields(value) || !Array.isArray(value.events)) return 'damaged';
  if (value.type === 'GIT') return 'git';
  if (value.type !== 'SEMVER' && value.type !== 'ECOSYSTEM') return 'damaged';
  const events = value.events.flatMap((event: unknown) =>
    isFields(event)
      ? Object.entries(KINDS).flatMap(([key, kind]) => {
          const version = event[key];
          return typeof version === 'string' ? [{ kind, version }] : [];
        })
      : [],
  );
  return events.length === 0 ? 'damaged' : events;
}

/** The newest kind of vector first; that of the package before that of the record. */
const VECTORS = ['CVSS_V4', 'CVSS_V3', 'CVSS_V2'];

function severityOf(affected: Fields, record: Fields): Pick<Advisory, 'vector' | 'word'> {
  const stated = [affected.severity, record.severity].flatMap((list) =>
    Array.isArray(list) ? list.filter(isFields) : [],
  );
  const vector = VECTORS.map((type) => stated.find((each) => each.type === type)?.score).find(
    (score) => typeof score === 'string',
  );
  const word = [
    stated.find((each) => !VECTORS.includes(String(each.type)))?.score,
    ...[affected.ecosystem_specific, affected.database_specific, record.database_specific].flatMap((each) =>
      isFields(each) ? [each.severity, each.urgency] : [],
    ),
  ].find((each) => typeof each === 'string' && WORD.test(each));
  return {
    ...(typeof vector === 'string' ? { vector } : {}),
    ...(typeof word === 'string' ? { word } : {}),
  };
}

const WORD = /^[A-Za-z]{1,20}$/;
const SUMMARY_CHARACTERS = 200;

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > SUMMARY_CHARACTERS ? `${line.slice(0, SUMMARY_CHARACTERS - 1)}…` : line;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function texts(value: unknown): readonly string[] {
  return isTexts(value) ? value : [];
}
