import { fail, ok, type Result } from '../../base/index.ts';
import { type HttpRequest, isLoopback } from '../../host/index.ts';
import { parseJson } from '../../oci/index.ts';
import { answerFailure } from '../exchange/answer-failure.ts';
import { exchange, failureOf, readAll } from '../exchange/exchange.ts';
import { Patience } from '../exchange/patience.ts';
import type { Place, RegistryFailure } from '../failure.ts';
import { acceptsAnyCertificate, type Endpoint } from '../settings.ts';
import type { ClientContext } from '../world.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { Credential, FoundCredential } from './credentials.ts';

const CLIENT_ID = 'mobileops';
const MAX_TOKEN_BYTES = 2 ** 20;
/** What may stand in a header, and is all that tokens consist of (RFC 6750, 2.1). */
const TOKEN = /^[\x21-\x7e]+$/;
/** A token that says nothing of it lives so long; some servers say less than they may. */
const SHORTEST_LIFE_MS = 60_000;
/** A token is not used in the last part of its life, so that it does not end on the way. */
const MARGIN_MS = 10_000;

interface Token {
  readonly header: string;
  readonly expiresAtMs: number;
}

/** How a registry wants to know who asks. */
type Scheme =
  | { readonly kind: 'basic' }
  | { readonly kind: 'bearer'; readonly realm: URL; readonly service: string | undefined };

export interface Authorization {
  readonly header: string;
  /** Made for this very request, so that a refusal is final. */
  readonly isFresh: boolean;
}

/**
 * `Authorization` for one registry: Basic, or tokens of the server that its challenge names (the distribution project's
 * token specification). Credentials are looked up when they are first wanted, and go to nobody but the registry's own
 * origin and that server.
 */
export class Authorizer {
  readonly #context: ClientContext;
  readonly #endpoint: Endpoint;
  readonly #tokens = new Map<string, Promise<Result<Token, RegistryFailure>>>();
  /** Requests that are refused at the same time share one new token. */
  readonly #fetching = new Map<string, Promise<Result<Token, RegistryFailure>>>();
  #scheme: Scheme | undefined;

  constructor(context: ClientContext, endpoint: Endpoint) {
    this.#context = context;
    this.#endpoint = endpoint;
  }

  /** What to send at once, as far as it is known that something must be. */
  async header(
    scopes: readonly string[],
    place: Place,
  ): Promise<Result<Authorization | undefined, RegistryFailure>> {
    if (this.#scheme === undefined) return ok(undefined);
    if (this.#scheme.kind === 'basic') return this.#basic(place);
    const known = await this.#tokens.get(scopes.join(' '));
    const isFresh = !known?.ok || !this.#isAlive(known.value);
    return this.#bearer(this.#scheme, scopes, { place, isFresh });
  }

  /** What to send after a 401 with this `WWW-Authenticate`. */
  async answer(
    challenge: string,
    scopes: readonly string[],
    place: Place,
  ): Promise<Result<Authorization, RegistryFailure>> {
    const challenges = parseChallenges(challenge);
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    const scheme = bearer
      ? this.#bearerScheme(bearer, place)
      : challenges.some((each) => each.scheme === 'basic')
        ? ok({ kind: 'basic' } as const)
        : fail<RegistryFailure>({ kind: 'unauthorised', ...place, credentials: 'none' });
    if (!scheme.ok) return scheme;
    this.#scheme = scheme.value;
    if (scheme.value.kind === 'basic') return this.#basic(place);
    const wanted = mergeScopes([...scopes, ...(bearer?.parameters.get('scope')?.split(' ') ?? [])]);
    // Kept under what the caller asks for, so that the next request of its kind finds it.
    return this.#bearer(scheme.value, scopes, { place, isFresh: true, wanted });
  }

  /** The failure of a request that was refused with what it sent. */
  async refused(place: Place): Promise<RegistryFailure> {
    const { credential, problem } = await this.#credential();
    return {
      kind: 'unauthorised',
      ...place,
      credentials: credential ? 'refused' : 'none',
      ...(problem === undefined ? {} : { problem }),
    };
  }

  #bearerScheme({ parameters }: Challenge, place: Place): Result<Scheme, RegistryFailure> {
    const realm = parameters.get('realm') ?? '';
    if (!URL.canParse(realm))
      return fail({ kind: 'bad-answer', ...place, problem: 'a token server without address' });
    const url = new URL(realm);
    const isOwn = url.host === this.#endpoint.authority && this.#endpoint.isInsecure;
    const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && (isOwn || isLoopback(url.host)));
    return isSafe
      ? ok({ kind: 'bearer', realm: url, service: parameters.get('service') })
      : fail({ kind: 'insecure-realm', ...place, realm: url.origin });
  }

  async #basic(place: Place): Promise<Result<Authorization, RegistryFailure>> {
    const { credential } = await this.#credential();
    return credential?.kind === 'password'
      ? ok({ header: basicHeader(credential), isFresh: true })
      : fail(await this.refused(place));
  }

  async #bearer(
    scheme: Extract<Scheme, { kind: 'bearer' }>,
    scopes: readonly string[],
    { place, isFresh, wanted = scopes }: { place: Place; isFresh: boolean; wanted?: readonly string[] },
  ): Promise<Result<Authorization, RegistryFailure>> {
    const key = scopes.join(' ');
    let asked = isFresh ? this.#fetching.get(key) : this.#tokens.get(key);
    if (!asked) {
      asked = this.#fetch(scheme, wanted, place);
      this.#tokens.set(key, asked);
      this.#fetching.set(key, asked);
      asked.finally(() => this.#fetching.delete(key)).catch(() => {});
    }
    const token = await asked;
    return token.ok ? ok({ header: token.value.header, isFresh }) : token;
  }

  #isAlive({ expiresAtMs }: Token): boolean {
    return expiresAtMs > this.#context.world.clock.monotonicMs();
  }

  async #fetch(
    { realm, service }: Extract<Scheme, { kind: 'bearer' }>,
    scopes: readonly string[],
    place: Place,
  ): Promise<Result<Token, RegistryFailure>> {
    const { credential } = await this.#credential();
    const question = { realm, service, scopes, credential };
    const patience = new Patience(this.#context);
    for (;;) {
      const result = await this.#fetchOnce(tokenRequest(question), place);
      if (result.ok || !(await patience.again(result.failure))) return result;
    }
  }

  async #fetchOnce(
    request: Omit<HttpRequest, 'stallTimeoutMs'>,
    place: Place,
  ): Promise<Result<Token, RegistryFailure>> {
    const { limits, world } = this.#context;
    const result = await exchange(
      this.#context,
      {
        ...request,
        stallTimeoutMs: limits.stallMs,
        acceptsAnyCertificate: acceptsAnyCertificate(this.#endpoint, request.url),
      },
      { place, isPlainAllowed: this.#endpoint.isInsecure },
    );
    if (!result.ok) return result;
    const { response } = result.value;
    if (response.status === 401 || response.status === 403) {
      response.discard();
      return fail(await this.refused(place));
    }
    if (response.status !== 200)
      return fail(await answerFailure(this.#context, response, { place, what: 'token' }));
    const body = await readAll(response, MAX_TOKEN_BYTES);
    if (!body.ok) return fail(failureOf(body.failure, place));
    const token = tokenOf(parseJson(body.value?.toString('utf8') ?? ''), world.clock.monotonicMs());
    if (!token) return fail({ kind: 'bad-answer', ...place, problem: 'a token server that gives no token' });
    this.#context.secrets.add(token.header.slice('Bearer '.length));
    return ok(token);
  }

  async #credential(): Promise<FoundCredential> {
    const { credentialOf, secrets } = this.#context;
    const found = await credentialOf(this.#endpoint.host);
    const { credential } = found;
    if (credential?.kind === 'password') {
      secrets.add(credential.password);
      secrets.add(`${credential.username}:${credential.password}`);
    } else if (credential) secrets.add(credential.token);
    return found;
  }
}

function basicHeader({ username, password }: Extract<Credential, { kind: 'password' }>): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

interface TokenQuestion {
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  readonly credential: Credential | undefined;
}

/** GET with Basic, which every token server knows; POST as OAuth 2 has it for a refresh token. */
function tokenRequest({
  realm,
  service,
  scopes,
  credential,
}: TokenQuestion): Omit<HttpRequest, 'stallTimeoutMs'> {
  if (credential?.kind === 'identity') {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: credential.token,
      client_id: CLIENT_ID,
      ...(service === undefined ? {} : { service }),
      ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    });
    const bytes = Buffer.from(form.toString());
    let isRead = false;
    const read = (buffer: Uint8Array): number => {
      if (isRead) return 0;
      isRead = true;
      return bytes.copy(buffer);
    };
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    return { method: 'POST', url: realm.href, headers, body: { sizeBytes: bytes.byteLength, read } };
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  url.searchParams.set('client_id', CLIENT_ID);
  const authorization = credential ? { authorization: basicHeader(credential) } : {};
  return { method: 'GET', url: url.href, headers: { accept: 'application/json', ...authorization } };
}

function tokenOf(document: unknown, nowMs: number): Token | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const { token, access_token: access, expires_in: seconds } = document as Record<string, unknown>;
  const text = [token, access].find((each): each is string => typeof each === 'string' && TOKEN.test(each));
  if (text === undefined) return undefined;
  const lifeMs = typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1000 : 0;
  return {
    header: `Bearer ${text}`,
    expiresAtMs: nowMs + Math.max(lifeMs, SHORTEST_LIFE_MS) - MARGIN_MS,
  };
}

/** One entry for each resource, with all the actions that any of them names. */
export function mergeScopes(scopes: readonly string[]): string[] {
  const actions = new Map<string, Set<string>>();
  for (const scope of scopes) {
    const colon = scope.lastIndexOf(':');
    if (colon <= 0) continue;
    const resource = scope.slice(0, colon);
    const known = actions.get(resource) ?? new Set();
    for (const action of scope.slice(colon + 1).split(',')) if (action !== '') known.add(action);
    actions.set(resource, known);
  }
  return [...actions].map(([resource, set]) => `${resource}:${[...set].sort().join(',')}`);
}
