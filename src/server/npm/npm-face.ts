import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { asHttpError } from '../http/error-answer.ts';
import type { Call, Operation } from '../http/operation.ts';
import type { FoundHandler, Routes } from '../http/routes.ts';
import type { Face } from '../services.ts';
import * as handlers from './handlers.ts';
import { type NpmPath, parseNpmPath } from './npm-path.ts';
import { NpmStore } from './npm-store.ts';
import { NPM_MIGRATIONS } from './tables.ts';

interface NpmOperation extends Omit<Operation, 'face' | 'params'> {
  readonly kind: NpmPath['kind'];
  // The path that was parsed is of this kind.
  readonly handler: (registry: handlers.NpmRegistry, call: Call<never>) => unknown;
}

const JSON_ANSWER = { 200: { description: 'as npm has it' } };
const CHANGED = { 201: { description: 'done' } };

const OPERATIONS: readonly NpmOperation[] = [
  {
    ...{ kind: 'package', method: 'GET', access: 'read', handler: handlers.getPackage, answers: JSON_ANSWER },
    path: '/npm/{package}',
    summary: 'all versions of a package, in short or whole by Accept',
  },
  {
    ...{ kind: 'package', method: 'PUT', access: 'write', handler: handlers.putPackage, body: 'bytes' },
    answers: { ...CHANGED, 409: { description: 'the version is there with another content' } },
    path: '/npm/{package}',
    summary: 'publish a version, or deprecate versions',
  },
  {
    ...{ kind: 'version', method: 'GET', access: 'read', handler: handlers.getVersion, answers: JSON_ANSWER },
    path: '/npm/{package}/{version}',
    summary: 'one version, also by a tag',
  },
  {
    ...{ kind: 'tarball', method: 'GET', access: 'read', handler: handlers.getTarball, answers: JSON_ANSWER },
    path: '/npm/{package}/-/{file}',
    summary: 'the tarball of a version',
  },
  {
    ...{ kind: 'removal', method: 'PUT', access: 'write', handler: handlers.refuseRemoval, isLasting: false },
    answers: { 405: { description: 'always: what was published stays' } },
    path: '/npm/{package}/-rev/{revision}',
    summary: 'unpublish a version: refused',
  },
  {
    ...{
      kind: 'removal',
      method: 'DELETE',
      access: 'write',
      handler: handlers.refuseRemoval,
      isLasting: false,
    },
    answers: { 405: { description: 'always: what was published stays' } },
    path: '/npm/{package}/-rev/{revision}',
    summary: 'unpublish a package: refused',
  },
  {
    ...{ kind: 'tags', method: 'GET', access: 'read', handler: handlers.getTags, answers: JSON_ANSWER },
    path: '/npm/-/package/{package}/dist-tags',
    summary: 'the tags of a package',
  },
  {
    ...{
      kind: 'tag',
      method: 'PUT',
      access: 'write',
      handler: handlers.putTag,
      body: 'bytes',
      answers: CHANGED,
    },
    path: '/npm/-/package/{package}/dist-tags/{tag}',
    summary: 'point a tag to a version',
  },
  {
    ...{ kind: 'tag', method: 'DELETE', access: 'write', handler: handlers.deleteTag, answers: CHANGED },
    path: '/npm/-/package/{package}/dist-tags/{tag}',
    summary: 'remove a tag',
  },
  {
    ...{ kind: 'ping', method: 'GET', access: 'read', handler: () => ({}), answers: JSON_ANSWER },
    scope: 'any',
    path: '/npm/-/ping',
    summary: 'whether it is there',
  },
  {
    ...{ kind: 'whoami', method: 'GET', access: 'read', answers: JSON_ANSWER },
    scope: 'any',
    handler: (_registry, { identity }) => ({ username: identity.name }),
    path: '/npm/-/whoami',
    summary: 'the name of the token',
  },
  {
    ...{ kind: 'search', method: 'GET', access: 'read', handler: handlers.search, answers: JSON_ANSWER },
    scope: { face: 'npm' },
    path: '/npm/-/v1/search',
    summary: 'packages whose names hold a text',
  },
];

/** The npm registry, as npm 10 and newer, pnpm and yarn call it. */
export const npmFace: Face = {
  name: 'npm',
  migrations: NPM_MIGRATIONS,
  heldBlobs: 'SELECT digest FROM npmVersions',
  addRoutes: (routes, services) => {
    const registry = handlers.makeNpmRegistry(services, new NpmStore(services));
    routes.app.setErrorHandler((error, request, reply) => answerNpmError(error, request, reply));
    const found = OPERATIONS.map((operation) => declared(routes, registry, operation));
    routes.addFound('/npm/*', ({ method, params }) => {
      const path = parseNpmPath((params as { readonly '*': string })['*']);
      const asked = method === 'HEAD' ? 'GET' : method;
      const one = path && found.find((each) => each.kind === path.kind && each.operation.method === asked);
      return one && { operation: one.operation, params: path, handler: one.handler };
    });
  },
};

function declared(
  routes: Routes,
  registry: handlers.NpmRegistry,
  { kind, handler, ...rest }: NpmOperation,
): Omit<FoundHandler, 'params'> & { readonly kind: NpmPath['kind'] } {
  const names = [...rest.path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!);
  const params = z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
  const scope = { face: 'npm', param: 'package' } as const;
  const operation: Operation = { scope, ...rest, face: routes.face, params, failure: FAILURE };
  routes.declare(operation);
  return { kind, operation, handler: (call) => handler(registry, call as Call<never>) };
}

const FAILURE = z.object({ error: z.string(), requestId: z.string() });

/** As npm shows it: a sentence in `error`. */
function answerNpmError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, message, headers } = asHttpError(error);
  return reply
    .code(status)
    .headers(headers)
    .type('application/json')
    .send({ error: message, requestId: request.id });
}
