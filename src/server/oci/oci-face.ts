import { z } from 'zod';
import { HttpError } from '../http/http-error.ts';
import type { Answer, Call, Method, Operation } from '../http/operation.ts';
import type { FoundHandler, Routes } from '../http/routes.ts';
import type { Face, Services } from '../services.ts';
import { deleteBlob, getBlob } from './blob-handlers.ts';
import { listReferrers, listRepositories, listTags } from './list-handlers.ts';
import { deleteManifest, getManifest, putManifest } from './manifest-handlers.ts';
import { answerOciError, CATALOG, OCI_FAILURE, ociError } from './oci-error.ts';
import { isRepository, type OciPath, parseOciPath } from './paths.ts';
import { makeRegistry, type Registry } from './registry.ts';
import { releaseUnneeded } from './release-unneeded.ts';
import { OCI_MIGRATIONS } from './tables.ts';
import { addTokenRoute } from './token-route.ts';
import { deleteUpload, getUpload, patchUpload, postUpload, putUpload } from './upload-handlers.ts';

type OciHandler = (registry: Registry, call: Call) => Promise<unknown>;

interface OciOperation extends Omit<Operation, 'face' | 'params' | 'answers'> {
  readonly kind: OciPath['kind'];
  readonly handler: OciHandler;
  readonly answers?: Readonly<Record<number, Answer>>;
}

const done = (status: number, description: string): Readonly<Record<number, Answer>> => ({
  [status]: { description },
});

/** What the specification names, by its own numbers end-2 to end-14. */
const OPERATIONS: readonly OciOperation[] = [
  {
    ...{ kind: 'blob', method: 'GET', access: 'read', handler: getBlob },
    path: '/v2/{name}/blobs/{digest}',
    summary: 'a blob, or a range of it (end-2)',
    answers: { ...done(200, 'the blob'), ...done(206, 'the range') },
  },
  {
    ...{ kind: 'blob', method: 'DELETE', access: 'admin', handler: deleteBlob },
    path: '/v2/{name}/blobs/{digest}',
    summary: 'take a blob from a repository (end-10)',
    answers: done(202, 'it is not there any more'),
  },
  {
    ...{
      kind: 'uploads',
      method: 'POST',
      access: 'write',
      handler: postUpload,
      isLasting: false,
      body: 'bytes',
    },
    path: '/v2/{name}/blobs/uploads/',
    summary: 'mount a blob, push one whole, or begin an upload (end-4a, 4b, 4c, 11)',
    answers: { ...done(201, 'the blob is there'), ...done(202, 'go on at Location') },
  },
  {
    ...{ kind: 'upload', method: 'GET', access: 'write', handler: getUpload },
    path: '/v2/{name}/blobs/uploads/{id}',
    summary: 'how far an upload is (end-13)',
    answers: done(204, 'Range tells'),
  },
  {
    ...{
      kind: 'upload',
      method: 'PATCH',
      access: 'write',
      handler: patchUpload,
      isLasting: false,
      body: 'bytes',
    },
    path: '/v2/{name}/blobs/uploads/{id}',
    summary: 'a piece of an upload (end-5)',
    answers: done(202, 'go on at Location'),
  },
  {
    ...{
      kind: 'upload',
      method: 'PUT',
      access: 'write',
      handler: putUpload,
      isLasting: false,
      body: 'bytes',
    },
    path: '/v2/{name}/blobs/uploads/{id}',
    summary: 'the end of an upload, with its last piece or without (end-6)',
    answers: done(201, 'the blob is there'),
  },
  {
    ...{ kind: 'upload', method: 'DELETE', access: 'write', handler: deleteUpload, isLasting: false },
    path: '/v2/{name}/blobs/uploads/{id}',
    summary: 'give an upload up (end-14)',
    answers: { ...done(204, 'it is gone'), ...done(409, 'a piece of it comes') },
  },
  {
    ...{ kind: 'manifest', method: 'GET', access: 'read', handler: getManifest },
    path: '/v2/{name}/manifests/{reference}',
    summary: 'a manifest by tag or digest (end-3)',
    answers: done(200, 'the manifest'),
  },
  {
    ...{ kind: 'manifest', method: 'PUT', access: 'write', handler: putManifest, body: 'bytes' },
    path: '/v2/{name}/manifests/{reference}',
    summary: 'push a manifest whose content is there (end-7a, 7b)',
    answers: done(201, 'it is there, and on the disk'),
  },
  {
    ...{ kind: 'manifest', method: 'DELETE', access: 'admin', handler: deleteManifest },
    path: '/v2/{name}/manifests/{reference}',
    summary: 'delete a tag, or a manifest with its tags (end-9)',
    answers: done(202, 'it is not there any more'),
  },
  {
    ...{ kind: 'tags', method: 'GET', access: 'read', handler: listTags },
    path: '/v2/{name}/tags/list',
    summary: 'the tags of a repository (end-8a, 8b)',
  },
  {
    ...{ kind: 'referrers', method: 'GET', access: 'read', handler: listReferrers },
    path: '/v2/{name}/referrers/{digest}',
    summary: 'what says something about a manifest (end-12a, 12b)',
  },
];

/** The registry: the OCI distribution specification 1.1, and Docker's media types. */
export const ociFace: Face = {
  name: 'registry',
  migrations: OCI_MIGRATIONS,
  heldBlobs: 'SELECT digest FROM ociBlobs',
  release: releaseUnneeded,
  addRoutes: (routes, services) => {
    const registry = makeRegistry(services);
    routes.app.setErrorHandler((error, request, reply) =>
      answerOciError(services, { error, request, reply }),
    );
    addTokenRoute(routes);
    addBase(routes, services, registry);
    const found = OPERATIONS.map((operation) => declared(routes, registry, operation));
    routes.addFound('/v2/*', ({ method, params }) => {
      const path = parseOciPath((params as { readonly '*': string })['*']);
      const asked = method === 'HEAD' ? 'GET' : method;
      const one = path && found.find((each) => each.kind === path.kind && each.operation.method === asked);
      return one && { operation: one.operation, params: path, handler: one.handler };
    });
  },
};

function declared(
  routes: Routes,
  registry: Registry,
  {
    kind,
    handler,
    answers = { 200: { description: 'the list', schema: z.looseObject({}) } },
    ...rest
  }: OciOperation,
): Omit<FoundHandler, 'params'> & { readonly kind: OciPath['kind'] } {
  const names = [...rest.path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!);
  const params = z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
  const scope = { face: 'oci', param: 'name' } as const;
  const operation: Operation = { ...rest, scope, face: routes.face, answers, params, failure: OCI_FAILURE };
  routes.declare(operation);
  return {
    ...{ kind, operation },
    handler: (call) => {
      const { name } = call.params as { readonly name: string };
      if (isRepository(name)) return handler(registry, call);
      throw ociError('NAME_INVALID', {
        message: `\`${name.slice(0, 300)}\` is not the name of a repository`,
      });
    },
  };
}

function addBase(routes: Routes, { settings }: Services, registry: Registry): void {
  const method: Method = 'GET';
  const access = 'read';
  routes.add(
    {
      ...{ method, access, path: '/v2/', scope: 'any', failure: OCI_FAILURE },
      summary: 'whether this is a registry, and who is known to it (end-1)',
      answers: done(200, 'it is'),
    },
    ({ identity, reply }) => {
      // By this answer clients learn how to say who they are; without one they push as nobody.
      if (settings.anonymous === 'read' && !identity.isNamed)
        throw new HttpError(401, 'unauthorised', {
          message: 'ask the token server, also for reading as nobody',
        });
      return reply.header('docker-distribution-api-version', 'registry/2.0').send({});
    },
  );
  routes.add(
    {
      ...{ method, access, path: CATALOG, scope: { face: 'oci' }, failure: OCI_FAILURE },
      summary: 'the repositories',
      answers: { 200: { description: 'names', schema: z.object({ repositories: z.array(z.string()) }) } },
    },
    (call) => listRepositories(registry, call),
  );
}
