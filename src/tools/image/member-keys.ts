import type { TarMember } from '../tar-reader.ts';

/**
 * Names for the files of one archive, each its own: its path, and of a path that comes again, which of them. A hard link to the
 * first keeps that one's bytes.
 */
export class MemberKeys {
  readonly #counts = new Map<string, number>();

  keyOf({ path }: Pick<TarMember, 'path'>): string {
    const count = this.#counts.get(path) ?? 0;
    this.#counts.set(path, count + 1);
    return count === 0 ? path : `${path}\0${count}`;
  }
}

/** The path of the member with this key. */
export function pathOfKey(key: string): string {
  const end = key.indexOf('\0');
  return end < 0 ? key : key.slice(0, end);
}
