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
  'GET /v2/token': { path: '/v2/token' },
  'GET /v2/': { path: '/v2/' },
  'GET /v2/_catalog': { path: '/v2/_catalog' },
  'GET /v2/{name}/blobs/{digest}': { path: '/v2/a/blobs/sha256:0' },
  'DELETE /v2/{name}/blobs/{digest}': { path: '/v2/a/blobs/sha256:0' },
  'POST /v2/{name}/blobs/uploads/': { path: '/v2/a/blobs/uploads/?digest=wrong' },
  'GET /v2/{name}/blobs/uploads/{id}': { path: '/v2/a/blobs/uploads/0' },
  'PATCH /v2/{name}/blobs/uploads/{id}': { path: '/v2/a/blobs/uploads/0' },
  'PUT /v2/{name}/blobs/uploads/{id}': { path: '/v2/a/blobs/uploads/0' },
  'DELETE /v2/{name}/blobs/uploads/{id}': { path: '/v2/a/blobs/uploads/0' },
  'GET /v2/{name}/manifests/{reference}': { path: '/v2/a/manifests/latest' },
  'PUT /v2/{name}/manifests/{reference}': { path: '/v2/a/manifests/latest' },
  'DELETE /v2/{name}/manifests/{reference}': { path: '/v2/a/manifests/latest' },
  'GET /v2/{name}/tags/list': { path: '/v2/a/tags/list' },
  'GET /v2/{name}/referrers/{digest}': { path: '/v2/a/referrers/sha256:0' },
};
