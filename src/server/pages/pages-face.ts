import { z } from 'zod';
import { notFound } from '../http/http-error.ts';
import type { Face } from '../services.ts';
import { encodedFor } from './encoded-for.ts';

/** What all pages share: their scripts and styles, and the way to the first of them. */
export const pagesFace: Face = {
  name: 'pages',
  migrations: [],
  addRoutes: (routes, { web, sections }) => {
    routes.add(
      {
        method: 'GET',
        path: '/assets/{name}',
        access: 'open',
        summary: 'a script or style of our pages; its content never changes',
        params: z.object({ name: z.string().max(200) }),
        answers: { 200: { description: 'the file', schema: z.string(), mediaType: 'text/javascript' } },
      },
      ({ params, request, reply }) => {
        const asset = web.find(params.name);
        if (!asset) throw notFound('there is no such file');
        const { encoding, bytes } = encodedFor(asset, request.headers['accept-encoding'] ?? '');
        if (encoding !== undefined) reply.header('content-encoding', encoding);
        return reply
          .header('vary', 'accept-encoding')
          .header('cache-control', 'public, max-age=31536000, immutable')
          .type(asset.type)
          .send(bytes);
      },
    );
    routes.add(
      {
        method: 'GET',
        path: '/',
        access: 'open',
        summary: 'leads to the first page',
        answers: { 302: { description: 'where it is' } },
      },
      ({ reply }) => reply.redirect(sections[0]?.path ?? '/health', 302),
    );
  },
};
