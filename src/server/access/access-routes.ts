import { z } from 'zod';
import { badRequest, notFound } from '../http/http-error.ts';
import type { Routes } from '../http/routes.ts';
import type { Services } from '../services.ts';
import { ROLES } from './role.ts';
import { parseScope, SCOPE_FACES } from './scope.ts';
import { isValid, type TokenRecord } from './token-store.ts';

const DAY_MS = 24 * 3_600_000;
const DEFAULT_DAYS = 90;
const MOST_DAYS = 3650;

const TOKEN = z.object({
  id: z.int(),
  name: z.string(),
  role: z.enum(ROLES),
  only: z.array(z.string()).optional().describe('the names that it is limited to; absent for all'),
  createdAt: z.string(),
  expiresAt: z.string(),
  state: z.enum(['valid', 'expired', 'revoked']),
});

export const TOKEN_NAME = /^[A-Za-z0-9._@-]{1,100}$/;

const NEW_TOKEN = z.object({
  name: z.string().regex(TOKEN_NAME, 'letters, digits, `.`, `_`, `@` and `-`, at most 100'),
  role: z.enum(ROLES),
  only: z
    .array(z.string().max(300))
    .min(1)
    .max(50)
    .optional()
    .describe(
      `limits it to names, each as FACE:NAME or FACE:BEGINNING*; faces are ${SCOPE_FACES.join(', ')}`,
    ),
  days: z.int().min(1).max(MOST_DAYS).default(DEFAULT_DAYS),
});

const AUDIT = z.object({
  id: z.int(),
  at: z.string(),
  requestId: z.string(),
  who: z.string(),
  only: z.string().optional().describe('what the token was limited to'),
  address: z.string(),
  operation: z.string(),
  target: z.string(),
  status: z.int(),
});

const MOST_ENTRIES = 1000;
const AUDIT_QUERY = z.object({
  before: z.coerce.number().int().optional().describe('entries with a lower id'),
  n: z.coerce.number().int().min(1).max(MOST_ENTRIES).default(100),
});

/** Tokens and the audit log, for administrators. */
export function addAccessRoutes(routes: Routes, services: Services): void {
  addTokenRoutes(routes, services);
  routes.add(
    {
      method: 'GET',
      path: '/api/audit',
      access: 'admin',
      summary: 'what was changed and who was turned away, newest first',
      query: AUDIT_QUERY,
      answers: { 200: { description: 'entries', schema: z.object({ entries: z.array(AUDIT) }) } },
    },
    async ({ query: { before, n } }) => {
      const newest = services.database.db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(n);
      const rows = await (before === undefined ? newest : newest.where('id', '<', before)).execute();
      return {
        entries: rows.map(({ atMs, scope, ...row }) => ({
          ...{ ...row, at: iso(atMs) },
          ...(scope === null ? {} : { only: scope }),
        })),
      };
    },
  );
}

function addTokenRoutes(routes: Routes, { tokens, clock }: Services): void {
  routes.add(
    {
      method: 'GET',
      path: '/api/tokens',
      access: 'admin',
      summary: 'all tokens, without their secrets',
      answers: { 200: { description: 'tokens', schema: z.object({ tokens: z.array(TOKEN) }) } },
    },
    async () => ({ tokens: (await tokens.list()).map((token) => shownToken(token, clock.now())) }),
  );
  routes.add(
    {
      method: 'POST',
      path: '/api/tokens',
      access: 'admin',
      summary: 'make a token; its secret is in this answer and nowhere else',
      body: NEW_TOKEN,
      answers: {
        201: { description: 'the token', schema: TOKEN.extend({ secret: z.string() }) },
      },
    },
    async ({ body: { name, role, only, days }, reply }) => {
      const scope = only && parseScope(only.join(','));
      if (scope && !scope.ok) throw badRequest(`only: ${scope.failure}`);
      const request = { name, role, scope: scope?.value, lifeMs: days * DAY_MS };
      const { secret, ...token } = await tokens.create(request);
      reply.code(201).header('cache-control', 'no-store');
      return { ...shownToken(token, clock.now()), secret };
    },
  );
  routes.add(
    {
      method: 'DELETE',
      path: '/api/tokens/{id}',
      access: 'admin',
      summary: 'revoke a token',
      params: z.object({ id: z.coerce.number().int() }),
      answers: { 204: { description: 'it is of no use from now on' } },
    },
    async ({ params: { id }, reply }) => {
      if (!(await tokens.revoke(id))) throw notFound('there is no such token, or it was revoked before');
      return reply.code(204).send();
    },
  );
}

export function shownToken(token: TokenRecord, nowMs: number): z.output<typeof TOKEN> {
  const { id, name, role, scope, createdAtMs, expiresAtMs, revokedAtMs } = token;
  const state = isValid(token, nowMs) ? 'valid' : revokedAtMs === null ? 'expired' : 'revoked';
  return {
    ...{ id, name, role, createdAt: iso(createdAtMs), expiresAt: iso(expiresAtMs), state },
    ...(scope ? { only: scope.text.split(',') } : {}),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
