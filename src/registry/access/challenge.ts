/** One challenge of `WWW-Authenticate` (RFC 9110, 11.6.1). */
export interface Challenge {
  /** Lower case. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const MAX_HEADER_LENGTH = 16_384;
const SKIPPED = /[ \t,]*/y;
const SPACES = /[ \t]*/y;
const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const EQUALS = /[ \t]*=[ \t]*/y;
const TOKEN68 = /[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))/y;

/** All challenges that can be read; what is no challenge is passed over. */
export function parseChallenges(header: string): Challenge[] {
  return header.length > MAX_HEADER_LENGTH ? [] : new ChallengeReader(header).all();
}

class ChallengeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  all(): Challenge[] {
    const challenges: Challenge[] = [];
    while (this.#take(SKIPPED) !== undefined && this.#at < this.#text.length) {
      const scheme = this.#take(TOKEN);
      if (scheme === undefined) this.#at++;
      else challenges.push({ scheme: scheme.toLowerCase(), parameters: this.#parameters() });
    }
    return challenges;
  }

  #parameters(): Map<string, string> {
    const parameters = new Map<string, string>();
    this.#take(SPACES);
    if (this.#take(TOKEN68) !== undefined) return parameters;
    for (let start = this.#at; ; start = this.#at) {
      this.#take(SKIPPED);
      const name = this.#take(TOKEN);
      const value =
        name !== undefined && this.#take(EQUALS) !== undefined
          ? (this.#quoted() ?? this.#take(TOKEN))
          : undefined;
      if (name === undefined || value === undefined) {
        // The next challenge begins here, or the text ends.
        this.#at = start;
        return parameters;
      }
      if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value);
    }
  }

  /** A quoted string with its escapes undone; `undefined` when none begins here or it does not end. */
  #quoted(): string | undefined {
    if (this.#text[this.#at] !== '"') return undefined;
    let value = '';
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const character = this.#text[at]!;
      if (character === '"') {
        this.#at = at + 1;
        return value;
      }
      if (character === '\\') at++;
      value += this.#text[at] ?? '';
    }
    return undefined;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (!match) return undefined;
    this.#at = pattern.lastIndex;
    return match[0];
  }
}
