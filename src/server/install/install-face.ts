import { z } from 'zod';
import { otaManifest } from '../../apps/index.ts';
import { seenBy } from '../access/reach.ts';
import { NAME, OF_FILE, OF_ITS_NAME, OF_NAME } from '../artifacts/names.ts';
import { shownFile } from '../artifacts/store-file.ts';
import { baseAddress } from '../http/base-address.ts';
import { notFound } from '../http/http-error.ts';
import type { Routes } from '../http/routes.ts';
import { sendPage } from '../pages/page.ts';
import type { Face, Services } from '../services.ts';
import { InstallCatalog } from './catalog.ts';
import { appPage, installPage } from './install-pages.ts';
import { INSTALL_MIGRATIONS } from './tables.ts';

const PAGE = { 200: { description: 'the page', schema: z.string(), mediaType: 'text/html' } };

/** The page from which people install apps: the newest of every channel, with QR codes for phones. */
export const installFace: Face = {
  name: 'install',
  migrations: INSTALL_MIGRATIONS,
  section: { title: 'Install', path: '/install' },
  addRoutes: (routes, services) => {
    const catalog = new InstallCatalog(services);
    addPages(routes, services, catalog);
    addLists(routes, catalog);
    addLinks(routes, services);
  },
};

function addPages(routes: Routes, services: Services, catalog: InstallCatalog): void {
  const look = { section: '/install', files: 'install' };
  routes.add(
    {
      method: 'GET',
      path: '/install',
      access: 'read',
      scope: { face: 'artifacts' },
      summary: 'the apps that can be installed',
      answers: PAGE,
    },
    async ({ request, reply, identity }) => {
      const seen = seenBy(identity, 'artifacts');
      const apps = await catalog.offers(seen);
      const body = installPage(apps, await catalog.webApps(seen), baseAddress(request));
      return sendPage(reply, services, { ...look, title: 'Install', body });
    },
  );
  routes.add(
    {
      ...{ method: 'GET', path: '/install/{name}', access: 'read', params: OF_NAME, answers: PAGE },
      scope: OF_ITS_NAME,
      summary: 'the channels and versions of one app',
    },
    async ({ request, reply, params: { name } }) => {
      const history = await catalog.history(name);
      if (history.length === 0) throw notFound(`no app is published as ${name}`);
      const body = appPage({ name, history, offers: await catalog.offersOf(name) }, baseAddress(request));
      return sendPage(reply, services, { ...look, title: name, body });
    },
  );
}

/** Over-the-air installation, as devices with iOS ask for it. */
function addLists(routes: Routes, catalog: InstallCatalog): void {
  routes.add(
    {
      method: 'GET',
      path: '/install/{name}/{version}/{file}/manifest.plist',
      access: 'read',
      scope: OF_ITS_NAME,
      summary: 'the list by which a device with iOS installs an IPA',
      params: OF_FILE,
      answers: { 200: { description: 'a property list', schema: z.string(), mediaType: 'application/xml' } },
    },
    async ({ request, reply, params }) => {
      const row = await catalog.store.find(params);
      const card = row && (await catalog.card(row));
      if (!row || !card?.ok || card.value.format !== 'ipa') throw notFound(`there is no IPA ${params.file}`);
      const { id, version, label } = card.value;
      const url = `${baseAddress(request)}${shownFile(row).path}`;
      return reply.type('application/xml').send(otaManifest({ app: { id, version, label } }, url));
    },
  );
}

const LINK = z.object({
  title: z.string().min(1).max(100),
  url: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .describe('where the web app is served'),
  version: z.string().min(1).max(100),
});

/** A web app is installed from its own origin: here is only where that is. */
function addLinks(routes: Routes, { database, clock }: Services): void {
  const path = '/api/install/web-apps/{name}';
  const params = z.object({ name: NAME });
  routes.add(
    {
      ...{ method: 'PUT', path, access: 'write', scope: OF_ITS_NAME, params, body: LINK },
      summary: 'show a web app on the install page',
      answers: { 204: { description: 'it is shown' } },
    },
    async ({ params: { name }, body, identity, reply }) => {
      const row = { ...body, changedAtMs: clock.now(), changedBy: identity.name };
      await database.db
        .insertInto('installLinks')
        .values({ name, ...row })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
        .execute();
      return reply.code(204).send();
    },
  );
  routes.add(
    {
      ...{ method: 'DELETE', path, access: 'write', scope: OF_ITS_NAME, params },
      summary: 'show it no more',
      answers: { 204: { description: 'it is gone from the page' } },
    },
    async ({ params: { name }, reply }) => {
      const { numDeletedRows } = await database.db
        .deleteFrom('installLinks')
        .where('name', '=', name)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw notFound(`no web app is shown as ${name}`);
      return reply.code(204).send();
    },
  );
}
