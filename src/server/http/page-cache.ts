import { createHash } from 'node:crypto';

/** A text that was made once, with what clients know it by. */
export interface CachedPage {
  readonly text: Buffer;
  readonly etag: string;
}

const MOST_PAGES = 2000;

/** Texts that are made from the database, kept until what they were made from changes. */
export class PageCache {
  readonly #pages = new Map<string, { readonly state: number; readonly page: CachedPage }>();

  /** `state` must be taken before `make` reads; what gives `undefined` is not kept. */
  async get(
    key: string,
    state: number,
    make: () => Promise<string | undefined>,
  ): Promise<CachedPage | undefined> {
    const there = this.#pages.get(key);
    if (there?.state === state) return there.page;
    const made = await make();
    if (made === undefined) return undefined;
    const text = Buffer.from(made);
    const page = { text, etag: `"${createHash('sha256').update(text).digest('base64url')}"` };
    this.#pages.delete(key);
    this.#pages.set(key, { state, page });
    if (this.#pages.size > MOST_PAGES) this.#pages.delete(this.#pages.keys().next().value!);
    return page;
  }
}
