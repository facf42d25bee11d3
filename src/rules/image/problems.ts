import type { Diagnostic, Severity, Span } from '../../base/index.ts';
import type { ImageCode } from './diagnostics.ts';

/** Collects what is wrong with a Dockerfile. */
export class Problems {
  readonly all: Diagnostic[] = [];

  add(code: ImageCode, span: Span, text: { message: string; hint: string; severity?: Severity }): undefined {
    const { message, hint, severity = 'error' } = text;
    this.all.push({ code, severity, message, hint, span });
    return undefined;
  }
}
