import { z } from 'zod';
import {
  compareVersions,
  type DistributionName,
  distributionName,
  normalizeName,
} from '../../packages/index.ts';
import { assertReach } from '../access/reach.ts';
import type { StoredBlob } from '../blobs/blob-store.ts';
import { KeyedLock } from '../blobs/keyed-lock.ts';
import { badRequest, HttpError, notFound } from '../http/http-error.ts';
import { readForm } from '../http/multipart.ts';
import type { Routes } from '../http/routes.ts';
import { storeBytes, storeContent } from '../http/store-content.ts';
import type { Services } from '../services.ts';
import type { PypiStore } from './pypi-store.ts';
import { OF_ITS_PROJECT } from './read-routes.ts';
import { type CoreMetadata, wheelMetadata } from './wheel-metadata.ts';

/** Larger wheels are served without the METADATA beside them, which clients then read from the wheel. */
const MOST_READ_BYTES = 2 ** 28;

const OF_VERSION = z.object({
  project: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/),
  version: z.string().regex(/^[A-Za-z0-9._!+-]{1,100}$/),
});

export function addUploadRoutes(routes: Routes, services: Services, store: PypiStore): void {
  // A wheel is held in memory to be looked into: one at a time.
  const publishing = new KeyedLock();
  routes.add(
    {
      method: 'POST',
      path: '/pypi/legacy/',
      access: 'write',
      scope: { face: 'pypi' },
      summary:
        'publish a wheel or a source distribution, as twine and uv do (multipart/form-data, field `content`)',
      body: 'bytes',
      answers: {
        200: { description: 'it is there' },
        409: { description: 'a file of this name is there with another content' },
        415: { description: 'not a form' },
      },
    },
    async ({ request, reply, identity }) => {
      const form = await readForm(request, {
        fileField: 'content',
        take: async (file, source) => {
          const name = distributionName(file)?.project ?? file;
          assertReach(identity, { access: 'write', face: 'pypi', name });
          return storeContent(services, source);
        },
      });
      const action = form.fields.get(':action');
      if (action !== 'file_upload')
        throw badRequest(`:action is ${action ?? 'absent'}; only file_upload is there`);
      if (!form.file) throw badRequest('the form has no file; send one in the field `content`');
      const { name, stored } = form.file;
      const upload = { file: name, blob: stored, fields: form.fields, who: identity.name };
      await publishing.run('', () => publish(services, store, upload));
      return reply.type('text/plain; charset=utf-8').send('OK\n');
    },
  );
  addYank(routes, store);
}

interface Upload {
  readonly file: string;
  readonly blob: StoredBlob;
  readonly fields: ReadonlyMap<string, string>;
  readonly who: string;
}

async function publish(services: Services, store: PypiStore, upload: Upload): Promise<void> {
  const { file, blob, fields, who } = upload;
  const named = distributionName(file);
  if (!named)
    throw badRequest(
      `${file.slice(0, 100)} is not named as a wheel (.whl) or a source distribution (.tar.gz)`,
    );
  checkForm(named, upload);
  const metadata = await metadataOf(services, named, blob);
  const kept = metadata && (await storeBytes(services, metadata.bytes));
  const claim = await store.claim({
    ...{
      project: named.project,
      file,
      version: named.version,
      digest: blob.digest,
      sizeBytes: blob.sizeBytes,
    },
    requiresPython: metadata?.requiresPython ?? (fields.get('requires_python') || null),
    metadataDigest: kept?.digest ?? null,
    uploadedAtMs: services.clock.now(),
    uploadedBy: who,
    yanked: null,
  });
  if (claim === 'other') {
    throw new HttpError(409, 'immutable', {
      message: `${file} is there with another content, and never changes: publish a new version`,
    });
  }
}

function checkForm(named: DistributionName, { file, blob, fields }: Upload): void {
  const name = fields.get('name');
  const version = fields.get('version');
  const said = fields.get('sha256_digest');
  if (name !== undefined && normalizeName('PyPI', name) !== named.project)
    throw badRequest(`the form is for ${name.slice(0, 100)}, but ${file} is of ${named.project}`);
  if (version !== undefined && compareVersions('PyPI', version, named.version) !== 0)
    throw badRequest(`the form is for version ${version.slice(0, 50)}, but ${file} is of ${named.version}`);
  if (said && `sha256:${said.toLowerCase()}` !== blob.digest)
    throw badRequest(`what came has ${blob.digest}, not sha256:${said.slice(0, 64)}`);
}

/** Of a wheel, whose name must tell the truth. */
async function metadataOf(
  { blobs }: Services,
  named: DistributionName,
  blob: StoredBlob,
): Promise<CoreMetadata | undefined> {
  if (named.kind !== 'wheel' || blob.sizeBytes > MOST_READ_BYTES) return undefined;
  const bytes = await blobs.readWhole(blob.digest);
  const metadata = bytes ? wheelMetadata(bytes) : undefined;
  if (!metadata?.ok) throw badRequest(`this is no wheel: ${metadata?.failure ?? 'it is damaged'}`);
  const { name, version } = metadata.value;
  if (normalizeName('PyPI', name) !== named.project || compareVersions('PyPI', version, named.version) !== 0)
    throw badRequest(`its METADATA says ${name} ${version}, its name ${named.project} ${named.version}`);
  return metadata.value;
}

function addYank(routes: Routes, store: PypiStore): void {
  const path = '/api/pypi/{project}/{version}/yanked';
  const gone = { 204: { description: 'done' } };
  const change = async (params: z.output<typeof OF_VERSION>, reason: string | null): Promise<void> => {
    const project = normalizeName('PyPI', params.project);
    if ((await store.yank(project, params.version, reason)) === 0)
      throw notFound(`there is no version ${params.version} of ${project}`);
  };
  routes.add(
    {
      ...{ method: 'PUT', path, access: 'write', scope: OF_ITS_PROJECT, params: OF_VERSION, answers: gone },
      summary: 'mark a version so that no client chooses it by itself any more (PEP 592)',
      body: z.object({ reason: z.string().max(500).default('') }),
    },
    async ({ params, body: { reason }, reply }) => {
      await change(params, reason);
      return reply.code(204).send();
    },
  );
  routes.add(
    {
      ...{
        method: 'DELETE',
        path,
        access: 'write',
        scope: OF_ITS_PROJECT,
        params: OF_VERSION,
        answers: gone,
      },
      summary: 'take that mark away',
    },
    async ({ params, reply }) => {
      await change(params, null);
      return reply.code(204).send();
    },
  );
}
