import { normalName } from '../requirement-lines.ts';

/** `tensorflow==2.12.0` wants `numpy>=1.22,<1.24`. */
export interface Wish {
  readonly asker: string;
  readonly wanted: string;
}

/** The names of packages that uv speaks of, normalised. */
export function namesIn(said: string): ReadonlySet<string> {
  const words = said.match(/[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?/g) ?? [];
  return new Set(words.map(normalName));
}

const PACKAGE =
  '[A-Za-z0-9][\\w.-]*(?:\\[[^\\]]*\\])?(?:(?:[<>=!~]=?|===)[^\\s,]+(?:,(?:[<>=!~]=?)[^\\s,]+)*)?';

/** Who wants what, as uv explains it; of one pair of packages what it says last, which takes in the rest. */
export function wishesIn(said: string): readonly Wish[] {
  const wishes = new Map<string, Wish>();
  for (const [, asker = '', wanted = ''] of said
    .replace(/\s+/g, ' ')
    .matchAll(new RegExp(`(${PACKAGE}) depends on (${PACKAGE})`, 'g'))) {
    const key = `${nameOf(asker)} ${nameOf(wanted)}`;
    wishes.delete(key);
    wishes.set(key, { asker, wanted: wanted.replace(/\.$/, '') });
  }
  return [...wishes.values()];
}

export function nameOf(text: string): string {
  return normalName(/^[A-Za-z0-9][\w.-]*/.exec(text)?.[0].replace(/[._-]+$/, '') ?? '');
}
