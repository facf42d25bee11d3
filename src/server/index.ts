/**
 * The server: one port, one folder, and faces that speak the protocols of those who come (OCI registry, artifacts, packages,
 * builds). Fastify carries the requests, SQLite (through Kysely) the names, a store by digest the content of all faces. What holds
 * for every request is here once: tokens and roles, the audit log, limits, safe headers, figures, OpenAPI, an end in order.
 * It prints nothing and opens neither file nor port itself: `host` hands it the world.
 */

export { shownToken, TOKEN_NAME } from './access/access-routes.ts';
export { ROLES, type Role } from './access/role.ts';
export { parseScope } from './access/scope.ts';
export type { CreatedToken, TokenRecord } from './access/token-store.ts';
export type { ServerCode } from './diagnostics.ts';
export { FACES } from './faces.ts';
export { type OpenTokens, openTokens } from './open-tokens.ts';
export { type RunningServer, type ServerOptions, startServer } from './server.ts';
export type { Anonymous, ServerSettings } from './services.ts';
