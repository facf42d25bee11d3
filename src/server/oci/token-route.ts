import { z } from 'zod';
import { secretOf } from '../access/credentials.ts';
import { NOBODY_TOKEN } from '../access/gate.ts';
import type { Routes } from '../http/routes.ts';

const LIFE_SECONDS = 300;

/**
 * Docker's token server, for clients that know no other way: whoever has a token is given that same token back to send as a bearer,
 * so that it is worth no more and no less than before and a revoked one is of no use at once; who has none is nobody.
 */
export function addTokenRoute(routes: Routes): void {
  const token = z.object({ token: z.string(), access_token: z.string(), expires_in: z.int() });
  routes.add(
    {
      method: 'GET',
      path: '/v2/token',
      access: 'open',
      summary: "what docker's clients ask for a bearer token",
      answers: { 200: { description: 'a token', schema: token } },
    },
    ({ request, reply }) => {
      const secret = secretOf(request.headers.authorization) ?? NOBODY_TOKEN;
      reply.header('cache-control', 'no-store');
      return { token: secret, access_token: secret, expires_in: LIFE_SECONDS };
    },
  );
}
