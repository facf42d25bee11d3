import { fail, ok, type Result } from '../../base/index.ts';
import type { HttpBody, HttpRequest, HttpResponse } from '../../host/index.ts';
import { type Authorization, Authorizer } from '../access/authorizer.ts';
import type { Place, RegistryFailure } from '../failure.ts';
import { acceptsAnyCertificate, type Endpoint } from '../settings.ts';
import type { ClientContext } from '../world.ts';
import { answerFailure } from './answer-failure.ts';
import { exchange, failureOf, readAll } from './exchange.ts';
import { Patience } from './patience.ts';

export interface RegistryRequest {
  readonly method: HttpRequest['method'];
  /** A path below the registry (`/v2/…`), or an address that it gave. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Made anew for each try. */
  readonly body?: () => HttpBody;
  /** `repository:NAME:pull`: what a token must allow. */
  readonly scopes: readonly string[];
  /** Statuses that are answers; every other one is a failure. */
  readonly accepts: readonly number[];
  /** What is asked for, as `not-found` names it. */
  readonly what: string;
  /** The caller tries again by itself, because what it asks for depends on how far it came. */
  readonly isOnce?: boolean;
  /** How long the answer may take once all is sent, where it is long. */
  readonly answerMs?: number;
}

export interface Body {
  readonly headers: HttpResponse['headers'];
  readonly bytes: Buffer | undefined;
}

/** How long a host that may speak plain HTTP may take to show whether it speaks TLS. */
const PROBE_MS = 5_000;

/** One registry host: how it is spoken to and who we are to it. Shared by everything that is done there at once. */
export class Session {
  readonly #context: ClientContext;
  readonly endpoint: Endpoint;
  readonly #authorizer: Authorizer;
  #origin: Promise<Result<string, RegistryFailure>> | undefined;

  constructor(context: ClientContext, endpoint: Endpoint) {
    this.#context = context;
    this.endpoint = endpoint;
    this.#authorizer = new Authorizer(context, endpoint);
  }

  /** Sends, authorised as the registry wants it, and tries again what may pass. */
  async send(request: RegistryRequest, place: Place): Promise<Result<HttpResponse, RegistryFailure>> {
    const patience = new Patience(this.#context);
    for (;;) {
      const result = await this.#try(request, place);
      if (result.ok || request.isOnce || !(await patience.again(result.failure))) return result;
    }
  }

  /** As `send`, with the whole body, which may not be longer than `limitBytes` (`bytes` is absent when it is). */
  async sendForBody(
    request: RegistryRequest,
    { place, limitBytes }: { readonly place: Place; readonly limitBytes: number },
  ): Promise<Result<Body, RegistryFailure>> {
    const patience = new Patience(this.#context);
    for (;;) {
      const result = await this.#tryForBody(request, place, limitBytes);
      if (result.ok || !(await patience.again(result.failure))) return result;
    }
  }

  /** `https://registry.example`. */
  async origin(place: Place): Promise<Result<string, RegistryFailure>> {
    this.#origin ??= this.#findOrigin(place);
    const known = await this.#origin;
    // A host that was not there may be there for the next who asks.
    if (!known.ok) this.#origin = undefined;
    return known;
  }

  async #tryForBody(
    request: RegistryRequest,
    place: Place,
    limitBytes: number,
  ): Promise<Result<Body, RegistryFailure>> {
    const answer = await this.#try(request, place);
    if (!answer.ok) return answer;
    const body = await readAll(answer.value, limitBytes);
    return body.ok
      ? ok({ headers: answer.value.headers, bytes: body.value })
      : fail(failureOf(body.failure, place));
  }

  async #try(request: RegistryRequest, place: Place): Promise<Result<HttpResponse, RegistryFailure>> {
    const origin = await this.origin(place);
    if (!origin.ok) return origin;
    const url = request.url.startsWith('/') ? `${origin.value}${request.url}` : request.url;
    const isOwn = new URL(url).origin === origin.value;
    const known = isOwn ? await this.#authorizer.header(request.scopes, place) : ok(undefined);
    if (!known.ok) return known;
    const first = await this.#exchange(request, { url, place, authorization: known.value });
    if (!first.ok || first.value.status !== 401 || !isOwn)
      return first.ok ? this.#judge(request, first.value, place) : first;
    if (known.value?.isFresh) {
      first.value.discard();
      return fail(await this.#authorizer.refused(place));
    }
    const challenge = first.value.headers['www-authenticate'] ?? '';
    first.value.discard();
    const answer = await this.#authorizer.answer(challenge, request.scopes, place);
    if (!answer.ok) return answer;
    const second = await this.#exchange(request, { url, place, authorization: answer.value });
    if (!second.ok) return second;
    if (second.value.status !== 401) return this.#judge(request, second.value, place);
    second.value.discard();
    return fail(await this.#authorizer.refused(place));
  }

  async #exchange(
    request: RegistryRequest,
    { url, place, authorization }: { url: string; place: Place; authorization: Authorization | undefined },
  ): Promise<Result<HttpResponse, RegistryFailure>> {
    const result = await exchange(
      this.#context,
      {
        method: request.method,
        url,
        headers: {
          'user-agent': 'mobileops',
          ...request.headers,
          ...(authorization ? { authorization: authorization.header } : {}),
        },
        ...(request.body ? { body: request.body() } : {}),
        stallTimeoutMs: this.#context.limits.stallMs,
        ...(request.answerMs === undefined ? {} : { answerTimeoutMs: request.answerMs }),
        acceptsAnyCertificate: acceptsAnyCertificate(this.endpoint, url),
      },
      { place, isPlainAllowed: this.endpoint.isInsecure },
    );
    if (!result.ok) return result;
    const { response } = result.value;
    const isElsewhere = new URL(result.value.url).origin !== new URL(url).origin;
    if (response.status !== 401 || !isElsewhere) return ok(response);
    // The challenge of a host that we were sent to is not the registry's: nothing is answered to it.
    response.discard();
    return fail({ kind: 'bad-answer', ...place, problem: 'a redirect to a host that wants credentials' });
  }

  async #judge(
    request: RegistryRequest,
    response: HttpResponse,
    place: Place,
  ): Promise<Result<HttpResponse, RegistryFailure>> {
    if (request.accepts.includes(response.status)) return ok(response);
    return fail(await answerFailure(this.#context, response, { place, what: request.what }));
  }

  /** HTTPS, unless the host may speak plain HTTP and shows that it does. */
  async #findOrigin(place: Place): Promise<Result<string, RegistryFailure>> {
    const { authority, isInsecure } = this.endpoint;
    if (!URL.canParse(`https://${authority}`))
      return fail({ kind: 'bad-answer', ...place, problem: `${authority} is no host` });
    const secure = new URL(`https://${authority}`).origin;
    if (!isInsecure) return ok(secure);
    const { world, limits, signal } = this.#context;
    const probed = await world.http.exchange({
      method: 'GET',
      url: `${secure}/v2/`,
      headers: {},
      signal,
      stallTimeoutMs: Math.min(PROBE_MS, limits.stallMs),
      acceptsAnyCertificate: true,
    });
    if (probed.ok) probed.value.discard();
    if (probed.ok) return ok(secure);
    const isOther = probed.failure.kind === 'tls' && !probed.failure.isPlainHttp;
    if (isOther || probed.failure.kind === 'interrupted') return fail(failureOf(probed.failure, place));
    return ok(new URL(`http://${authority}`).origin);
  }
}
