import { z } from 'zod';
import { loadRecordReader } from '../../metrics/index.ts';
import { wholeBody } from '../http/body.ts';
import { badRequest, HttpError } from '../http/http-error.ts';
import type { Operation } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import type { LiveBuilds } from './live-builds.ts';

const { parseEvents, RECORD_ID, recordOf, SENT_SCHEMA } = await loadRecordReader();

/** A record of the largest build has some megabytes. */
const MOST_RECORD_BYTES = 32 * 2 ** 20;
const MOST_EVENTS_BYTES = 8 * 2 ** 20;

/** A client that was told of it tells of its next build while it runs. */
const EVENTS_PATH = '/api/v1/builds/{id}/events';

const TAKEN = z.object({ id: z.string(), page: z.string() });

/** Where builds and scripts tell of themselves. */
export function addReceiveRoutes(routes: Routes, live: LiveBuilds): void {
  // The document's METRICS_URL names the page itself.
  for (const path of ['/builds', '/api/v1/builds'] as const) {
    routes.add({ ...TAKE_RECORD, path }, async ({ body, reply }) => {
      const record = recordOf(body);
      await live.put(record);
      return reply
        .code(201)
        .header('x-mobileops-events', EVENTS_PATH)
        .send({ id: record.id, page: `/builds/${record.id}` });
    });
  }
  routes.add(
    {
      method: 'POST',
      path: EVENTS_PATH,
      access: 'write',
      scope: { face: 'builds' },
      summary: 'take what a build that runs says of itself: the lines of `--events`, as they come',
      params: z.object({ id: RECORD_ID }),
      body: 'bytes',
      answers: { 202: { description: 'taken' } },
      isLasting: false,
    },
    async (call) => {
      const { params, reply } = call;
      const events = parseEvents((await wholeBody(call, MOST_EVENTS_BYTES)).toString());
      if (!events.ok) throw badRequest(events.failure);
      if (!(await live.take(params.id, events.value))) {
        throw new HttpError(503, 'too-many-builds', {
          message: 'too many builds run at a time; its record is taken at its end',
          headers: { 'retry-after': '60' },
        });
      }
      return reply.code(202).send();
    },
  );
}

const TAKE_RECORD = {
  method: 'POST',
  access: 'write',
  scope: { face: 'builds' },
  summary: "take the record of a build, or the document's build-metrics.json",
  body: SENT_SCHEMA,
  maxBodyBytes: MOST_RECORD_BYTES,
  answers: { 201: { description: 'taken; the same record sent again changes nothing', schema: TAKEN } },
} as const satisfies Omit<Operation, 'face' | 'path'>;
