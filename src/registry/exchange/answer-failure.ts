import type { HttpResponse } from '../../host/index.ts';
import { parseJson } from '../../oci/index.ts';
import type { Place, RegistryFailure } from '../failure.ts';
import type { ClientContext } from '../world.ts';
import { readAll } from './exchange.ts';
import { retryAfterMs } from './patience.ts';

const MAX_ERROR_BYTES = 2 ** 16;

/** The specification's error codes that say more than the status does. */
const CODES: Readonly<Record<string, 'unauthorised' | 'denied' | 'not-found' | 'rate-limited'>> = {
  UNAUTHORIZED: 'unauthorised',
  DENIED: 'denied',
  NAME_UNKNOWN: 'not-found',
  MANIFEST_UNKNOWN: 'not-found',
  BLOB_UNKNOWN: 'not-found',
  BLOB_UPLOAD_UNKNOWN: 'not-found',
  TOOMANYREQUESTS: 'rate-limited',
};
const STATUSES: Readonly<Record<number, (typeof CODES)[string]>> = {
  401: 'unauthorised',
  403: 'denied',
  404: 'not-found',
  429: 'rate-limited',
};

export interface AnswerOf {
  readonly place: Place;
  /** What was asked for, for `not-found`. */
  readonly what: string;
}

/** What an answer that was not hoped for means, by the code in its body, else by its status. */
export async function answerFailure(
  context: ClientContext,
  response: HttpResponse,
  { place, what }: AnswerOf,
): Promise<RegistryFailure> {
  const { status, headers } = response;
  const body = await readAll(response, MAX_ERROR_BYTES);
  const { code, detail } = describe(body.ok ? body.value : undefined, context);
  if (status >= 500) {
    const isPassing = status !== 501 && status !== 505;
    return { kind: isPassing ? 'server-error' : 'rejected', ...place, status, detail };
  }
  const kind = STATUSES[status] ?? (status >= 400 ? CODES[code] : undefined);
  switch (kind) {
    case 'unauthorised':
      return { kind, ...place, credentials: 'none' };
    case 'denied':
      return CODES[code] === 'unauthorised'
        ? { kind: 'denied', ...place, detail: '' }
        : { kind, ...place, detail };
    case 'not-found':
      return { kind, ...place, what };
    case 'rate-limited': {
      const waitMs = retryAfterMs(headers['retry-after'], context.world.clock.now());
      return { kind, ...place, ...(waitMs === undefined ? {} : { waitMs }) };
    }
    default:
      return { kind: 'rejected', ...place, status, detail };
  }
}

/** The first error of the specification's form; anything else stays unsaid, as it may be a page of hypertext. */
function describe(body: Buffer | undefined, { secrets }: ClientContext): { code: string; detail: string } {
  const document = parseJson(body?.toString('utf8') ?? '') as
    | { errors?: readonly { code?: unknown; message?: unknown }[] }
    | null
    | undefined;
  const first = Array.isArray(document?.errors) ? document.errors[0] : undefined;
  const code = typeof first?.code === 'string' ? first.code : '';
  const message = typeof first?.message === 'string' ? first.message : '';
  return { code, detail: secrets.clean([code, message].filter((each) => each !== '').join(': ')) };
}
