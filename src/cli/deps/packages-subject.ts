import type { Diagnostic } from '../../base/index.ts';
import type { WorkspacePackages } from '../../dependencies/index.ts';
import type { ScanSubject } from '../../scan/index.ts';

/** The packages alone: sources and images are `scan`'s. By a lock that is stale, of which the problems tell, nothing passes. */
export function packagesSubject(
  { packages, notKnown }: Pick<WorkspacePackages, 'packages' | 'notKnown'>,
  problems: readonly Diagnostic[],
): ScanSubject {
  const lacking = notKnown.filter(({ lacks }) => lacks === 'packages');
  return {
    packages,
    files: [],
    notScanned: [
      { subject: 'sources', why: '`mobileops scan` looks into them' },
      ...lacking.map(({ subject, why }) => ({ subject, why })),
    ],
    problems: problems.map((each) => ({ ...each, severity: 'error' as const })),
    isWhole: false,
  };
}
