import { canonicalJson, type Json } from '../oci/index.ts';
import { shownJson } from './byte-text.ts';
import { isObject } from './json-text.ts';

/** A field of a document, by its path; absent where a side has none. */
export interface DocumentChange {
  /** `config.Env.PATH`, `history[2].created_by`. */
  readonly path: string;
  readonly a?: unknown;
  readonly b?: unknown;
  /** What the values do not tell. */
  readonly note?: string;
}

type Document = Readonly<Record<string, unknown>>;

/** Differences of two image configs. The list of layers is left out: that is told with the layers. */
export function compareConfigs(a: Document, b: Document): DocumentChange[] {
  const special: Specials = {
    'config.Env': compareEnvironments,
    history: compareHistories,
    'rootfs.diff_ids': () => [],
  };
  return compareValues('', { a, b }, special);
}

/** Differences of two manifests, without what the config's and the layers' own comparison tells. */
export function compareManifests(a: Document, b: Document): DocumentChange[] {
  const count = Math.min(layerCount(a), layerCount(b));
  const withoutDigests = (document: Document): Document => ({
    ...document,
    config: own(document.config),
    layers: Array.isArray(document.layers) ? document.layers.slice(0, count).map(own) : document.layers,
  });
  return compareValues('manifest', { a: withoutDigests(a), b: withoutDigests(b) });
}

function layerCount({ layers }: Document): number {
  return Array.isArray(layers) ? layers.length : 0;
}

function own(descriptor: unknown): unknown {
  if (!isObject(descriptor)) return descriptor;
  const { digest: _, size: __, ...rest } = descriptor;
  return rest;
}

type Comparison = (path: string, a: readonly unknown[], b: readonly unknown[]) => DocumentChange[];
type Specials = Readonly<Record<string, Comparison>>;

interface Sides {
  readonly a: unknown;
  readonly b: unknown;
}

function compareValues(path: string, { a, b }: Sides, special: Specials = {}): DocumentChange[] {
  if (isObject(a) && isObject(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])]
      .sort()
      .flatMap((key) =>
        compareValues(keyPath(path, key), { a: valueAt(a, key), b: valueAt(b, key) }, special),
      );
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    if (Object.hasOwn(special, path)) return special[path]!(path, a, b);
    const isList = [...a, ...b].some(isObject);
    if (isList) {
      const count = Math.max(a.length, b.length);
      return Array.from({ length: count }, (_, at) => at).flatMap((at) =>
        compareValues(`${path}[${at}]`, { a: a[at], b: b[at] }, special),
      );
    }
  }
  return isSame(a, b) ? [] : [changeOf(path, a, b)];
}

/** Not what an object inherits: a key may be `constructor`. */
function valueAt(document: Document, key: string): unknown {
  return Object.hasOwn(document, key) ? document[key] : undefined;
}

function changeOf(path: string, a: unknown, b: unknown): DocumentChange {
  return { path, ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) };
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a as Json) === canonicalJson(b as Json);
}

function keyPath(path: string, key: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(key)) return `${path}[${shownJson(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** By variable. Of one that stands twice engines take the last. */
const compareEnvironments: Comparison = (path, a, b) => {
  const [inA, inB] = [variables(a), variables(b)];
  const changes = [...new Set([...inA.keys(), ...inB.keys()])]
    .sort()
    .filter((name) => inA.get(name) !== inB.get(name))
    .map((name) => changeOf(keyPath(path, name), inA.get(name), inB.get(name)));
  if (changes.length > 0 || isSame(a, b)) return changes;
  return [{ ...changeOf(path, a, b), note: 'the same variables, in another order or written twice' }];
};

function variables(list: readonly unknown[]): ReadonlyMap<string, unknown> {
  return new Map(
    list.map((entry) => {
      if (typeof entry !== 'string') return [shownJson(entry), entry];
      const equals = entry.indexOf('=');
      return equals < 0 ? [entry, entry] : [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
}

/** Entries that are the same but for their time stand for each other, from the start and from the end. */
const compareHistories: Comparison = (path, a, b) => {
  const isAlike = (x: unknown, y: unknown): boolean => isSame(withoutTime(x), withoutTime(y));
  const least = Math.min(a.length, b.length);
  let first = 0;
  while (first < least && isAlike(a[first], b[first])) first++;
  let last = 0;
  while (last < least - first && isAlike(a.at(-1 - last), b.at(-1 - last))) last++;
  const changes: DocumentChange[] = [];
  const compareAt = (at: number, bt: number): void => {
    changes.push(...compareValues(`${path}[${at < a.length ? at : bt}]`, { a: a[at], b: b[bt] }));
  };
  const [endA, endB] = [a.length - last, b.length - last];
  for (let at = 0; at < Math.max(endA, endB); at++) {
    if (at < endA && at < endB) compareAt(at, at);
    else
      changes.push(changeOf(`${path}[${at}]`, at < endA ? a[at] : undefined, at < endB ? b[at] : undefined));
  }
  for (let at = 0; at < last; at++) compareAt(endA + at, endB + at);
  return changes;
};

function withoutTime(entry: unknown): unknown {
  if (!isObject(entry)) return entry;
  const { created: _, ...rest } = entry;
  return rest;
}
