import type { StepFailure } from '../../oci/index.ts';

/** Why a step could not be carried out, for the one who wrote it. */
export function failureText(failure: StepFailure): string {
  switch (failure.kind) {
    case 'unknown':
      return `the value of ${failure.name} is not known here`;
    case 'required':
    case 'malformed':
    case 'invalid':
      return failure.message;
  }
}
