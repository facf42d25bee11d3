import { z } from 'zod';
import { withoutAbsent } from '../../base/index.ts';
import type { Services } from '../services.ts';
import type { Drain } from './drain.ts';
import { Gauge } from './figures.ts';
import { openApi } from './openapi.ts';
import type { Operation } from './operation.ts';
import type { Routes } from './routes.ts';

export interface CoreRoutes {
  readonly services: Services;
  readonly drain: Drain;
  readonly operations: readonly Operation[];
}

/** Whether it lives and can be used, its figures, and what it can be asked. */
export function addCoreRoutes(routes: Routes, { services, drain, operations }: CoreRoutes): void {
  addHealth(routes, services, drain);
  addUsage(services);
  routes.add(
    {
      method: 'GET',
      path: '/metrics',
      access: 'read',
      summary: 'figures in the text format of Prometheus',
      answers: { 200: { description: 'figures', schema: z.string(), mediaType: 'text/plain' } },
    },
    ({ reply }) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(services.figures.text()),
  );
  routes.add(
    {
      method: 'GET',
      path: '/openapi.json',
      access: 'open',
      summary: 'this document: all that the server can be asked, as OpenAPI 3.1',
      answers: { 200: { description: 'the document', schema: z.looseObject({}) } },
    },
    () => openApi(operations, services.version),
  );
}

function addHealth(
  routes: Routes,
  { clock, world, version, database, settings, blobs }: Services,
  drain: Drain,
): void {
  routes.add(
    {
      method: 'GET',
      path: '/health',
      access: 'open',
      summary: 'the process answers',
      answers: {
        200: {
          description: 'it does',
          schema: z.object({
            ...{ status: z.literal('ok'), version: z.string(), upSeconds: z.number() },
            content: z.object({
              usedBytes: z.int(),
              maxBytes: z.int().optional().describe('what --max-bytes allows; absent without a limit'),
            }),
          }),
        },
      },
    },
    () => ({
      status: 'ok',
      version,
      upSeconds: Math.round((clock.now() - world.usage().startedAtMs) / 1000),
      content: withoutAbsent({ usedBytes: blobs.usage.usedBytes, maxBytes: blobs.usage.maxBytes }),
    }),
  );
  const state = z.object({ status: z.enum(['ready', 'ending', 'full', 'failed']) });
  routes.add(
    {
      method: 'GET',
      path: '/ready',
      access: 'open',
      summary: 'it takes requests: not while it ends, nor with a full disk or without its database',
      answers: {
        200: { description: 'it does', schema: state },
        503: { description: 'not now', schema: state },
      },
    },
    async ({ reply }) => {
      const status = drain.isEnding ? 'ending' : await readiness(settings.dataFolder, { world, database });
      return reply.code(status === 'ready' ? 200 : 503).send({ status });
    },
  );
}

/** With less than this, an upload is likely to fail. */
const LEAST_FREE_BYTES = 64 * 2 ** 20;

async function readiness(
  folder: string,
  { world, database }: Pick<Services, 'world' | 'database'>,
): Promise<'ready' | 'full' | 'failed'> {
  try {
    await database.db.selectFrom('migrations').select('name').limit(1).execute();
    return (await world.files.freeBytes(folder)) < LEAST_FREE_BYTES ? 'full' : 'ready';
  } catch {
    return 'failed';
  }
}

function addUsage({ figures, blobs, world: { usage } }: Services): void {
  const gauges = [
    ['process_resident_memory_bytes', 'Memory that the process holds', () => usage().residentBytes],
    ['process_cpu_seconds_total', 'Processor time used', () => usage().cpuSeconds],
    ['process_start_time_seconds', 'When the process started', () => usage().startedAtMs / 1000],
    ['mobileops_content_bytes', 'Content that is kept, and what comes in', () => blobs.usage.usedBytes],
  ] as const;
  for (const [name, help, read] of gauges) figures.add(new Gauge(name, help, read));
  const { maxBytes } = blobs.usage;
  if (maxBytes === undefined) return;
  const help = 'What content may have together (--max-bytes); absent without a limit';
  figures.add(new Gauge('mobileops_content_max_bytes', help, () => maxBytes));
}
