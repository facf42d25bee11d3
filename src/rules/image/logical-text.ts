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

/** The logical text that begins at `start` and ends with the last line that is not continued, at `limit` at most. */
export function readLogicalText(
  file: SourceFile,
  start: number,
  options: { limit: number; escape: string },
): LogicalText {
  const { limit, escape: escapeCharacter } = options;
  let value = '';
  const offsets: number[] = [];
  for (let at = start, isFirst = true; at < limit; isFirst = false) {
    const newline = file.text.indexOf('\n', at);
    const lineEnd = newline < 0 || newline > limit ? limit : newline;
    const line = file.text.slice(at, lineEnd);
    if (isFirst || !/^\s*(?:#|$)/.test(line)) {
      const kept = line.trimEnd();
      const isContinued = kept.endsWith(escapeCharacter);
      const part = isContinued ? kept.slice(0, -1) : line;
      for (let index = 0; index < part.length; index++) offsets.push(at + index);
      value += part;
      if (!isContinued) break;
    }
    at = lineEnd + 1;
  }
  return new LogicalText(file, { value, offsets, end: limit });
}
