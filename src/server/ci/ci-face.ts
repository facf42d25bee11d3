import { z } from 'zod';
import { type BuildRecord, PIPELINE_VERB } from '../../metrics/index.ts';
import { SqliteBuildRecords } from '../builds/sqlite-build-records.ts';
import { sendPage } from '../pages/page.ts';
import type { Face } from '../services.ts';
import { ciPage } from './ci-page.ts';

const RUNS_OF_A_PAGE = 20;

/** The runs of pipelines. They come and are kept as records of builds do, so that each has its timeline among them. */
export const ciFace: Face = {
  name: 'ci',
  migrations: [],
  section: { title: 'CI', path: '/ci' },
  addRoutes: (routes, services) => {
    const records = new SqliteBuildRecords(services.database);
    routes.add(
      {
        method: 'GET',
        path: '/ci',
        access: 'read',
        scope: { face: 'builds' },
        summary: 'the runs of pipelines with their steps, the latest first',
        query: z.object({ after: z.string().max(100).optional() }),
        answers: { 200: { description: 'the page', schema: z.string(), mediaType: 'text/html' } },
      },
      async ({ reply, query: { after } }) => {
        const page = { limit: RUNS_OF_A_PAGE, ...(after === undefined ? {} : { after }) };
        const { builds, next } = await records.list({ verb: PIPELINE_VERB }, page);
        const runs: BuildRecord[] = [];
        for (const { id } of builds) {
          const run = await records.get(id);
          if (run) runs.push(run);
        }
        return sendPage(reply, services, {
          ...{ title: 'CI', section: '/ci', files: 'ci' },
          body: ciPage({ runs, next, isFirst: after === undefined }),
        });
      },
    );
  },
};
