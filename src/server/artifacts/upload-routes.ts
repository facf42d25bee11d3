import { z } from 'zod';
import { assertReach } from '../access/reach.ts';
import { bodyOf } from '../http/body.ts';
import { badRequest } from '../http/http-error.ts';
import { readForm } from '../http/multipart.ts';
import type { Routes } from '../http/routes.ts';
import { storeContent } from '../http/store-content.ts';
import type { Services } from '../services.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { CHANNEL, FILE, NAME, OF_FILE, OF_ITS_NAME, partsOfFileName, VERSION } from './names.ts';
import { nameContent, type StoredFile } from './store-file.ts';

export const STORED = z.object({
  name: z.string(),
  version: z.string(),
  file: z.string(),
  path: z.string().describe('where it is got from this server'),
  sha256: z.string(),
  sizeBytes: z.int(),
});

const ANSWERS = {
  200: { description: 'it was there with this content', schema: STORED },
  201: { description: 'it is there now', schema: STORED },
  409: { description: 'the name has another content, or the version was taken back' },
  413: { description: 'it is larger than this server takes' },
};

const SHA256 = z.string().regex(/^[0-9a-fA-F]{64}$/, 'a SHA-256 in hexadecimal digits');

const PLACE = z.object({
  name: NAME.optional().describe('else from the name of the file'),
  version: VERSION.optional().describe('else from the name of the file'),
  sha256: SHA256.optional().describe('what the content must have'),
  channel: CHANNEL.optional().describe('is pointed to this version in the same step'),
});

/** `POST /upload` as the document's scripts call it, and PUT for those who know where a file belongs. */
export function addUploadRoutes(routes: Routes, services: Services, store: ArtifactStore): void {
  routes.add(
    {
      method: 'POST',
      path: '/upload',
      access: 'write',
      scope: { face: 'artifacts' },
      summary:
        'store the file of a form (multipart/form-data, field `file`); what it is of stands in its name or in fields',
      query: PLACE,
      body: 'bytes',
      answers: { ...ANSWERS, 415: { description: 'not a form' } },
    },
    async ({ request, reply, query, identity }) => {
      const form = await readForm(request, {
        fileField: 'file',
        take: (_name, source) => storeContent(services, source, query.sha256),
      });
      if (!form.file) throw badRequest('the form has no file; send one in the field `file`');
      const asked = placeOf(form.file.name, { ...Object.fromEntries(form.fields), ...query });
      assertReach(identity, { access: 'write', face: 'artifacts', name: asked.name });
      const blob = form.file.stored;
      if (asked.sha256 !== undefined && `sha256:${asked.sha256.toLowerCase()}` !== blob.digest)
        throw badRequest(`what came has ${blob.digest}, not sha256:${asked.sha256}`);
      const { channel } = asked;
      const { isNew, file } = await nameContent(store, asked, { blob, who: identity.name, channel });
      return answered(reply, isNew, file);
    },
  );
  routes.add(
    {
      method: 'PUT',
      path: '/artifacts/{name}/{version}/{file}',
      access: 'write',
      scope: OF_ITS_NAME,
      summary: 'store a file of a version, which never changes afterwards',
      params: OF_FILE,
      query: z.object({ sha256: SHA256.optional().describe('what the content must have') }),
      body: 'bytes',
      answers: ANSWERS,
    },
    async (call) => {
      const { params, query, reply, identity } = call;
      const blob = await storeContent(services, bodyOf(call), query.sha256);
      const { isNew, file } = await nameContent(store, params, { blob, who: identity.name });
      return answered(reply, isNew, file);
    },
  );
}

function answered(
  reply: { code(status: number): unknown; header(name: string, value: string): unknown },
  isNew: boolean,
  file: StoredFile,
): StoredFile {
  reply.code(isNew ? 201 : 200);
  reply.header('location', file.path);
  return file;
}

interface Place extends z.output<typeof PLACE> {
  readonly name: string;
  readonly version: string;
  readonly file: string;
}

function placeOf(fileName: string, told: Readonly<Record<string, unknown>>): Place {
  const file = checked(FILE, fileName, 'the name of the file');
  const known = checked(PLACE, told, 'the form');
  const derived = partsOfFileName(file);
  const name = known.name ?? derived?.name;
  const version = known.version ?? derived?.version;
  if (name === undefined || version === undefined) {
    throw badRequest(
      `${file} does not say what it is of (\`name-version.ending\`): send the fields \`name\` and \`version\` too`,
    );
  }
  const { name: goodName, version: goodVersion } = checked(
    z.object({ name: NAME, version: VERSION }),
    { name, version },
    'the form',
  );
  return { ...known, file, name: goodName, version: goodVersion };
}

function checked<S extends z.ZodType>(schema: S, value: unknown, place: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => [place, ...path].join('.') + `: ${message}`,
  );
  throw badRequest(problems.join('; '));
}
