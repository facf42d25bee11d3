/** A request for each operation, by its name, that harms nothing: what it asks for is absent or wrong. */
export const EXAMPLES: Readonly<
  Record<string, { readonly path: string; readonly headers?: Readonly<Record<string, string>> }>
> = {
  'GET /health': { path: '/health' },
  'GET /ready': { path: '/ready' },
  'GET /metrics': { path: '/metrics' },
  'GET /openapi.json': { path: '/openapi.json' },
  'GET /api/tokens': { path: '/api/tokens' },
  'POST /api/tokens': { path: '/api/tokens' },
  'DELETE /api/tokens/{id}': { path: '/api/tokens/999' },
  'GET /api/audit': { path: '/api/audit' },
};
