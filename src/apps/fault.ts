import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import type { AppCode } from './diagnostics.ts';

/** Why nothing can be told of an app, or of a file in it. */
export interface AppFailure {
  readonly code: AppCode;
  /** The file as the user named it, and what in it is meant. */
  readonly place: string;
  readonly message: string;
  readonly hint: string;
}

/** Carries a failure out of the middle of a reader; never leaves this module. */
export class AppFault extends Error {
  override readonly name = 'AppFault';
  readonly failure: AppFailure;

  constructor(failure: AppFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Bytes that are not what a format allows; whoever knows the file's name makes an `AppFault` of it. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** Ends a reader where a format forbids what was read. */
export function wrong(message: string): never {
  throw new FormatError(message);
}

/** Whether bytes are to blame that no reader could follow: anything else is a fault of ours. */
export function isFormatProblem(error: unknown): error is FormatError | RangeError {
  return error instanceof FormatError || error instanceof RangeError;
}

/** The message of bytes that no reader could follow; anything else is thrown on. */
export function formatProblem(error: unknown): string {
  if (!isFormatProblem(error)) throw error;
  if (error instanceof FormatError) return error.message;
  return 'it ends before what it announces, or points outside of itself';
}

/** Gives as a value what `work` fails with. */
export async function caught<T>(work: () => Promise<T>): Promise<Result<T, AppFailure>> {
  try {
    return ok(await work());
  } catch (error) {
    if (error instanceof AppFault) return fail(error.failure);
    throw error;
  }
}

export function appDiagnostic({ code, place, message, hint }: AppFailure): Diagnostic {
  return { code, severity: 'error', path: place, message, hint, cause: 'input' };
}
