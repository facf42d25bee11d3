import type { FastifyReply, FastifyRequest } from 'fastify';
import { asHttpError } from '../http/error-answer.ts';
import { isLasting, operationName } from '../http/operation.ts';
import type { Services } from '../services.ts';
import { addressOf } from './address-of.ts';

/** Longer paths and scopes are cut: the log must not be filled by one request. */
const MOST_CHARACTERS = 300;

/**
 * Audits an answer that is about to go out and gives its body. Where that cannot be written, what was done is not called done;
 * a refusal stays one.
 */
export async function audited(
  services: Services,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  payload: unknown,
): Promise<unknown> {
  try {
    await writeEntry(services, request, reply);
    return payload;
  } catch (error) {
    const { status, code } = asHttpError(error);
    const { id: requestId } = request;
    services.events('server.fault', { requestId, error: `not in the audit log: ${String(error)}` });
    if (reply.statusCode >= 400) return payload;
    reply.removeHeader('content-length').code(status).type('application/json');
    const message = 'this was done, but could not be written to the audit log and may not last: ask again';
    return JSON.stringify({ error: { code, message, requestId } });
  }
}

/**
 * Writes what changed something, and who was turned away, to the audit log; and brings what a lasting operation committed to
 * the disk. Called before the answer goes out: what was answered was written. Who asked too often is in the figures and the log of
 * requests alone: it did nothing, and must not fill the disk.
 */
async function writeEntry(services: Services, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { database, clock } = services;
  const { found, identity } = request;
  const status = reply.statusCode;
  const isDenied = status === 403 || (status === 401 && request.headers.authorization !== undefined);
  const lasting = found !== undefined && isLasting(found.operation);
  if (!isDenied && !lasting) return;
  if (!isDenied && (status === 401 || identity === undefined)) return;
  const values = {
    atMs: clock.now(),
    requestId: request.id,
    who: identity?.name ?? 'unknown',
    scope: identity?.scope?.text.slice(0, MOST_CHARACTERS) ?? null,
    address: addressOf(request),
    operation: found ? operationName(found.operation) : request.method,
    target: (request.url.split('?')[0] ?? '').slice(0, MOST_CHARACTERS),
    status,
  };
  await database.db.insertInto('audit').values(values).execute();
  if (lasting && status < 400) await database.flush();
}
