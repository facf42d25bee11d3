import type { Diagnostic, SourceFile, Span } from '../base/index.ts';
import type { WorkspaceCode } from './diagnostics.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** The text as a JSON object, or what is wrong with it, at its place. */
export function parseJsonObject(source: SourceFile): { readonly value: JsonObject } | Diagnostic {
  try {
    const value: unknown = JSON.parse(source.text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { value: value as JsonObject };
    }
    return notJson(source, 'this is not a JSON object', 0);
  } catch (error) {
    const said = wordsOf(error);
    const message = said.replace(/,? (in JSON )?at position \d+.*$/s, '').replace(/, (\.\.\.)?".*$/s, '');
    return notJson(source, `not JSON: ${message}`, offsetOf(source.text, said));
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The reader tells the place of some faults only; an unexpected token is at the end of the shortest text that has it. */
function offsetOf(text: string, said: string): number {
  const told = /at position (\d+)/.exec(said)?.[1];
  if (told !== undefined) return Number(told);
  if (!isToken(said)) return text.length;
  let good = 0;
  let bad = text.length;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isToken(failureOf(text.slice(0, middle)))) bad = middle;
    else good = middle;
  }
  return good;
}

const isToken = (said: string): boolean => said.startsWith('Unexpected token');

function failureOf(text: string): string {
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    return wordsOf(error);
  }
}

function notJson(file: SourceFile, message: string, offset: number): Diagnostic {
  const code = 'workspace/bad-package-json' satisfies WorkspaceCode;
  if (file.text.trim() === '')
    return { code, severity: 'error', message: 'the file is empty', path: file.path };
  return { code, severity: 'error', message, span: placeOf(file, offset) };
}

/** The character at the offset; the last one that is visible where the text ends there. */
function placeOf(file: SourceFile, offset: number): Span {
  const end = file.text.trimEnd().length;
  const start = Math.max(0, Math.min(offset, end - 1));
  return { file, start, end: start + 1 };
}
