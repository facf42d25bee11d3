import type { CorpusCase } from './corpus.ts';

/** Each case is built once, whoever asks. */
export function eachOnce<T>(build: (each: CorpusCase) => Promise<T>): (each: CorpusCase) => Promise<T> {
  const built = new Map<string, Promise<T>>();
  return (each) => {
    const known = built.get(each.name) ?? build(each);
    built.set(each.name, known);
    return known;
  };
}
