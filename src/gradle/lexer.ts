import type { Dialect } from './syntax.ts';

/** A piece of a text: characters, or the range of an expression that stands for some. */
export type TextPart = string | { readonly start: number; readonly end: number };

export interface Token {
  readonly kind: 'word' | 'number' | 'text' | 'symbol' | 'newline' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly hasSpaceBefore: boolean;
  /** Of a text. */
  readonly parts?: readonly TextPart[];
}

const SYMBOLS = [
  '...',
  '===',
  '!==',
  '<=>',
  '**=',
  '?.',
  '?:',
  '!!',
  '->',
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '+=',
  '-=',
  '*=',
  '/=',
  '++',
  '--',
  '::',
  '..',
  '=~',
  '<<',
];
const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const NUMBER = /0[xX][0-9a-fA-F_]+[lLgG]?|\d[\d_]*(\.\d[\d_]*)?([eE][+-]?\d+)?[lLgGfFdD]?/y;
const SPACE = /(?:[^\S\n]|\\\r?\n)+/y;
const DOTTED = /[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*/uy;
const PLAIN = /[\p{L}_][\p{L}\p{N}_]*/uy;
/** Expressions in texts in expressions: deeper ones are read as characters. */
const MOST_NESTED = 16;

/** The tokens of a text, whatever it is: what is no token of the language becomes a symbol of one character. */
export function tokenise(text: string, dialect: Dialect, from = 0, until = text.length): readonly Token[] {
  return new Lexer(text, dialect, until).tokens(from);
}

class Lexer {
  readonly #text: string;
  readonly #dialect: Dialect;
  readonly #until: number;
  #at = 0;

  constructor(text: string, dialect: Dialect, until: number) {
    this.#text = text;
    this.#dialect = dialect;
    this.#until = until;
  }

  tokens(from: number): readonly Token[] {
    this.#at = from;
    const tokens: Token[] = [];
    for (;;) {
      const before = this.#at;
      this.#skipBlank();
      const start = this.#at;
      const hasSpaceBefore = start > before;
      if (start >= this.#until) {
        tokens.push({ kind: 'end', text: '', start, end: start, hasSpaceBefore });
        return tokens;
      }
      const token = this.#next(tokens.at(-1));
      // A text may break off within an escape.
      this.#at = Math.min(this.#at, this.#until);
      tokens.push({
        ...token,
        text: this.#text.slice(start, this.#at),
        start,
        end: this.#at,
        hasSpaceBefore,
      });
    }
  }

  /** Moves past one token. */
  #next(previous: Token | undefined): Pick<Token, 'kind' | 'parts'> {
    const character = this.#text[this.#at]!;
    if (character === '\n' || character === ';') {
      this.#at++;
      return { kind: 'newline' };
    }
    if (character === '"' || character === "'") return { kind: 'text', parts: this.#quoted(0) };
    if (this.#dialect === 'groovy' && character === '/' && !endsValue(previous)) {
      const parts = this.#slashy();
      if (parts) return { kind: 'text', parts };
    }
    if (this.#match(WORD)) return { kind: 'word' };
    if (this.#match(NUMBER)) return { kind: 'number' };
    const symbol = SYMBOLS.find((each) => this.#text.startsWith(each, this.#at));
    this.#at += symbol?.length ?? 1;
    return { kind: 'symbol' };
  }

  #skipBlank(): void {
    for (;;) {
      const from = this.#at;
      this.#match(SPACE);
      if (this.#text.startsWith('//', this.#at) || (this.#at === 0 && this.#text.startsWith('#!')))
        this.#at = this.#find('\n', this.#at);
      else if (this.#text.startsWith('/*', this.#at))
        this.#at = Math.min(this.#find('*/', this.#at + 2) + 2, this.#until);
      if (this.#at === from) return;
    }
  }

  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (!found || this.#at + found[0].length > this.#until) return false;
    this.#at += found[0].length;
    return true;
  }

  #find(text: string, from: number): number {
    const at = this.#text.indexOf(text, from);
    return at < 0 || at > this.#until ? this.#until : at;
  }

  /** A text in quotes, one or three; it ends with its line where its quote is missing. */
  #quoted(depth: number): readonly TextPart[] {
    const quote = this.#text[this.#at]!;
    const triple = quote.repeat(3);
    const isTriple = this.#text.startsWith(triple, this.#at);
    const end = isTriple ? triple : quote;
    this.#at += end.length;
    const parts = new Parts();
    while (this.#at < this.#until) {
      if (this.#text.startsWith(end, this.#at)) {
        this.#at += end.length;
        break;
      }
      const character = this.#text[this.#at]!;
      if (character === '\n' && !isTriple) break;
      const isRaw = this.#dialect === 'kotlin' && isTriple;
      if (character === '\\' && !isRaw) parts.add(this.#escaped());
      else if (character === '$' && quote === '"') parts.add(this.#interpolated(depth));
      else {
        parts.add(character);
        this.#at++;
      }
    }
    return parts.all;
  }

  #escaped(): string {
    const code = this.#text[this.#at + 1] ?? '';
    if (code === 'u') {
      const hex = /^[0-9a-fA-F]{4}/.exec(this.#text.slice(this.#at + 2, this.#at + 6))?.[0];
      if (hex) {
        this.#at += 6;
        return String.fromCharCode(Number.parseInt(hex, 16));
      }
    }
    this.#at += 2;
    return ESCAPES[code] ?? code;
  }

  #interpolated(depth: number): TextPart {
    const from = this.#at++;
    if (this.#text[this.#at] === '{' && depth < MOST_NESTED) {
      const start = this.#at + 1;
      this.#skipBraces(depth + 1);
      return { start, end: Math.max(start, this.#at - 1) };
    }
    const start = this.#at;
    return this.#match(this.#dialect === 'groovy' ? DOTTED : PLAIN)
      ? { start, end: this.#at }
      : this.#text.slice(from, this.#at);
  }

  #skipBraces(depth: number): void {
    let open = 0;
    while (this.#at < this.#until) {
      const character = this.#text[this.#at]!;
      if (character === '"' || character === "'") {
        this.#quoted(depth);
        continue;
      }
      this.#at++;
      if (character === '{') open++;
      if (character === '}' && --open === 0) return;
      if (character === '\n') return;
    }
  }

  /** Groovy's `/…/` within a line. */
  #slashy(): readonly TextPart[] | undefined {
    const end = this.#text.indexOf('/', this.#at + 1);
    const line = this.#find('\n', this.#at);
    if (end < 0 || end >= line || end >= this.#until) return undefined;
    const text = this.#text.slice(this.#at + 1, end);
    if (text.includes('$') || text.endsWith('\\')) return undefined;
    this.#at = end + 1;
    return [text];
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '\n': '' };

/** Joins neighbouring characters. */
class Parts {
  readonly all: TextPart[] = [];

  add(part: TextPart): void {
    const last = this.all.at(-1);
    if (typeof part === 'string' && typeof last === 'string') this.all[this.all.length - 1] = last + part;
    else this.all.push(part);
  }
}

/** After a value, `/` divides. */
function endsValue(token: Token | undefined): boolean {
  if (!token) return false;
  return (
    token.kind === 'word' ||
    token.kind === 'number' ||
    token.kind === 'text' ||
    token.text === ')' ||
    token.text === ']'
  );
}
