import { z } from 'zod';
import { seenBy } from '../access/reach.ts';
import { notFound } from '../http/http-error.ts';
import type { Call } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import { safeContentType } from '../http/safe-headers.ts';
import { sendStored } from '../http/send-stored.ts';
import type { Services } from '../services.ts';
import type { ArtifactFile, ArtifactStore } from './artifact-store.ts';
import { NAME, OF_FILE, OF_ITS_NAME, OF_NAME, OF_VERSION, ownerOf, typeOfFile } from './names.ts';
import { shownFile } from './store-file.ts';
import { STORED } from './upload-routes.ts';

const SHOWN_FILE = STORED.omit({ name: true, version: true }).extend({
  uploadedAt: z.string(),
  uploadedBy: z.string(),
  sidecars: z.array(z.string()).describe('files that say something of this one'),
});
const SHOWN_VERSION = z.object({ version: z.string(), files: z.array(SHOWN_FILE) });
const SHOWN_CHANNEL = z.object({ channel: z.string(), version: z.string(), changedAt: z.string() });
const SHOWN_NAME = z.object({
  name: z.string(),
  channels: z.array(SHOWN_CHANNEL),
  versions: z.array(SHOWN_VERSION),
});

const MOST_NAMES = 1000;
const SEARCH = z.object({
  q: z.string().max(100).default('').describe('what a name, or the name of a file, holds'),
  after: z.string().max(100).default('').describe('names behind this one'),
  n: z.coerce.number().int().min(1).max(MOST_NAMES).default(100),
});

/** What is there, and the files themselves. */
export function addReadRoutes(routes: Routes, services: Services, store: ArtifactStore): void {
  routes.add(
    {
      method: 'GET',
      path: '/artifacts',
      access: 'read',
      scope: { face: 'artifacts' },
      summary: 'names of what is published, or of what a search finds',
      query: SEARCH,
      answers: {
        200: {
          description: 'names in their order',
          schema: z.object({ names: z.array(z.string()), next: z.string().optional() }),
        },
      },
    },
    async ({ query: { q, after, n }, identity }) => {
      const seen = seenBy(identity, 'artifacts');
      const names = await store.names({ text: q, after, limit: n, seen });
      return { names, ...(names.length === n ? { next: names.at(-1) } : {}) };
    },
  );
  addLists(routes, store);
  addReleaseRoutes(routes, services, store);
  routes.add(
    {
      method: 'GET',
      path: '/artifacts/{name}/{version}/{file}',
      access: 'read',
      scope: OF_ITS_NAME,
      summary: 'a file; with `.sha256` behind its name its checksum, as sha256sum reads it',
      params: OF_FILE,
      answers: {
        200: { description: 'its bytes', mediaType: 'application/octet-stream', schema: z.unknown() },
        206: { description: 'the part that Range asks for' },
        304: { description: 'the client has it' },
        416: { description: 'the range lies behind its end' },
      },
    },
    (call) => sendFile(call, services, store),
  );
}

function addLists(routes: Routes, store: ArtifactStore): void {
  routes.add(
    {
      method: 'GET',
      path: '/artifacts/{name}',
      access: 'read',
      scope: OF_ITS_NAME,
      summary: 'versions, newest first, and channels',
      params: OF_NAME,
      answers: { 200: { description: 'all of it', schema: SHOWN_NAME } },
    },
    async ({ params: { name } }) => {
      const versions = shownVersions(await store.files(name));
      if (versions.length === 0) throw notFound(`nothing is published as ${name}`);
      const channels = (await store.channels(name)).map(({ channel, version, changedAtMs }) => ({
        ...{ channel, version, changedAt: new Date(changedAtMs).toISOString() },
      }));
      return { name, channels, versions };
    },
  );
  routes.add(
    {
      method: 'GET',
      path: '/artifacts/{name}/{version}',
      access: 'read',
      scope: OF_ITS_NAME,
      summary: 'the files of a version',
      params: OF_VERSION,
      answers: { 200: { description: 'its files', schema: SHOWN_VERSION } },
    },
    async ({ params: { name, version } }) => {
      const [shown] = shownVersions(await store.files(name, version));
      if (!shown) throw notFound(`there is no version ${version} of ${name}`);
      return shown;
    },
  );
}

const OF_POINTER = z.object({
  name: NAME,
  pointer: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,50}\.json$/),
});

/** The same files as a static server would have them: `<version>/<file>` and `channels/<channel>.json`, for `mobileops install`. */
function addReleaseRoutes(routes: Routes, services: Services, store: ArtifactStore): void {
  routes.add(
    {
      method: 'GET',
      path: '/releases/{name}/channels/{pointer}',
      access: 'read',
      scope: OF_ITS_NAME,
      summary: 'which version a channel names, as a file `<channel>.json`',
      params: OF_POINTER,
      answers: {
        200: { description: 'the pointer', schema: z.object({ format: z.literal(1), version: z.string() }) },
      },
    },
    async ({ params: { name, pointer }, reply }) => {
      const row = await store.channel(name, pointer.slice(0, -'.json'.length));
      if (!row) throw notFound(`${name} has no channel ${pointer.slice(0, -'.json'.length)}`);
      reply.header('cache-control', 'no-cache');
      return { format: 1, version: row.version };
    },
  );
  routes.add(
    {
      method: 'GET',
      path: '/releases/{name}/{version}/{file}',
      access: 'read',
      scope: OF_ITS_NAME,
      summary: 'a file of a version, as under /artifacts',
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
  store: ArtifactStore,
): Promise<unknown> {
  const row = await store.find(call.params);
  if (!row) return sendChecksum(call, store);
  const { file, digest } = row;
  return sendStored(services, call, {
    ...{ file, digest, contentType: safeContentType(typeOfFile(file)) },
    headers: { 'repr-digest': `sha-256=:${Buffer.from(digest.slice(7), 'hex').toString('base64')}:` },
  });
}

const CHECKSUM = '.sha256';

async function sendChecksum(
  { params, reply }: Pick<Call<z.output<typeof OF_FILE>>, 'params' | 'reply'>,
  store: ArtifactStore,
): Promise<unknown> {
  const file = params.file.endsWith(CHECKSUM) ? params.file.slice(0, -CHECKSUM.length) : undefined;
  const row = file === undefined ? undefined : await store.find({ ...params, file });
  if (!row) throw notFound(`there is no ${params.file} of ${params.name} ${params.version}`);
  return reply.type('text/plain; charset=utf-8').send(`${row.digest.slice(7)}  ${row.file}\n`);
}

export function shownVersions(rows: readonly ArtifactFile[]): z.output<typeof SHOWN_VERSION>[] {
  const versions = Map.groupBy(rows, ({ version }) => version);
  return [...versions].map(([version, all]) => {
    const files = new Set(all.map(({ file }) => file));
    const owned = Map.groupBy(all, ({ file }) => ownerOf(file, files));
    return {
      version,
      files: (owned.get(undefined) ?? []).map((row) => {
        const { name: _, version: __, ...shown } = shownFile(row);
        const sidecars = (owned.get(row.file) ?? []).map(({ file }) => file);
        const { uploadedAtMs, uploadedBy } = row;
        return { ...shown, uploadedAt: new Date(uploadedAtMs).toISOString(), uploadedBy, sidecars };
      }),
    };
  });
}
