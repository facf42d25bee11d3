import type { FastifyReply } from 'fastify';
import { notFound } from './http-error.ts';
import type { Call } from './operation.ts';
import type { CachedPage } from './page-cache.ts';

/** Answers with a text that may change: clients ask again, and are told when they have it. */
export function sendText(
  { request, reply }: Pick<Call, 'request' | 'reply'>,
  page: CachedPage | undefined,
  contentType: string,
): FastifyReply {
  if (!page) throw notFound('there is nothing of this name');
  reply.headers({ etag: page.etag, 'cache-control': 'private, no-cache', vary: 'accept' });
  if (request.headers['if-none-match'] === page.etag) return reply.code(304).send();
  return reply.type(contentType).send(page.text);
}
