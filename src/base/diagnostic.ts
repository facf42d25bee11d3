import { positionOf, type Span } from './source.ts';

export type Severity = 'error' | 'warning' | 'note';

/** A problem that the user can mend: collected and returned, never thrown. */
export interface Diagnostic {
  /** Stable, `module/name`, listed in that module's `diagnostics.ts`. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** What would be right, or the command that mends it. */
  readonly hint?: string;
  readonly span?: Span;
  /** Where there is no text to underline: the file or folder that is meant. */
  readonly path?: string;
  readonly related?: readonly RelatedSpan[];
  /** The kind of exit it leads to: `input` is 2, `environment` (a tool or service is missing) is 3. */
  readonly cause?: 'input' | 'environment';
}

export interface RelatedSpan {
  readonly message: string;
  readonly span: Span;
}

/** The value a checker could make, and all problems that it found. */
export interface Checked<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}

/** The one text form: `path:line:column: severity[code] message`, the line, the underline, the hint. */
export function renderDiagnostic(diagnostic: Diagnostic, style: DiagnosticStyle = PLAIN): string {
  const { severity, code, message, span, path, hint, related = [] } = diagnostic;
  const lines = [`${place(span, path)}${style[severity](`${severity}[${code}]`)} ${clean(cut(message))}`];
  if (span) lines.push(...excerpt(span, (mark) => style[severity](mark)));
  for (const { message: text, span: at } of related) {
    lines.push(`  ${place(at, undefined)}${clean(cut(text))}`, ...excerpt(at, (mark) => style.note(mark)));
  }
  if (hint) lines.push(`  ${style.hint('help:')} ${clean(cut(hint))}`);
  return lines.join('\n');
}

export interface DiagnosticStyle extends Readonly<Record<Severity | 'hint', (text: string) => string>> {}

const same = (text: string): string => text;
const PLAIN: DiagnosticStyle = { error: same, warning: same, note: same, hint: same };

/** The JSON form, version 1; lines and columns are one-based. */
export interface DiagnosticJson {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
  readonly path?: string;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  readonly related?: readonly { message: string; path: string; line: number; column: number }[];
}

export function diagnosticToJson(diagnostic: Diagnostic): DiagnosticJson {
  const { code, severity, message, hint, span, path, related } = diagnostic;
  return {
    code,
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(span ? spanJson(span) : path === undefined ? {} : { path }),
    ...(related && related.length > 0
      ? { related: related.map((each) => ({ message: each.message, ...startJson(each.span) })) }
      : {}),
  };
}

function spanJson(span: Span): {
  path: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
} {
  const end = positionOf({ ...span, start: span.end });
  return { ...startJson(span), endLine: end.line, endColumn: end.column };
}

function startJson(span: Span): { path: string; line: number; column: number } {
  const { line, column } = positionOf(span);
  return { path: span.file.path, line, column };
}

function place(span: Span | undefined, path: string | undefined): string {
  if (!span) return path === undefined ? '' : `${clean(path)}: `;
  const { line, column } = positionOf(span);
  return `${clean(span.file.path)}:${line}:${column}: `;
}

/** Lines are cut so that a minified or hostile file cannot flood the terminal. */
const SHOWN_COLUMNS = 160;

function excerpt(span: Span, mark: (text: string) => string): string[] {
  const { line, column, lineText } = positionOf(span);
  const from = Math.max(0, column - 1 - SHOWN_COLUMNS / 2);
  const shown = lineText.slice(from, from + SHOWN_COLUMNS);
  const gutter = String(line);
  const offset = column - 1 - from;
  const length = Math.max(1, Math.min(span.end - span.start, shown.length - offset));
  const pad = shown.slice(0, offset).replace(/[^\t]/g, ' ');
  return [
    `  ${gutter} | ${clean(shown)}`,
    `  ${' '.repeat(gutter.length)} | ${clean(pad)}${mark('^' + '~'.repeat(length - 1))}`,
  ];
}

const SHOWN_CHARACTERS = 2000;

/** A value of a megabyte may stand in a message. */
function cut(text: string): string {
  if (text.length <= SHOWN_CHARACTERS) return text;
  const half = SHOWN_CHARACTERS / 2;
  return `${text.slice(0, half)}… (${text.length - SHOWN_CHARACTERS} characters left out) …${text.slice(-half)}`;
}

/** Control characters of an untrusted file must not reach the terminal. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
