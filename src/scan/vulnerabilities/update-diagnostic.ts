import type { Diagnostic } from '../../base/index.ts';
import type { HttpFailure } from '../../host/index.ts';
import type { ScanCode } from '../diagnostics.ts';
import { EXPORT_VARIABLE } from './export-address.ts';
import type { UpdateFailure } from './update-database.ts';

type Words = Pick<Diagnostic, 'message' | 'hint' | 'cause'> & { readonly code: ScanCode };

const OTHER_PLACE = `\`--from\` or ${EXPORT_VARIABLE} name a mirror: an address, or a folder with <Ecosystem>/all.zip`;

/** Why the advisories of an ecosystem are not newer than before. */
export function updateDiagnostic(failure: UpdateFailure, ecosystem: string): Diagnostic {
  return { severity: 'error', ...wordsOf(failure, ecosystem) };
}

function wordsOf(failure: UpdateFailure, ecosystem: string): Words {
  const { place } = failure;
  const failed = (message: string): Words => ({
    code: 'scan/update-failed',
    message,
    hint: OTHER_PLACE,
    cause: 'environment',
  });
  const bad = (message: string, hint: string): Words => ({
    code: 'scan/bad-export',
    message,
    hint,
    cause: 'environment',
  });
  switch (failure.kind) {
    case 'missing':
      return failed(`${place} is not there, so there are no advisories for ${ecosystem}`);
    case 'answer':
      return failed(`${place} answers with status ${failure.status}`);
    case 'http':
      return failed(`${place} cannot be read: ${httpWords(failure.failure)}`);
    case 'too-large':
      return failed(`${place} has more than 2 GiB`);
    case 'insecure':
      return {
        code: 'scan/insecure-export',
        message: `${place} is not fetched without TLS`,
        hint: OTHER_PLACE,
        cause: 'input',
      };
    case 'damaged':
      return bad(`what ${place} gives is damaged: ${failure.problem}`, 'try again, or another mirror');
    case 'empty':
      return bad(`${place} holds no record of ${ecosystem}`, 'look whether the mirror is whole');
    case 'older':
      return bad(
        `${place} is of ${failure.asOf}, and the advisories that are there are of ${failure.present}`,
        `look whether the mirror is still filled; to take it all the same, remove ${failure.path}`,
      );
  }
}

function httpWords(failure: HttpFailure): string {
  switch (failure.kind) {
    case 'connection':
      return `no connection (${failure.code})`;
    case 'tls':
      return failure.isPlainHttp ? 'it speaks no TLS' : `its certificate is not trusted (${failure.code})`;
    case 'stalled':
      return `nothing came for ${Math.round(failure.afterMs / 1000)} s`;
    case 'malformed':
      return `what comes is no HTTP (${failure.code})`;
    case 'interrupted':
      return 'interrupted';
  }
}
