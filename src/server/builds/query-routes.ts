import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { withoutAbsent } from '../../base/index.ts';
import {
  BUILD_STATUSES,
  type BuildFilter,
  type BuildRecords,
  loadRecordReader,
} from '../../metrics/index.ts';
import { notFound } from '../http/http-error.ts';
import type { Routes } from '../http/routes.ts';
import type { Services } from '../services.ts';
import type { LiveBuilds } from './live-builds.ts';

const { RECORD_ID, RECORD_SCHEMA } = await loadRecordReader();

export interface QueryParts {
  readonly records: BuildRecords;
  readonly live: LiveBuilds;
  readonly services: Services;
}

const name = () => z.string().max(400).optional();
const timeMs = () => z.coerce.number().int().min(0).max(8.64e15).optional();
const limit = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual);

const FILTER = {
  workspace: name(),
  branch: name(),
  verb: name(),
  status: z.enum(BUILD_STATUSES).optional(),
  since: timeMs(),
  until: timeMs(),
  text: z.string().max(200).optional(),
};

function filterOf(query: z.output<z.ZodObject<typeof FILTER>>): BuildFilter {
  const { workspace, branch, verb, status, since: sinceMs, until: untilMs, text } = query;
  return withoutAbsent({ workspace, branch, verb, status, sinceMs, untilMs, text });
}

const anObject = z.looseObject({});
const aList = (of: string) => z.object({ [of]: z.array(anObject) });

/** What can be asked of builds: version 1, times in milliseconds since 1970. */
export function addQueryRoutes(routes: Routes, parts: QueryParts): void {
  addBuilds(routes, parts);
  addCharts(routes, parts);
  addLists(routes, parts);
  addLive(routes, parts);
}

function addBuilds(routes: Routes, { records, live }: QueryParts): void {
  routes.add(
    {
      method: 'GET',
      path: '/api/v1/builds',
      access: 'read',
      scope: { face: 'builds' },
      summary: 'builds, the latest first',
      query: z.object({ ...FILTER, limit: limit(200, 50), after: z.string().max(100).optional() }),
      answers: {
        200: { description: 'a page of them; `next` is `after` of the next one', schema: aList('builds') },
      },
    },
    ({ query }) => records.list(filterOf(query), withoutAbsent({ limit: query.limit, after: query.after })),
  );
  routes.add(
    {
      method: 'GET',
      path: '/api/v1/builds/{id}',
      access: 'read',
      scope: { face: 'builds' },
      summary: 'the whole record of a build, also while it runs',
      params: z.object({ id: RECORD_ID }),
      answers: { 200: { description: 'the record', schema: RECORD_SCHEMA } },
    },
    async ({ params }) => {
      const record = live.record(params.id) ?? (await records.get(params.id));
      if (!record) throw notFound(`there is no build ${params.id}`);
      return record;
    },
  );
}

const READ = { method: 'GET', access: 'read', scope: { face: 'builds' } } as const;

function addCharts(routes: Routes, { records }: QueryParts): void {
  const span = {
    part: z.coerce.number().int().min(60_000).max(1e11),
    parts: z.coerce.number().int().min(1).max(400),
  };
  routes.add(
    {
      ...{
        ...READ,
        path: '/api/v1/metrics/over-time',
        summary: 'builds by parts of a time, as a chart draws them',
      },
      query: z.object({ ...FILTER, since: z.coerce.number().int().min(0).max(8.64e15), ...span }),
      answers: { 200: { description: 'each part, in order', schema: aList('parts') } },
    },
    async ({ query: { since, part, parts, ...query } }) => ({
      parts: await records.overTime(filterOf({ ...query, since }), { sinceMs: since, partMs: part, parts }),
    }),
  );
}

function addLists(routes: Routes, { records }: QueryParts): void {
  const some = z.object({ ...FILTER, limit: limit(200, 20) });
  routes.add(
    {
      ...{
        ...READ,
        path: '/api/v1/metrics/slowest',
        summary: 'actions by what a run of them takes, the slowest first',
      },
      query: some,
      answers: { 200: { description: 'the slowest', schema: aList('actions') } },
    },
    async ({ query }) => ({ actions: await records.slowest(filterOf(query), query.limit) }),
  );
  routes.add(
    {
      ...{
        ...READ,
        path: '/api/v1/metrics/failures',
        summary: 'actions that failed, with the end of what they said',
      },
      query: some,
      answers: { 200: { description: 'the latest first', schema: aList('failures') } },
    },
    async ({ query }) => ({ failures: await records.failures(filterOf(query), query.limit) }),
  );
  routes.add(
    {
      ...{
        ...READ,
        path: '/api/v1/metrics/trend',
        summary: 'sizes and scores over releases, or over all builds',
      },
      query: z.object({
        ...FILTER,
        over: z.enum(['releases', 'builds']).default('releases'),
        limit: limit(200, 50),
      }),
      answers: { 200: { description: 'in the order of time', schema: aList('points') } },
    },
    ({ query }) => records.trend(filterOf(query), { over: query.over, limit: query.limit }),
  );
  routes.add(
    {
      ...{ ...READ, path: '/api/v1/metrics/choices', summary: 'what builds can be filtered by' },
      answers: { 200: { description: 'workspaces, branches and verbs', schema: anObject } },
    },
    () => records.choices(),
  );
}

/** So that nothing in between takes the connection for dead. */
const HEARTBEAT_MS = 20_000;
/** A reader that does not read is let go. */
const MOST_UNREAD_BYTES = 2 ** 20;
const MOST_READERS = 500;

function addLive(routes: Routes, { live, services }: QueryParts): void {
  let readers = 0;
  routes.add(
    {
      method: 'GET',
      path: '/api/v1/live',
      access: 'read',
      scope: { face: 'builds' },
      summary: 'which builds change, as it happens (server-sent events)',
      answers: {
        200: {
          description: 'an event `changed` for each',
          schema: z.string(),
          mediaType: 'text/event-stream',
        },
        204: { description: 'too many listen; ask again later' },
      },
    },
    ({ request, reply }) => {
      if (readers >= MOST_READERS) return reply.code(204).send();
      if (request.method === 'HEAD') return reply.type('text/event-stream').send();
      readers++;
      request.raw.once('close', () => readers--);
      tellChanges({ request, reply, live, services });
      return reply;
    },
  );
}

function tellChanges(to: {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly live: LiveBuilds;
  readonly services: Services;
}): void {
  const { reply, live, services } = to;
  reply.hijack();
  const { raw } = reply;
  const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream', 'cache-control': 'no-store' };
  raw.writeHead(200, headers as Record<string, string>);
  const write = (text: string): void => {
    if (raw.writableLength > MOST_UNREAD_BYTES) raw.destroy();
    else raw.write(text);
  };
  write('retry: 5000\n\n');
  const stop = live.listen((change) => write(`event: changed\ndata: ${JSON.stringify(change)}\n\n`));
  const over = new AbortController();
  void beat(services, AbortSignal.any([over.signal, services.signal]), write);
  const end = (): void => {
    stop();
    over.abort();
    raw.end();
  };
  services.signal.addEventListener('abort', end, { once: true });
  raw.once('close', () => {
    services.signal.removeEventListener('abort', end);
    end();
  });
}

async function beat({ clock }: Services, signal: AbortSignal, write: (text: string) => void): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(HEARTBEAT_MS, signal).catch(() => {});
    if (!signal.aborted) write(': alive\n\n');
  }
}
