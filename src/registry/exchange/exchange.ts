import { fail, ok, type Result } from '../../base/index.ts';
import type { HttpFailure, HttpRequest, HttpResponse } from '../../host/index.ts';
import type { Place, RegistryFailure } from '../failure.ts';
import type { ClientContext } from '../world.ts';

const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

export interface FollowRules {
  readonly place: Place;
  /** Plain HTTP may be followed: the registry itself speaks it. */
  readonly isPlainAllowed: boolean;
}

/**
 * Sends a request and follows redirects of GET and HEAD, at most five. `Authorization` goes to the request's own origin
 * and nowhere else; once another origin was visited it does not come back either.
 */
export async function exchange(
  context: ClientContext,
  request: HttpRequest,
  rules: FollowRules,
): Promise<Result<{ readonly response: HttpResponse; readonly url: string }, RegistryFailure>> {
  let current = { ...request, signal: context.signal };
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const result = await exchangeOnce(context, current);
    if (!result.ok) return fail(failureOf(result.failure, rules.place));
    const response = result.value;
    const isFollowed = request.method === 'GET' || request.method === 'HEAD';
    if (!isFollowed || !REDIRECTS.includes(response.status)) return ok({ response, url: current.url });
    response.discard();
    const target = resolveUrl(response.headers.location, current.url);
    if (target === undefined)
      return fail({ kind: 'bad-answer', ...rules.place, problem: 'a redirect to nowhere' });
    const isDowngrade = target.protocol === 'http:' && !rules.isPlainAllowed;
    if (isDowngrade) return fail({ kind: 'refused-redirect', ...rules.place, to: target.origin });
    const isElsewhere = target.origin !== new URL(current.url).origin;
    current = { ...current, url: target.href };
    if (isElsewhere)
      current = { ...current, headers: withoutAuthorization(current.headers), acceptsAnyCertificate: false };
  }
  return fail({ kind: 'too-many-redirects', ...rules.place });
}

/** A kept connection that the other side had closed says nothing of the registry, so it is replaced at once. */
async function exchangeOnce(
  { world }: ClientContext,
  request: HttpRequest,
): Promise<Result<HttpResponse, HttpFailure>> {
  const result = await world.http.exchange(request);
  const isStale = !result.ok && result.failure.kind === 'connection' && result.failure.isReused;
  return isStale && request.body === undefined ? world.http.exchange(request) : result;
}

function withoutAuthorization(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'),
  );
}

/** An address that `base` may send us to; `undefined` for any that is not HTTP or that holds a password. */
export function resolveUrl(location: string | undefined, base: string): URL | undefined {
  if (location === undefined || location === '' || !URL.canParse(location, base)) return undefined;
  const url = new URL(location, base);
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:';
  return isHttp && url.username === '' && url.password === '' ? url : undefined;
}

export function failureOf(failure: HttpFailure, place: Place): RegistryFailure {
  switch (failure.kind) {
    case 'connection':
      return { kind: 'unreachable', ...place, code: failure.code };
    case 'tls':
      return { kind: 'untrusted', ...place, code: failure.code, isPlainHttp: failure.isPlainHttp };
    case 'stalled':
      return { kind: 'stalled', ...place, afterMs: failure.afterMs };
    case 'malformed':
      return { kind: 'bad-answer', ...place, problem: `what came is not HTTP (${failure.code})` };
    case 'interrupted':
      return { kind: 'interrupted', ...place };
  }
}

/** A whole body that may not be longer than `limitBytes`; `undefined` when it is. */
export async function readAll(
  response: HttpResponse,
  limitBytes: number,
): Promise<Result<Buffer | undefined, HttpFailure>> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  const result = await response.read((chunk) => {
    sizeBytes += chunk.byteLength;
    if (sizeBytes <= limitBytes) chunks.push(chunk);
    return sizeBytes <= limitBytes;
  });
  if (!result.ok) return result;
  return ok(sizeBytes > limitBytes ? undefined : Buffer.concat(chunks));
}
