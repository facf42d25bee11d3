/** A compiled pattern. */
export interface PathPattern {
  test(path: string): boolean;
}

type Piece =
  | { readonly kind: 'one'; readonly source: string }
  /** `*`, `**` and `**` with a `/` behind it, which may match nothing. */
  | { readonly kind: 'many'; readonly source: '[^/]*' | '.*' | '(?:.*/)?' };

/** A regular expression tries all ways; with more wildcards than these, that can take for ever. */
const MAX_BACKTRACKING = 3;

/**
 * The patterns of COPY sources and of `.dockerignore`: Go's `filepath.Match` (`*`, `?`, `[a-z]`, `[^a]`, `\x`), where
 * no wildcard passes a `/`; in `.dockerignore`, `--exclude` and `--parents` also `**`, which does.
 */
export function compilePattern(
  pattern: string,
  options: { readonly doubleStar: boolean },
): PathPattern | undefined {
  const pieces: Piece[] = [];
  for (let at = 0; at < pattern.length; ) {
    const next = pieceAt(pattern, at, options.doubleStar);
    if (!next) return undefined;
    pieces.push(next.piece);
    at = next.end;
  }
  if (pieces.filter(({ kind }) => kind === 'many').length > MAX_BACKTRACKING) return stepwise(pieces);
  return new RegExp(`^${pieces.map(({ source }) => source).join('')}$`, 's');
}

function pieceAt(
  pattern: string,
  at: number,
  doubleStar: boolean,
): { piece: Piece; end: number } | undefined {
  const char = pattern[at]!;
  if (char === '*') {
    let end = at;
    while (pattern[end] === '*') end++;
    if (!doubleStar || end - at === 1) return { piece: { kind: 'many', source: '[^/]*' }, end };
    const isFolder = pattern[end] === '/';
    return { piece: { kind: 'many', source: isFolder ? '(?:.*/)?' : '.*' }, end: isFolder ? end + 1 : end };
  }
  if (char === '?') return { piece: { kind: 'one', source: '[^/]' }, end: at + 1 };
  if (char === '[') {
    const set = characterSet(pattern, at);
    return set && { piece: { kind: 'one', source: set.source }, end: set.end };
  }
  const literal = char === '\\' ? pattern[at + 1] : char;
  if (literal === undefined) return undefined;
  return { piece: { kind: 'one', source: escapeCharacter(literal) }, end: at + (char === '\\' ? 2 : 1) };
}

/** Follows all ways at once: time grows with the length of the path times that of the pattern. */
function stepwise(pieces: readonly Piece[]): PathPattern {
  const singles = pieces.map(({ source }) => new RegExp(`^${source}$`, 's'));
  return {
    test(path) {
      let places = new Uint8Array(path.length + 1);
      places[0] = 1;
      for (const [index, piece] of pieces.entries()) {
        const next = new Uint8Array(path.length + 1);
        let isReached = false;
        for (let at = 0; at <= path.length; at++) {
          if (piece.kind === 'one') {
            if (places[at] && at < path.length && singles[index]!.test(path[at]!)) next[at + 1] = 1;
            continue;
          }
          isReached ||= places[at] === 1;
          if (places[at] || (isReached && (piece.source !== '(?:.*/)?' || path[at - 1] === '/')))
            next[at] = 1;
          if (piece.source === '[^/]*' && path[at] === '/') isReached = false;
        }
        places = next;
      }
      return places[path.length] === 1;
    },
  };
}

export function hasWildcard(pattern: string): boolean {
  return /[*?[\\]/.test(pattern);
}

/** One `[...]`; `undefined` when it is not closed, empty or has a range that runs backwards. */
function characterSet(pattern: string, start: number): { source: string; end: number } | undefined {
  let at = start + 1;
  const isNegated = pattern[at] === '^';
  if (isNegated) at++;
  const ranges: string[] = [];
  const next = (): string | undefined => {
    if (pattern[at] === '\\') at++;
    return pattern[at++];
  };
  while (at < pattern.length && (pattern[at] !== ']' || ranges.length === 0)) {
    if (pattern[at] === '-' || pattern[at] === ']') return undefined;
    const low = next();
    let high = low;
    if (pattern[at] === '-') {
      at++;
      if (pattern[at] === ']') return undefined;
      high = next();
    }
    if (low === undefined || high === undefined || high < low) return undefined;
    ranges.push(`${escapeInSet(low)}-${escapeInSet(high)}`);
  }
  if (pattern[at] !== ']') return undefined;
  const body = ranges.join('');
  return { source: isNegated ? `[^/${body}]` : `(?!/)[${body}]`, end: at + 1 };
}

function escapeCharacter(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
}

function escapeInSet(char: string): string {
  return char.replace(/[\\\]^-]/, '\\$&');
}
