import { ok, type Result } from '../../base/index.ts';
import { type HttpBody, textBody } from '../../host/index.ts';
import { parseJson } from '../../oci/index.ts';
import { type Answer, askPatiently, type PatientRequest, type Server } from '../patient-request.ts';
import type { PublishFailure } from '../publisher.ts';

/** A server and what it says that it can be asked. */
export interface IndexServer extends Server {
  /** Without a slash at its end. */
  readonly url: string;
}

export const PYPI_UPLOAD = '/pypi/legacy/';
export const NPM_PACKAGE = '/npm/{package}';
export const WEB_APP = '/api/install/web-apps/{name}';

export interface Ask extends Omit<PatientRequest, 'url'> {
  /** Below the server's address. */
  readonly path: string;
}

export function ask(server: IndexServer, { path, ...request }: Ask): Promise<Result<Answer, PublishFailure>> {
  return askPatiently(server, { ...request, url: `${server.url}${path}` });
}

const MAX_DOCUMENT_BYTES = 2 ** 23;

/** The paths of a server's OpenAPI document; none where it has no such document, as an artifact repository of others, `undefined` where it shows it to nobody like us. */
export async function pathsOf(
  server: IndexServer,
  signal: AbortSignal,
): Promise<Result<ReadonlySet<string> | undefined, PublishFailure>> {
  const answer = await ask(server, {
    ...{ method: 'GET', path: '/openapi.json', what: 'its description', signal },
    maxAnswerBytes: MAX_DOCUMENT_BYTES,
  });
  if (!answer.ok) return answer.failure.kind === 'unauthorised' ? ok(undefined) : answer;
  const paths = answer.value.status === 200 ? recordIn(recordIn(parseJson(answer.value.text)).paths) : {};
  return ok(new Set(Object.keys(paths)));
}

export function recordIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

export const JSON_TYPE = { 'content-type': 'application/json' };

export function jsonBody(value: unknown): HttpBody {
  return textBody(JSON.stringify(value));
}
