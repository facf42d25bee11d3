import { z } from 'zod';
import type { Routes } from '../http/routes.ts';
import { html } from '../pages/html.ts';
import { sendPage } from '../pages/page.ts';
import type { Services } from '../services.ts';

/** The dashboard: a script draws it from the API, whatever the address below `/builds` is. */
export function addPageRoutes(routes: Routes, services: Services): void {
  const answers = { 200: { description: 'the page', schema: z.string(), mediaType: 'text/html' } } as const;
  const scope = { face: 'builds' } as const;
  const page = { method: 'GET', access: 'read', scope, summary: 'the dashboard of builds', answers } as const;
  const body = html`<div id="app"></div>
<noscript><p class="notice">This page is drawn by a script. Without it there is <a href="/api/v1/builds">the list of builds as JSON</a>.</p></noscript>`;
  routes.add({ ...page, path: '/builds' }, ({ reply }) =>
    sendPage(reply, services, { title: 'Builds', section: '/builds', body, files: 'builds' }),
  );
  routes.add({ ...page, path: '/builds/{id}', params: z.object({ id: z.string().max(64) }) }, ({ reply }) =>
    sendPage(reply, services, { title: 'Build', section: '/builds', body, files: 'builds' }),
  );
}
