import type { Diagnostic, Span } from '../base/index.ts';
import type { GradleCode } from './diagnostics.ts';

const MOST_SHOWN = 60;

/** Collects what cannot be carried over, each with its place. */
export class Gaps {
  readonly #all: Diagnostic[] = [];

  get all(): readonly Diagnostic[] {
    return this.#all;
  }

  add(
    code: GradleCode,
    message: string,
    { span, hint }: { readonly span: Span; readonly hint?: string },
  ): void {
    this.#all.push({
      code,
      severity: 'warning',
      message,
      span: firstLineOf(span),
      ...(hint ? { hint } : {}),
    });
  }

  /** A piece of code, with its beginning, since it has no name. */
  code(span: Span): void {
    const line = firstLineOf(span);
    const text = line.file.text.slice(line.start, Math.min(line.end, line.start + MOST_SHOWN)).trim();
    this.add('gradle/code', `code that is not read: ${text}`, { span });
  }

  /** What a MobileBuild cannot say. */
  noKey(what: string, span: Span): void {
    this.add('gradle/setting', `MobileBuild has no key for ${what}`, { span });
  }

  /** What the app does not depend on. */
  note(message: string, span: Span): void {
    this.#all.push({ code: 'gradle/no-effect', severity: 'note', message, span: firstLineOf(span) });
  }
}

/** Of a block, the line that opens it. */
function firstLineOf({ file, start, end }: Span): Span {
  const line = file.text.indexOf('\n', start);
  return { file, start, end: line < 0 ? end : Math.min(end, Math.max(start + 1, line)) };
}
