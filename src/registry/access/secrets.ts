/** Shorter ones would blot out ordinary words. */
const SHORTEST = 4;
const MAX_SHOWN = 400;

/** What must never be shown: passwords and tokens that this process came to know. */
export class Secrets {
  readonly #values = new Set<string>();

  add(value: string): void {
    if (value.length < SHORTEST) return;
    for (const form of [value, encodeURIComponent(value), Buffer.from(value).toString('base64')])
      this.#values.add(form);
  }

  /** A text of someone else's as it may be shown: without secrets, queries of addresses and control characters, and short. */
  clean(text: string): string {
    let shown = text.slice(0, 16 * MAX_SHOWN);
    // Longest first: one may be a part of another.
    for (const value of [...this.#values].sort((a, b) => b.length - a.length))
      shown = shown.replaceAll(value, '***');
    const line = shown
      .replace(/\?[^\s"']*/g, (query) => (query.includes('=') ? '?***' : query))
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .trim();
    return line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line;
  }
}
