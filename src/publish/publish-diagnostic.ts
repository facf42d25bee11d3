import type { Diagnostic } from '../base/index.ts';
import type { releaseDiagnostics } from '../release/index.ts';
import type { FailedPlace } from './publish.ts';

/** The one table from what destinations refuse to words. */
export function publishDiagnostic({ place, failure }: FailedPlace): Diagnostic {
  switch (failure.kind) {
    case 'conflict':
      return problem('release/conflict', `${place} has another ${failure.name}, and versions never change`, {
        hint: 'release a new version; or, where only the signatures were made anew, publish from where they were made first',
      });
    case 'unauthorised':
      return problem(
        'release/unauthorised',
        `${place} ${failure.hasToken ? 'refused the token' : 'wants a token'}`,
        {
          hint: 'set ARTIFACT_REPO_TOKEN to a token that may write; registries take `docker login`',
        },
      );
    case 'unreachable':
      return problem('release/unreachable', `${place} cannot be reached (${failure.code})`, {
        hint: 'run it again once it can: what was published stays, and the rest follows',
        cause: 'environment',
      });
    case 'rejected':
      return problem('release/rejected', `${place}: ${failure.detail}`, {
        hint: 'run it again once that is mended: what was published stays, and the rest follows',
      });
    case 'interrupted':
      return problem('release/interrupted', `${place}: interrupted`, {
        hint: 'run it again: what was published stays, and the rest follows',
      });
  }
}

function problem(
  code: keyof typeof releaseDiagnostics,
  message: string,
  more: Pick<Diagnostic, 'hint' | 'cause'>,
): Diagnostic {
  return { code, severity: 'error', message, cause: 'input', ...more };
}
