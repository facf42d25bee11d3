import { createHash } from 'node:crypto';

/** A text that was made once, with what clients know it by. */
export interface CachedPage {
  readonly text: Buffer;
  readonly etag: string;
}

/** Of all pages together: their keys hold what clients send, and a page of a package with many versions has megabytes. */
const MOST_BYTES = 2 ** 26;
/** What a page costs beside its text. */
const ENTRY_BYTES = 1024;

/** Texts that are made from the database, kept until what they were made from changes or others need their place. */
export class PageCache {
  readonly #pages = new Map<string, { readonly state: number; readonly page: CachedPage }>();
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

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
    this.#drop(key);
    this.#pages.set(key, { state, page });
    this.#bytes += costOf(page);
    while (this.#bytes > this.#mostBytes) this.#drop(this.#pages.keys().next().value!);
    return page;
  }

  #drop(key: string): void {
    const there = this.#pages.get(key);
    if (!there) return;
    this.#pages.delete(key);
    this.#bytes -= costOf(there.page);
  }
}

function costOf({ text }: CachedPage): number {
  return text.byteLength + ENTRY_BYTES;
}
