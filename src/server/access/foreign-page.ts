import type { FastifyRequest } from 'fastify';

/**
 * Whether a browser sends a request because a page of somebody else told it to: it adds the token that its user once gave to this
 * server, unasked. By `Sec-Fetch-Site` (Fetch Metadata) where the browser sends it, which it does by https and on the own machine,
 * else by `Origin` (RFC 6454). Programs send neither.
 */
export function isOfForeignPage({ headers, host }: Pick<FastifyRequest, 'headers' | 'host'>): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`;
}
