import { z } from 'zod';
import type { Routes } from '../http/routes.ts';
import type { Job, JobState, Maintenance } from './maintenance.ts';

const JOBS = ['collect', 'scrub', 'copy', 'trim'] as const satisfies readonly Job[];

const STATE = z.object({
  running: z.boolean(),
  last: z
    .object({
      startedAt: z.string(),
      seconds: z.number(),
      report: z.looseObject({}).optional(),
      failure: z.string().optional(),
    })
    .nullable(),
});

/** What the server does for itself, begun and looked at by administrators. */
export function addMaintenanceRoutes(routes: Routes, maintenance: Maintenance): void {
  routes.add(
    {
      method: 'GET',
      path: '/api/maintenance',
      access: 'admin',
      summary:
        'garbage collection (collect), hashing of everything (scrub), copies of the database (copy), the audit log (trim)',
      answers: {
        200: {
          description: 'whether they run, and what they came to',
          schema: z.object({ collect: STATE, scrub: STATE, copy: STATE, trim: STATE }),
        },
      },
    },
    () => Object.fromEntries(JOBS.map((job) => [job, shown(maintenance.state(job))])),
  );
  routes.add(
    {
      method: 'POST',
      path: '/api/maintenance/{job}',
      access: 'admin',
      summary: 'begin a job, unless it is running',
      params: z.object({ job: z.enum(JOBS) }),
      answers: { 202: { description: 'it runs; ask for its state', schema: STATE } },
    },
    ({ params: { job }, reply }) => {
      void maintenance.run(job);
      return reply.code(202).send(shown(maintenance.state(job)));
    },
  );
}

function shown({ isRunning, last }: JobState): z.output<typeof STATE> {
  if (!last) return { running: isRunning, last: null };
  const { startedAtMs, seconds, report, failure } = last;
  return {
    running: isRunning,
    last: {
      startedAt: new Date(startedAtMs).toISOString(),
      seconds,
      ...(report ? { report: { ...report } } : {}),
      ...(failure === undefined ? {} : { failure }),
    },
  };
}
