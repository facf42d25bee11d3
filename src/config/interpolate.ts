/** Values for `${NAME}`; a name that is absent is undefined. */
export type Variables = Readonly<Record<string, string>>;

export type InterpolationProblem =
  | { readonly kind: 'undefined'; readonly name: string; readonly text: string; readonly occurrence: number }
  | { readonly kind: 'malformed'; readonly text: string; readonly occurrence: number };

export interface Interpolated {
  readonly text: string;
  readonly problems: readonly InterpolationProblem[];
}

const REFERENCE = /\$(?:(\$)|\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\{[^}]*\}?)/g;

/**
 * Replaces `${NAME}` and `${NAME:-default}` (taken where NAME is absent or empty, as in a shell); `$$` is `$`.
 * A `$` before anything else stays as it is. `lookUp` is called for each name that is met.
 */
export function interpolate(text: string, lookUp: (name: string) => string | undefined): Interpolated {
  const problems: InterpolationProblem[] = [];
  const seen = new Map<string, number>();
  const replaced = text.replace(
    REFERENCE,
    (match: string, dollar?: string, name?: string, fallback?: string): string => {
      if (dollar) return '$';
      const occurrence = seen.get(match) ?? 0;
      seen.set(match, occurrence + 1);
      if (name === undefined) {
        problems.push({ kind: 'malformed', text: match, occurrence });
        return match;
      }
      const value = lookUp(name);
      if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
      if (value === undefined) problems.push({ kind: 'undefined', name, text: match, occurrence });
      return value ?? '';
    },
  );
  return { text: replaced, problems };
}
