/** What an operation on the world gives: a value, or a failure as plain data. */
export type Result<T, F> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: F };

export function ok<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

export function fail<F>(failure: F): Result<never, F> {
  return { ok: false, failure };
}

/** A fault of ours, never of the user or the world; ends as exit code 70. */
export class InternalError extends Error {
  override readonly name = 'InternalError';
}

export function assertNever(value: never): never {
  throw new InternalError(`unexpected value: ${JSON.stringify(value)}`);
}
