/** `introduced`, `fixed`, `last_affected` and `limit` of a range, as in the OSV schema. */
export type EventKind = 'introduced' | 'fixed' | 'last' | 'limit';

export interface VersionEvent {
  readonly kind: EventKind;
  readonly version: string;
}

/** What a record says of one package: facts, as far as they decide whether a version is affected and how badly. */
export interface Advisory {
  readonly id: string;
  readonly aliases: readonly string[];
  /** What a distribution's record is about: `CVE-2024-1` of `DEBIAN-CVE-2024-1`. Not the same as an alias: there may be several. */
  readonly upstream: readonly string[];
  /** A CVSS vector, the newest version of those that the record has. */
  readonly vector?: string;
  /** The severity in a word, where the record has one. */
  readonly word?: string;
  readonly ranges: readonly (readonly VersionEvent[])[];
  readonly versions: readonly string[];
  /** In a sentence; only in a database that was fetched, not in the one that is carried along. */
  readonly summary?: string;
}

/** As it stands in a database: short keys, what is empty is left out. */
interface PackedAdvisory {
  readonly id: string;
  readonly a?: readonly string[];
  readonly u?: readonly string[];
  readonly c?: string;
  readonly s?: string;
  readonly r?: readonly (readonly (readonly [kind: string, version: string])[])[];
  readonly x?: readonly string[];
  readonly t?: string;
}

const LETTERS: Readonly<Record<EventKind, string>> = { introduced: 'i', fixed: 'f', last: 'l', limit: 'm' };
const KINDS: Readonly<Record<string, EventKind>> = { i: 'introduced', f: 'fixed', l: 'last', m: 'limit' };

export function packAdvisory(advisory: Advisory): object {
  const { id, aliases, upstream, vector, word, ranges, versions, summary } = advisory;
  return {
    id,
    ...(aliases.length > 0 ? { a: aliases } : {}),
    ...(upstream.length > 0 ? { u: upstream } : {}),
    ...(vector === undefined ? {} : { c: vector }),
    ...(word === undefined ? {} : { s: word }),
    ...(ranges.length > 0
      ? { r: ranges.map((range) => range.map(({ kind, version }) => [LETTERS[kind], version])) }
      : {}),
    ...(versions.length > 0 ? { x: versions } : {}),
    ...(summary === undefined ? {} : { t: summary }),
  } satisfies PackedAdvisory;
}

/** The database's own checksum has been checked, so its shape is trusted. */
export function unpackAdvisory(packed: object): Advisory {
  const { id, a = [], u = [], c, s, r = [], x = [], t } = packed as PackedAdvisory;
  return {
    id,
    aliases: a,
    upstream: u,
    ...(c === undefined ? {} : { vector: c }),
    ...(s === undefined ? {} : { word: s }),
    ranges: r.map((range) => range.map(([letter, version]) => ({ kind: KINDS[letter]!, version }))),
    versions: x,
    ...(t === undefined ? {} : { summary: t }),
  };
}
