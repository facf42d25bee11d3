import type { SourceFile, Span } from '../base/index.ts';
import type { Token } from './lexer.ts';
import type { Dialect } from './syntax.ts';

const OPENING = new Set(['(', '[', '{']);
const CLOSING = new Set([')', ']', '}']);

/** Where the parser stands among the tokens of one text. */
export class Cursor {
  readonly file: SourceFile;
  readonly dialect: Dialect;
  /** How deep blocks and brackets are nested here. */
  depth = 0;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(file: SourceFile, dialect: Dialect, tokens: readonly Token[]) {
    this.file = file;
    this.dialect = dialect;
    this.#tokens = tokens;
  }

  get index(): number {
    return this.#at;
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)]!;
  }

  take(): Token {
    const token = this.peek();
    if (this.#at < this.#tokens.length - 1) this.#at++;
    return token;
  }

  is(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.text === text && (token.kind === 'symbol' || token.kind === 'word');
  }

  takeIf(text: string): boolean {
    const found = this.is(text);
    if (found) this.take();
    return found;
  }

  back(index: number): void {
    this.#at = index;
  }

  get isAtLineEnd(): boolean {
    const { kind } = this.peek();
    return kind === 'newline' || kind === 'end';
  }

  skipNewlines(): void {
    while (this.peek().kind === 'newline') this.take();
  }

  /** Moves over newlines if what follows them is one of these, as a call chain goes on with `.` in the next line. */
  continuesWith(texts: ReadonlySet<string>): boolean {
    let ahead = 0;
    while (this.peek(ahead).kind === 'newline' && this.peek(ahead).text === '\n') ahead++;
    const token = this.peek(ahead);
    if (token.kind !== 'symbol' || !texts.has(token.text)) return false;
    while (ahead-- > 0) this.take();
    return true;
  }

  /** To the end of the line, or before what closes the block; what stands in brackets belongs to the line. */
  skipLine(): void {
    let open = 0;
    for (;;) {
      const token = this.peek();
      if (token.kind === 'end' || (token.kind === 'newline' && open === 0)) return;
      if (token.kind === 'symbol' && OPENING.has(token.text)) open++;
      if (token.kind === 'symbol' && CLOSING.has(token.text) && open-- === 0) return;
      this.take();
    }
  }

  /** Over one pair of brackets and what is in it; whether it stood here. */
  skipBrackets(): boolean {
    if (!(this.peek().kind === 'symbol' && OPENING.has(this.peek().text))) return false;
    let open = 0;
    for (;;) {
      const token = this.peek();
      if (token.kind === 'end') return true;
      if (token.kind === 'symbol' && OPENING.has(token.text)) open++;
      if (token.kind === 'symbol' && CLOSING.has(token.text)) open--;
      this.take();
      if (open === 0) return true;
    }
  }

  /** Over what does not belong to a value in brackets: before the next comma, or before what closes. */
  skipItem(): void {
    for (;;) {
      const token = this.peek();
      if (token.kind === 'end' || this.is(',') || (token.kind === 'symbol' && CLOSING.has(token.text)))
        return;
      if (!this.skipBrackets()) this.take();
    }
  }

  /** From a token's start to the end of the last token taken. */
  spanFrom(start: number): Span {
    const last = this.#tokens[Math.max(0, this.#at - 1)];
    return { file: this.file, start, end: Math.max(start, last?.end ?? start) };
  }
}
