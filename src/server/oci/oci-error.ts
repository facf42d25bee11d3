import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { baseAddressIfAny } from '../http/base-address.ts';
import { asHttpError } from '../http/error-answer.ts';
import { HttpError } from '../http/http-error.ts';
import type { Services } from '../services.ts';

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
  'too-many-requests': 'TOOMANYREQUESTS',
  'not-found': 'NAME_UNKNOWN',
  'disk-full': 'DENIED',
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
  const challenge = status === 401 && settings.anonymous !== 'none' ? bearerChallenge(request) : {};
  return reply
    .code(status)
    .headers({ ...headers, ...challenge, 'docker-distribution-api-version': 'registry/2.0' })
    .type('application/json')
    .send({ errors: [{ code: CODES[code] ?? code.toUpperCase(), message, ...(detail ? { detail } : {}) }] });
}

/**
 * Where anybody may read, clients ask a token server for nobody's token; by `Basic` they would never come in without a login.
 */
function bearerChallenge(request: FastifyRequest): Record<string, string> {
  const base = baseAddressIfAny(request);
  if (base === undefined) return {};
  const needed = request.found?.operation.access === 'read' ? 'pull' : 'pull,push';
  const repository = (request.found?.params as { readonly name?: string } | undefined)?.name;
  const scope = repository === undefined ? '' : `,scope="repository:${repository}:${needed}"`;
  return { 'www-authenticate': `Bearer realm="${base}/v2/token",service="mobileops"${scope}` };
}
