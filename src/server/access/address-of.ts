import type { FastifyRequest } from 'fastify';

/** A proxy may hand on anything as an address. */
const MOST_CHARACTERS = 50;

/** Who asks, as the limits, the audit log and the events name it. Of a connection that was cut off before it was asked for none is known. */
export function addressOf({ ip }: { readonly ip: FastifyRequest['ip'] | undefined }): string {
  return ip === undefined ? 'unknown' : ip.slice(0, MOST_CHARACTERS);
}
