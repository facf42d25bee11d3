import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { OUT_OF_SCOPE } from '../access/reach.ts';
import { baseAddressIfAny } from '../http/base-address.ts';
import { asHttpError } from '../http/error-answer.ts';
import { HttpError } from '../http/http-error.ts';
import type { Found } from '../http/routes.ts';
import type { Services } from '../services.ts';
import { isRepository } from './paths.ts';

/** Codes of the distribution specification with the status that goes with each. */
const STATUS = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  SIZE_INVALID: 400,
  TAG_INVALID: 400,
  UNSUPPORTED: 405,
} as const;

export type OciCode = keyof typeof STATUS;

export interface OciErrorDetail {
  readonly message: string;
  readonly detail?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the specification wants another one for the code. */
  readonly status?: number;
}

export function ociError(code: OciCode, { status, ...more }: OciErrorDetail): HttpError {
  return new HttpError(status ?? STATUS[code], code, more);
}

/** Our codes in the specification's words. */
const CODES: Readonly<Record<string, string>> = {
  unauthorised: 'UNAUTHORIZED',
  forbidden: 'DENIED',
  'out-of-scope': 'DENIED',
  'too-many-requests': 'TOOMANYREQUESTS',
  'not-found': 'NAME_UNKNOWN',
  'disk-full': 'DENIED',
  'store-full': 'DENIED',
  'too-large': 'SIZE_INVALID',
  'bad-request': 'UNSUPPORTED',
};

/** The form of the specification. */
export const OCI_FAILURE = z.object({
  errors: z.array(z.object({ code: z.string(), message: z.string(), detail: z.unknown().optional() })),
});

/** Answers an error in the form that clients of a registry read. */
export function answerOciError(
  { settings }: Services,
  { error, request, reply }: { error: unknown; request: FastifyRequest; reply: FastifyReply },
): FastifyReply {
  const { status, code, message, headers, detail } = asHttpError(error);
  const isUnknown = status === 401 && settings.anonymous !== 'none';
  const challenge = isUnknown || code === OUT_OF_SCOPE ? bearerChallenge(request, code) : {};
  return reply
    .code(status)
    .headers({ ...headers, ...challenge, 'docker-distribution-api-version': 'registry/2.0' })
    .type('application/json')
    .send({ errors: [{ code: CODES[code] ?? code.toUpperCase(), message, ...(detail ? { detail } : {}) }] });
}

export const CATALOG = '/v2/_catalog';

/** The words of Docker's token server for what an operation asks for. */
const ACTIONS = { open: 'pull', read: 'pull', write: 'pull,push', admin: 'delete' } as const;

/**
 * Where anybody may read, clients ask a token server for nobody's token; by `Basic` they would never come in without a login. A
 * token for other names is told which one it would take (RFC 6750, section 3.1).
 */
function bearerChallenge(request: FastifyRequest, code: string): Record<string, string> {
  const base = baseAddressIfAny(request);
  if (base === undefined) return {};
  const needed = neededScope(request.found);
  const scope = needed === undefined ? '' : `,scope="${needed}"`;
  const error = code === OUT_OF_SCOPE ? ',error="insufficient_scope"' : '';
  return { 'www-authenticate': `Bearer realm="${base}/v2/token",service="mobileops"${scope}${error}` };
}

function neededScope(found: Found | undefined): string | undefined {
  if (found?.operation.path === CATALOG) return 'registry:catalog:*';
  const name = (found?.params as { readonly name?: string } | undefined)?.name;
  // Any other text could end the header.
  if (found === undefined || name === undefined || !isRepository(name)) return undefined;
  return `repository:${name}:${ACTIONS[found.operation.access]}`;
}
