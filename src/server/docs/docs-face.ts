import { z } from 'zod';
import { notFound } from '../http/http-error.ts';
import type { Call } from '../http/operation.ts';
import { PAGE_POLICY } from '../http/safe-headers.ts';
import { encodedFor } from '../pages/encoded-for.ts';
import { etagOf } from '../pages/web-assets.ts';
import type { Face, Services } from '../services.ts';

const PATH = '/docs';
const PAGE = { 200: { description: 'the page', schema: z.string(), mediaType: 'text/html' } };

/** The documentation: a site that `scripts/site.mjs` made. For everybody: it holds nothing of what the server keeps. */
export const docsFace: Face = {
  name: 'docs',
  migrations: [],
  section: { title: 'Docs', path: PATH },
  addRoutes: (routes, services) => {
    routes.add(
      {
        ...{ method: 'GET', path: PATH, access: 'open' },
        summary: 'leads to the documentation',
        answers: { 302: { description: 'where it is' } },
      },
      ({ reply }) => reply.redirect(`${PATH}/`, 302),
    );
    routes.add(
      {
        ...{ method: 'GET', path: `${PATH}/{path*}`, access: 'open' },
        summary: 'a page of the documentation, or what it loads',
        params: z.object({ path: z.string().max(300) }),
        answers: PAGE,
      },
      (call) => sendFile(call, services, call.params.path),
    );
  },
};

async function sendFile(
  { request, reply }: Pick<Call, 'request' | 'reply'>,
  { docs }: Services,
  path: string,
): Promise<unknown> {
  const files = await docs();
  if (files.isEmpty) throw notFound('this server has no documentation: it was not made');
  const asset = files.find(path === '' || path.endsWith('/') ? `${path}index.html` : path);
  if (!asset) throw notFound(`the documentation has no ${path}`);
  const { encoding, bytes } = encodedFor(asset, request.headers['accept-encoding'] ?? '');
  const etag = etagOf(asset, encoding);
  // The policy is for the service worker too, which fetches under its own.
  reply.headers({ etag, vary: 'accept-encoding', 'cache-control': 'no-cache' });
  reply.header('content-security-policy', PAGE_POLICY);
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  if (encoding !== undefined) reply.header('content-encoding', encoding);
  return reply.type(asset.type).send(bytes);
}
