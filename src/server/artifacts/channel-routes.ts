import { z } from 'zod';
import { HttpError, notFound } from '../http/http-error.ts';
import type { Routes } from '../http/routes.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { OF_CHANNEL, OF_ITS_NAME, OF_VERSION, VERSION } from './names.ts';

const POINTER = z.object({
  name: z.string(),
  channel: z.string(),
  version: z.string(),
  changedAt: z.string(),
});

const CHANNEL_PATH = '/channels/{name}/{channel}';

/** Channels point to a version each; publishers move them last. */
export function addChannelRoutes(routes: Routes, store: ArtifactStore): void {
  routes.add(
    {
      method: 'GET',
      path: CHANNEL_PATH,
      access: 'read',
      scope: OF_ITS_NAME,
      summary: 'which version a channel points to',
      params: OF_CHANNEL,
      answers: { 200: { description: 'the pointer', schema: POINTER } },
    },
    async ({ params: { name, channel }, reply }) => {
      const row = await store.channel(name, channel);
      if (!row) throw notFound(`${name} has no channel ${channel}`);
      reply.header('cache-control', 'no-cache');
      return { name, channel, version: row.version, changedAt: new Date(row.changedAtMs).toISOString() };
    },
  );
  routes.add(
    {
      method: 'PUT',
      path: CHANNEL_PATH,
      access: 'write',
      scope: OF_ITS_NAME,
      summary: 'point a channel to a version that is there',
      params: OF_CHANNEL,
      body: z.object({ version: VERSION }),
      answers: { 204: { description: 'it points there' } },
    },
    async ({ params, body: { version }, identity, reply }) => {
      if (!(await store.point({ ...params, version }, identity.name)))
        throw notFound(`there is no version ${version} of ${params.name}: publish its files first`);
      return reply.code(204).send();
    },
  );
  addRemovals(routes, store);
}

function addRemovals(routes: Routes, store: ArtifactStore): void {
  routes.add(
    {
      method: 'DELETE',
      path: CHANNEL_PATH,
      access: 'admin',
      scope: OF_ITS_NAME,
      summary: 'remove a channel; the version stays',
      params: OF_CHANNEL,
      answers: { 204: { description: 'it is gone' } },
    },
    async ({ params: { name, channel }, reply }) => {
      if (!(await store.dropChannel(name, channel))) throw notFound(`${name} has no channel ${channel}`);
      return reply.code(204).send();
    },
  );
  routes.add(
    {
      method: 'DELETE',
      path: '/artifacts/{name}/{version}',
      access: 'admin',
      scope: OF_ITS_NAME,
      summary: 'take a version back: its files are gone, and its names are never used again',
      params: OF_VERSION,
      answers: { 204: { description: 'it is gone' }, 409: { description: 'a channel points to it' } },
    },
    async ({ params: { name, version }, reply }) => {
      const removed = await store.remove(name, version);
      if (removed === 'absent') throw notFound(`there is no version ${version} of ${name}`);
      if (removed !== 'removed') {
        const channels = removed.join(', ');
        throw new HttpError(409, 'in-use', { message: `${channels} points to it: point it elsewhere first` });
      }
      return reply.code(204).send();
    },
  );
}
