import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { SqlError } from '../../host/index.ts';
import { StoreFull } from '../blobs/counted-files.ts';
import { HttpError } from './http-error.ts';

/** Any error as what the client is told; what is ours is told to nobody but the log. */
export function asHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof StoreFull) return new HttpError(507, 'store-full', { message: error.message });
  if (code === 'ENOSPC' || code === 'EDQUOT' || (error instanceof SqlError && error.kind === 'full')) {
    return new HttpError(507, 'disk-full', { message: 'the disk of the server is full; nothing was stored' });
  }
  const status = (error as Partial<FastifyError>).statusCode;
  if (status !== undefined && status >= 400 && status < 500) {
    return new HttpError(status, status === 413 ? 'too-large' : 'bad-request', {
      message: error instanceof Error ? error.message : 'bad request',
    });
  }
  return new HttpError(500, 'internal', {
    message: 'the server has failed; its log tells why by the request id',
  });
}

/** The form that the core's own clients read. A face with another one sets its own handler. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, code, message, headers, detail } = asHttpError(error);
  return reply
    .code(status)
    .headers(headers)
    .type('application/json')
    .send({ error: { code, message, requestId: request.id, ...(detail ? { detail } : {}) } });
}
