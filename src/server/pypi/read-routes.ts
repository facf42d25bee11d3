import { z } from 'zod';
import { normalizeName } from '../../packages/index.ts';
import { seenBy } from '../access/reach.ts';
import { seenText } from '../access/scope.ts';
import { notFound } from '../http/http-error.ts';
import type { Call } from '../http/operation.ts';
import { PageCache } from '../http/page-cache.ts';
import type { Routes } from '../http/routes.ts';
import { sendStored } from '../http/send-stored.ts';
import { sendText } from '../http/send-text.ts';
import type { Services } from '../services.ts';
import type { PypiStore } from './pypi-store.ts';
import { projectHtml, projectJson, projectsHtml, projectsJson } from './simple-pages.ts';

const PROJECT = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/, 'the name of a project');
const OF_PROJECT = z.object({ project: PROJECT });
const OF_FILE = z.object({
  project: PROJECT,
  file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._!+-]{0,220}$/),
});
const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const HTML_TYPE = 'application/vnd.pypi.simple.v1+html';
const HTML_TYPES = [HTML_TYPE, 'text/html'];
export const OF_ITS_PROJECT = { face: 'pypi', param: 'project' } as const;
const METADATA = '.metadata';

export function addReadRoutes(routes: Routes, services: Services, store: PypiStore): void {
  const pages = new PageCache();
  routes.add(
    {
      method: 'GET',
      path: '/pypi/simple/',
      access: 'read',
      scope: { face: 'pypi' },
      summary: 'all projects (PEP 503, or PEP 691 by Accept)',
      answers: {
        200: { description: 'projects', mediaType: JSON_TYPE, otherTypes: HTML_TYPES, schema: z.unknown() },
        304: { description: 'no change' },
      },
    },
    async (call) => {
      const isJson = wantsJson(call);
      const seen = seenBy(call.identity, 'pypi');
      const page = await pages.get(`all ${isJson} ${seenText(seen)}`, store.state(''), async () =>
        (isJson ? projectsJson : projectsHtml)(await store.projects(seen)),
      );
      return sendText(call, page, typeOf(isJson, call));
    },
  );
  routes.add(
    {
      method: 'GET',
      path: '/pypi/simple/{project}/',
      access: 'read',
      scope: OF_ITS_PROJECT,
      summary: 'the files of a project',
      params: OF_PROJECT,
      answers: {
        200: { description: 'files', mediaType: JSON_TYPE, otherTypes: HTML_TYPES, schema: z.unknown() },
        301: { description: 'its name is written otherwise' },
        304: { description: 'no change' },
      },
    },
    async (call) => {
      const { project } = call.params;
      const normal = normalizeName('PyPI', project);
      if (normal !== project) return call.reply.redirect(`../${normal}/`, 301);
      const isJson = wantsJson(call);
      const page = await pages.get(`${project} ${isJson}`, store.state(project), async () => {
        const files = await store.files(project);
        return files.length === 0 ? undefined : (isJson ? projectJson : projectHtml)(project, files);
      });
      return sendText(call, page, typeOf(isJson, call));
    },
  );
  addFiles(routes, services, store);
}

function addFiles(routes: Routes, services: Services, store: PypiStore): void {
  routes.add(
    {
      method: 'GET',
      path: '/pypi/files/{project}/{file}',
      access: 'read',
      scope: OF_ITS_PROJECT,
      summary: 'a distribution, or with `.metadata` behind its name the METADATA of a wheel (PEP 658)',
      params: OF_FILE,
      answers: {
        200: { description: 'its bytes', mediaType: 'application/octet-stream', schema: z.unknown() },
        206: { description: 'the part that Range asks for' },
      },
    },
    (call) => sendFile(call, services, store),
  );
}

async function sendFile(
  call: Call<z.output<typeof OF_FILE>>,
  services: Services,
  store: PypiStore,
): Promise<unknown> {
  const { project, file } = call.params;
  const isMetadata = file.endsWith(METADATA);
  const row = await store.file(project, isMetadata ? file.slice(0, -METADATA.length) : file);
  const digest = isMetadata ? row?.metadataDigest : row?.digest;
  if (!digest) throw notFound(`${project} has no ${file}`);
  return sendStored(services, call, { file, digest });
}

/** HTML for who asks for nothing in particular, as the specification has it. */
function wantsJson({ request }: Call): boolean {
  return /application\/vnd\.pypi\.simple\.(?:v1|latest)\+json/.test(request.headers.accept ?? '');
}

function typeOf(isJson: boolean, { request }: Call): string {
  if (isJson) return JSON_TYPE;
  return request.headers.accept?.includes(HTML_TYPE) ? HTML_TYPE : 'text/html; charset=utf-8';
}
