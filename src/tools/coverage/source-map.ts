/** A place in made code, and the line it comes from; lines count from 0. */
export interface MappedPlace {
  readonly line: number;
  readonly column: number;
  /** Index in `sources`. */
  readonly source: number;
  readonly sourceLine: number;
}

export interface SourceMap {
  /** With `sourceRoot` in front; `undefined` where the map has none. */
  readonly sources: readonly (string | undefined)[];
  readonly places: readonly MappedPlace[];
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES: ReadonlyMap<string, number> = new Map([...DIGITS].map((digit, value) => [digit, value]));

/** A source map of version 3 without sections (tc39.es/ecma426); `undefined` for anything else. */
export function readSourceMap(text: string): SourceMap | undefined {
  const map = jsonOf(text);
  if (map?.version !== 3 || typeof map.mappings !== 'string' || !Array.isArray(map.sources)) return undefined;
  const root = typeof map.sourceRoot === 'string' ? map.sourceRoot.replace(/\/?$/, '/') : '';
  const places = placesOf(map.mappings, map.sources.length);
  if (!places) return undefined;
  const sources = map.sources.map((each) =>
    typeof each === 'string' ? `${root === '/' ? '' : root}${each}` : undefined,
  );
  return { sources, places };
}

function jsonOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Lines are separated by `;`, segments by `,`; every number is the difference to the one before, in base 64. */
function placesOf(mappings: string, sources: number): MappedPlace[] | undefined {
  const places: MappedPlace[] = [];
  let source = 0;
  let sourceLine = 0;
  for (const [line, segments] of mappings.split(';').entries()) {
    let column = 0;
    for (const segment of segments === '' ? [] : segments.split(',')) {
      const numbers = decoded(segment);
      if (!numbers) return undefined;
      const [columns = 0, toSource, toLine] = numbers;
      column += columns;
      // A segment of one number is code that comes from nowhere.
      if (toSource === undefined || toLine === undefined) continue;
      source += toSource;
      sourceLine += toLine;
      if (source < 0 || source >= sources || sourceLine < 0 || column < 0) return undefined;
      places.push({ line, column, source, sourceLine });
    }
  }
  return places;
}

/** Numbers of six bits at a time: the highest says that more follow, the lowest of the whole is the sign. */
function decoded(segment: string): number[] | undefined {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = VALUES.get(digit);
    if (bits === undefined || shift > 30) return undefined;
    value += (bits & 31) * 2 ** shift;
    shift += 5;
    if ((bits & 32) !== 0) continue;
    numbers.push(value % 2 === 1 ? -Math.floor(value / 2) : value / 2);
    value = 0;
    shift = 0;
  }
  return shift === 0 && [1, 4, 5].includes(numbers.length) ? numbers : undefined;
}
