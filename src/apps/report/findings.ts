import { compareTexts, type Diagnostic, formatSizeBytes, type Severity, sum } from '../../base/index.ts';
import type { AppCode } from '../diagnostics.ts';
import { wasted } from './measure.ts';
import type { SizeFacts } from './model.ts';

/** A finding before it has the name of the package. */
export interface Found {
  readonly code: AppCode;
  readonly severity: Severity;
  /** In the package; absent for the package itself. */
  readonly place?: string;
  readonly message: string;
  readonly hint: string;
}

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/** Errors first, then by place, so that the same package always gives the same list. */
export function asDiagnostics(name: string, found: readonly Found[]): Diagnostic[] {
  return found
    .map(({ place, ...rest }) => ({ ...rest, path: place === undefined ? name : `${name}: ${place}` }))
    .sort(
      (a, b) =>
        RANK[a.severity] - RANK[b.severity] ||
        compareTexts(a.path, b.path) ||
        compareTexts(a.message, b.message),
    );
}

/** Of less, nobody wants to know. */
const WORTH_BYTES = 4096;

export function repeatedFindings({ repeated }: SizeFacts): Found[] {
  const bytes = sum(repeated.map(wasted));
  if (bytes < WORTH_BYTES) return [];
  return [
    {
      code: 'app/repeated-files',
      severity: 'note',
      place: repeated[0]!.paths[0]!,
      message: `files of equal content take ${formatSizeBytes(bytes)} more than one of each would`,
      hint: 'keep one of each; --json lists them',
    },
  ];
}
