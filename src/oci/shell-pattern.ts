/** How much comparing one replacement may do; what is longer is no text of a Dockerfile. */
const MAX_COMPARISONS = 20_000_000;

type Token =
  | { readonly kind: 'any' }
  | { readonly kind: 'run' }
  | { readonly kind: 'is'; readonly char: string };

/** A pattern of `${name#pattern}`: `*` and `?`, `\` before what is meant as it stands. `undefined` for any other escape. */
export function parseShellPattern(pattern: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const chars = [...pattern];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at]!;
    const next = chars[at + 1];
    if (char === '*') tokens.push({ kind: 'run' });
    else if (char === '?') tokens.push({ kind: 'any' });
    else if (char !== '\\') tokens.push({ kind: 'is', char });
    else if (next !== undefined && '*?\\}/'.includes(next)) {
      tokens.push({ kind: 'is', char: next });
      at++;
    } else return undefined;
  }
  return tokens;
}

/** The value without the shortest, or longest, part at its start that matches. */
export function withoutPrefix(
  value: string,
  tokens: readonly Token[],
  isLongest: boolean,
): string | undefined {
  const chars = [...value];
  if (chars.length * tokens.length > MAX_COMPARISONS) return undefined;
  const end = matchEnd(chars, 0, { tokens, isLongest });
  return end === undefined ? value : chars.slice(end).join('');
}

/** The value without the shortest, or longest, part at its end that matches. */
export function withoutSuffix(
  value: string,
  tokens: readonly Token[],
  isLongest: boolean,
): string | undefined {
  const reversed = withoutPrefix([...value].reverse().join(''), tokens.toReversed(), isLongest);
  return reversed === undefined ? undefined : [...reversed].reverse().join('');
}

/** The value with the first match replaced, or all; the longest at each place. `undefined` where that is too much work. */
export function withReplaced(
  value: string,
  tokens: readonly Token[],
  by: { readonly replacement: string; readonly isAll: boolean },
): string | undefined {
  const chars = [...value];
  if (chars.length * chars.length * tokens.length > MAX_COMPARISONS) return undefined;
  let result = '';
  for (let at = 0; at < chars.length; ) {
    const end = matchEnd(chars, at, { tokens, isLongest: true });
    if (end === undefined || end === at) {
      result += chars[at++];
      continue;
    }
    result += by.replacement;
    at = end;
    if (!by.isAll) return result + chars.slice(at).join('');
  }
  return result;
}

/** Where a match that begins at `start` ends: the first or the last such place. All ways are followed at once. */
function matchEnd(
  chars: readonly string[],
  start: number,
  how: { readonly tokens: readonly Token[]; readonly isLongest: boolean },
): number | undefined {
  let places = new Set([start]);
  for (const token of how.tokens) {
    const next = new Set<number>();
    if (token.kind === 'run') {
      const first = firstOf(places);
      for (let at = first; at <= chars.length; at++) next.add(at);
    } else {
      for (const at of places) {
        if (at < chars.length && (token.kind === 'any' || chars[at] === token.char)) next.add(at + 1);
      }
    }
    if (next.size === 0) return undefined;
    places = next;
  }
  let found: number | undefined;
  for (const at of places) if (found === undefined || at > found === how.isLongest) found = at;
  return found;
}

function firstOf(places: Iterable<number>): number {
  let first = Number.POSITIVE_INFINITY;
  for (const at of places) first = Math.min(first, at);
  return first;
}
