import { createHmac } from 'node:crypto';
import { constantTimeEqual } from './equal.js';

/** What a token says. Times are in seconds since 1970. */
export interface Claims {
  readonly subject: string;
  /** `telemetry:write`, `plugins:load`, … */
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

export type TokenCheck =
  | { readonly ok: true; readonly claims: Claims }
  | { readonly ok: false; readonly reason: 'malformed' | 'forged' | 'expired' | 'scope' };

const MINIMUM_KEY_BYTES = 32;

/** `v1.<claims>.<mac>`: claims as base64url JSON, HMAC-SHA256 over all that stands before the last dot. */
export function signToken(claims: Claims, key: Uint8Array): string {
  const signed = `v1.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${signed}.${mac(signed, key)}`;
}

/** Checks the signature before it looks at anything else that the token says. */
export function verifyToken(
  token: string,
  key: Uint8Array,
  wanted: { readonly now: number; readonly scope: string },
): TokenCheck {
  const [version, body, signature, ...rest] = token.split('.');
  if (version !== 'v1' || body === undefined || signature === undefined || rest.length > 0)
    return { ok: false, reason: 'malformed' };
  if (!constantTimeEqual(signature, mac(`v1.${body}`, key))) return { ok: false, reason: 'forged' };
  const claims = readClaims(body);
  if (claims === undefined) return { ok: false, reason: 'malformed' };
  if (claims.expiresAt <= wanted.now) return { ok: false, reason: 'expired' };
  return claims.scopes.includes(wanted.scope) ? { ok: true, claims } : { ok: false, reason: 'scope' };
}

function mac(text: string, key: Uint8Array): string {
  if (key.length < MINIMUM_KEY_BYTES) throw new RangeError(`a key needs at least ${MINIMUM_KEY_BYTES} bytes`);
  return createHmac('sha256', key).update(text).digest('base64url');
}

function readClaims(body: string): Claims | undefined {
  try {
    const value = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Partial<Claims> | null;
    if (typeof value?.subject !== 'string' || typeof value.expiresAt !== 'number') return undefined;
    if (!Array.isArray(value.scopes) || !value.scopes.every((scope) => typeof scope === 'string'))
      return undefined;
    return { subject: value.subject, scopes: value.scopes, expiresAt: value.expiresAt };
  } catch {
    return undefined;
  }
}
