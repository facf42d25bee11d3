import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import type { InspectionCode } from './diagnostics.ts';

/** Why an image cannot be looked into. */
export interface InspectionFailure {
  readonly code: InspectionCode;
  /** The image as the user named it, and what in it is meant. */
  readonly place: string;
  readonly message: string;
  readonly hint: string;
}

/** Carries a failure out of the middle of a stream; never leaves this module. */
export class ImageFault extends Error {
  override readonly name = 'ImageFault';
  readonly failure: InspectionFailure;

  constructor(failure: InspectionFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** A layer that cannot be taken for what it says; the place is filled in by whoever knows it. */
export class LayerFault extends Error {
  override readonly name = 'LayerFault';
}

/** Gives as a value what `work` fails with. */
export async function caught<T>(work: () => Promise<T>): Promise<Result<T, InspectionFailure>> {
  try {
    return ok(await work());
  } catch (error) {
    if (error instanceof ImageFault) return fail(error.failure);
    throw error;
  }
}

export function inspectionDiagnostic({ code, place, message, hint }: InspectionFailure): Diagnostic {
  return { code, severity: 'error', path: place, message, hint, cause: 'input' };
}
