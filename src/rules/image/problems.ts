import type { Diagnostic, Severity, SourceFile, Span } from '../../base/index.ts';
import type { ImageCode } from './diagnostics.ts';

/** Collects what is wrong with a Dockerfile. */
export class Problems {
  readonly all: Diagnostic[] = [];

  add(code: ImageCode, span: Span, text: { message: string; hint: string; severity?: Severity }): undefined {
    const { message, hint, severity = 'error' } = text;
    this.all.push({ code, severity, message, hint, span });
    return undefined;
  }

  /** As they stand in the file; those of other files first. */
  inOrder(file: SourceFile): Diagnostic[] {
    const placeOf = ({ span }: Diagnostic): number => (span?.file === file ? span.start : -1);
    return this.all.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}
