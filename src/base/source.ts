/** A text that the user wrote, as diagnostics show it. `path` is relative to the workspace. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Half-open range of UTF-16 offsets into `file.text`. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** One-based line and column, and the line's text without its line end. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly lineText: string;
}

export function positionOf(span: Span): Position {
  const { text } = span.file;
  const start = Math.min(span.start, text.length);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', start);
  const lineEnd = newline < 0 ? text.length : newline;
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < lineStart; at = text.indexOf('\n', at + 1)) line++;
  return { line, column: start - lineStart + 1, lineText: text.slice(lineStart, lineEnd).replace(/\r$/, '') };
}
