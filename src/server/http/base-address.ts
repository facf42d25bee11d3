import type { FastifyRequest } from 'fastify';
import { badRequest } from './http-error.ts';

/** The server's address as this client has it, for those who take only whole addresses: `http://127.0.0.1:8080`. */
export function baseAddress({ host, protocol }: FastifyRequest): string {
  if (!/^[A-Za-z0-9.:[\]-]{1,255}$/.test(host)) throw badRequest('the Host header is not the name of a host');
  return `${protocol}://${host}`;
}
