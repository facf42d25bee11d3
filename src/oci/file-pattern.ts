/**
 * The patterns of COPY sources and of `.dockerignore`: Go's `filepath.Match` (`*`, `?`, `[a-z]`, `[^a]`, `\x`), where
 * no wildcard passes a `/`; in `.dockerignore` also `**`, which does.
 */
export function compilePattern(
  pattern: string,
  options: { readonly doubleStar: boolean },
): RegExp | undefined {
  let source = '';
  for (let at = 0; at < pattern.length; ) {
    const char = pattern[at]!;
    if (char === '*' && options.doubleStar && pattern[at + 1] === '*') {
      const isFolder = pattern[at + 2] === '/';
      source += isFolder ? '(?:.*/)?' : '.*';
      at += isFolder ? 3 : 2;
    } else if (char === '*') {
      while (pattern[at] === '*') at++;
      source += '[^/]*';
    } else if (char === '?') {
      source += '[^/]';
      at++;
    } else if (char === '[') {
      const set = characterSet(pattern, at);
      if (!set) return undefined;
      source += set.source;
      at = set.end;
    } else {
      const literal = char === '\\' ? pattern[at + 1] : char;
      if (literal === undefined) return undefined;
      source += escapeCharacter(literal);
      at += char === '\\' ? 2 : 1;
    }
  }
  return new RegExp(`^${source}$`, 's');
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
