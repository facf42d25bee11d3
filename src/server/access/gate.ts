import type { FastifyRequest } from 'fastify';
import { HttpError } from '../http/http-error.ts';
import type { Found } from '../http/routes.ts';
import type { Anonymous, Services } from '../services.ts';
import { addressOf } from './address-of.ts';
import { secretOf } from './credentials.ts';
import { isOfForeignPage } from './foreign-page.ts';
import type { Identity } from './identity.ts';
import { RateLimit } from './rate-limit.ts';
import { assertWithin } from './reach.ts';
import { mayDo } from './role.ts';

/** Wrong tokens of one address before it has to wait, and how many a second after that. */
const WRONG_TOKENS = { perSecond: 0.2, burst: 20 };
/** A client opens many connections at once: what is allowed in a second may come together. */
const BURST_SECONDS = 5;

/** Sent by clients that cannot send nothing. It is no secret, and gives what sending nothing does. */
export const NOBODY_TOKEN = 'anonymous';

/** Who may come in: limits of rate, then tokens, then the role and the name that the operation asks for. */
export class Gate {
  readonly #services: Services;
  readonly #wrongTokens: RateLimit;
  readonly #requests: RateLimit;

  constructor(services: Services) {
    const { clock, settings } = services;
    const nowMs = (): number => clock.monotonicMs();
    const perSecond = settings.requestsPerSecond;
    this.#services = services;
    this.#wrongTokens = new RateLimit({ ...WRONG_TOKENS, nowMs });
    this.#requests = new RateLimit({ perSecond, burst: perSecond * BURST_SECONDS, nowMs });
  }

  /** Throws what is to be answered where it is too much. */
  limit(request: FastifyRequest): void {
    const address = addressOf(request);
    const waitSeconds = this.#requests.take(address) || this.#wrongTokens.wait(address);
    if (waitSeconds > 0) throw tooMany(waitSeconds);
  }

  /** Throws 401 for a token that is not, or no longer, valid: nobody should believe to be known. */
  async identify(request: FastifyRequest): Promise<Identity> {
    const { authorization } = request.headers;
    const nobody = nobodyOf(this.#services.settings.anonymous);
    if (authorization === undefined) return nobody;
    const secret = secretOf(authorization);
    if (secret === NOBODY_TOKEN) return { ...nobody, isNamed: true };
    const token = secret === undefined ? undefined : await this.#services.tokens.find(secret);
    if (token) {
      const { name, id: tokenId, role, scope } = token;
      return { name, tokenId, role, scope, anonymous: nobody.role, isNamed: true };
    }
    this.#wrongTokens.take(addressOf(request));
    throw unauthorised('this token is not known, was revoked, or has expired');
  }

  admit(found: Found, request: FastifyRequest): void {
    const { access, method } = found.operation;
    const { role, tokenId } = request.identity;
    if (mayDo(role, access)) {
      if (method !== 'GET' && isOfForeignPage(request)) {
        throw new HttpError(403, 'foreign-page', {
          message: 'a page of another site must not change anything here',
        });
      }
      assertWithin(request.identity, found);
      return;
    }
    if (tokenId === undefined) throw unauthorised(`this asks for a token that may ${access}`);
    throw new HttpError(403, 'forbidden', {
      message: `this asks for a token that may ${access}, not only ${role}`,
    });
  }
}

function nobodyOf(anonymous: Anonymous): Identity {
  const role = anonymous === 'none' ? undefined : anonymous;
  return {
    ...{ name: 'anonymous', tokenId: undefined, isNamed: false },
    ...{ role, scope: undefined, anonymous: role },
  };
}

function unauthorised(message: string): HttpError {
  return new HttpError(401, 'unauthorised', {
    message,
    headers: { 'www-authenticate': 'Basic realm="mobileops", charset="UTF-8"' },
  });
}

function tooMany(waitSeconds: number): HttpError {
  return new HttpError(429, 'too-many-requests', {
    message: `too many requests; again in ${waitSeconds} s`,
    headers: { 'retry-after': String(waitSeconds) },
  });
}
