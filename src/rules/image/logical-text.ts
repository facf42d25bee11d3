import type { SourceFile, Span } from '../../base/index.ts';

/**
 * An instruction as Docker reads it: continued lines joined, comment lines and blank ones between them gone. Every
 * character knows its place in the file.
 */
export class LogicalText {
  readonly value: string;
  readonly #file: SourceFile;
  readonly #offsets: readonly number[];
  readonly #end: number;

  constructor(
    file: SourceFile,
    text: { readonly value: string; readonly offsets: readonly number[]; readonly end: number },
  ) {
    this.#file = file;
    this.value = text.value;
    this.#offsets = text.offsets;
    this.#end = text.end;
  }

  span(start: number, end: number): Span {
    const from = this.#offsets[start] ?? this.#end;
    const to = end > start ? (this.#offsets[end - 1] ?? this.#end - 1) + 1 : from;
    return { file: this.#file, start: from, end: to };
  }

  /** A part, without the blanks around it. */
  trimmed(start: number, end = this.value.length): LogicalText {
    const text = this.value.slice(start, end);
    const from = start + (text.length - text.trimStart().length);
    const to = Math.max(from, end - (text.length - text.trimEnd().length));
    const offsets = this.#offsets.slice(from, to);
    return new LogicalText(this.#file, {
      value: this.value.slice(from, to),
      offsets,
      end: (offsets.at(-1) ?? this.#end - 1) + 1,
    });
  }

  whole(): Span {
    return this.span(0, this.value.length);
  }
}

/** A logical text, and where the lines after it begin. */
export interface LogicalLines {
  readonly text: LogicalText;
  readonly end: number;
  /** The first blank line between continued ones. */
  readonly blank?: Span;
}

/** The logical text that begins at `start` and ends with the last line that is not continued, as BuildKit joins lines. */
export function readLogicalText(file: SourceFile, start: number, escapeCharacter: string): LogicalLines {
  const { text } = file;
  const parts: string[] = [];
  const offsets: number[] = [];
  let blank: Span | undefined;
  let at = start;
  let end = start;
  for (let isFirst = true; at < text.length; isFirst = false) {
    const next = lineEnd(text, at);
    const line = text.slice(at, next).replace(/[\r\n]+$/, '');
    const isBlank = line.trim() === '';
    if (!isFirst && isBlank) blank ??= { file, start: at, end: at + Math.max(1, line.length) };
    if (isFirst || !(isBlank || line.trimStart().startsWith('#'))) {
      const kept = continuedPart(line, escapeCharacter);
      const part = kept ?? line;
      for (let index = 0; index < part.length; index++) offsets.push(at + index);
      parts.push(part);
      end = at + part.length;
      if (kept === undefined) {
        at = next;
        break;
      }
    }
    at = next;
  }
  const logical = new LogicalText(file, { value: parts.join(''), offsets, end });
  return { text: logical, end: at, ...(blank ? { blank } : {}) };
}

/** Where the line that holds `at` ends, its line feed included. */
export function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
}

/** What stands before the character that continues a line; two of them are a character, not a continuation. */
function continuedPart(line: string, escapeCharacter: string): string | undefined {
  const kept = line.replace(/[ \t]+$/, '');
  if (!kept.endsWith(escapeCharacter) || kept.at(-2) === escapeCharacter) return undefined;
  return kept.slice(0, -1);
}
