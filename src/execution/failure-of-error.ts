import { StoreFullError } from '../cas/index.ts';
import { UnsupportedOutput } from './capture.ts';
import type { ExecutionFailure } from './failure.ts';
import { LostBlob } from './staging.ts';

/** What an error that was thrown around an execution means for it; any other is thrown on. */
export function failureOfError(error: unknown): ExecutionFailure {
  if (error instanceof LostBlob) return { kind: 'lost-input', hash: error.hash };
  if (error instanceof UnsupportedOutput)
    return { kind: 'unsupported-output', path: error.path, message: error.message };
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (error instanceof StoreFullError || code === 'ENOSPC' || code === 'EDQUOT') {
    return { kind: 'disk-full', message: error instanceof Error ? error.message : String(error) };
  }
  throw error;
}
