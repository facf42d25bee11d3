/** Flags as given, each checked for its kind; absent ones are `undefined`. */
export interface ParsedFlags {
  has(name: string): boolean;
  text(name: string): string | undefined;
  /** All of a flag that may stand several times. */
  texts(name: string): readonly string[];
  /** A count, or milliseconds, or bytes, as the flag's kind says. */
  number(name: string): number | undefined;
}

export type FlagValue = string | number | true | readonly string[];

export function makeFlags(values: ReadonlyMap<string, FlagValue>): ParsedFlags {
  const text = (name: string): string | undefined => {
    const value = values.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const number = (name: string): number | undefined => {
    const value = values.get(name);
    return typeof value === 'number' ? value : undefined;
  };
  const texts = (name: string): readonly string[] => {
    const value = values.get(name);
    return Array.isArray(value) ? value : [];
  };
  return { has: (name) => values.has(name), text, texts, number };
}
