import type { FastifyRequest } from 'fastify';
import { badRequest } from './http-error.ts';

/** The server's address as this client has it, for those who take only whole addresses: `http://127.0.0.1:8080`. */
export function baseAddress(request: FastifyRequest): string {
  const address = baseAddressIfAny(request);
  if (address === undefined) throw badRequest('the Host header is not the name of a host');
  return address;
}

/** The same; `undefined` where the client says no name of a host. */
export function baseAddressIfAny({ host, protocol }: FastifyRequest): string | undefined {
  // A trusted proxy may hand on what the client said.
  const isAddress = /^https?$/.test(protocol) && /^[A-Za-z0-9.:[\]-]{1,255}$/.test(host);
  return isAddress ? `${protocol}://${host}` : undefined;
}
