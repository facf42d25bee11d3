import type { Diagnostic } from '../base/index.ts';
import type { SigningCode } from './diagnostics.ts';

/** An error of signing or verifying; the user's input unless told. */
export function problem(
  code: SigningCode,
  message: string,
  more: Partial<Omit<Diagnostic, 'code' | 'message'>> = {},
): Diagnostic {
  return { code, severity: 'error', message, cause: 'input', ...more };
}
