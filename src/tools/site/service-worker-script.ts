import { sha256 } from '../../base/index.ts';

/** A file that works offline. */
export interface PrecachedFile {
  /** Relative to `sw.js`, percent-encoded. */
  readonly address: string;
  /** As in subresource integrity: `sha256-…`. */
  readonly integrity: string;
}

/**
 * Loaded by each page; it finds `sw.js` beside itself, so that the site may stand below any path. A page that wants to
 * tell of a new version listens for `appupdate`: `event.detail.apply()` takes it over and loads the page again.
 */
export const REGISTER_SCRIPT = `'use strict';
if ('serviceWorker' in navigator && /^https?:$/.test(location.protocol)) {
  const worker = new URL('sw.js', document.currentScript.src);
  const container = navigator.serviceWorker;
  let applied = false;
  container.addEventListener('controllerchange', () => {
    if (applied) location.reload();
  });
  const tell = (waiting) => {
    const apply = () => {
      applied = true;
      waiting.postMessage({ type: 'SKIP_WAITING' });
    };
    dispatchEvent(new CustomEvent('appupdate', { detail: { apply } }));
  };
  const watch = (registration) => {
    if (registration.waiting && container.controller) tell(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const { installing } = registration;
      installing.addEventListener('statechange', () => {
        if (installing.state === 'installed' && container.controller) tell(installing);
      });
    });
    // An installed app may stay open for weeks, and only a page that is opened makes the browser look.
    let looked = performance.now();
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState !== 'visible' || performance.now() - looked < 3600000) return;
      looked = performance.now();
      registration.update().catch(() => {});
    });
  };
  addEventListener('load', () => {
    container.register(worker).then(watch, (error) => console.warn('This page will not work offline:', error));
  });
}
`;

/**
 * The service worker. One cache for each place of a site, entries keyed by address and hash: an update fetches only
 * what changed, checks every byte, takes over when no page of the old version is open, and then forgets the old files.
 */
export function serviceWorkerScript(files: readonly PrecachedFile[], offline: string): string {
  const list = files.map(({ address, integrity }) => `  ${JSON.stringify([address, integrity])},\n`).join('');
  const version = sha256(`${offline}\n${list}`).slice(0, 16);
  return `'use strict';
// Made by mobileops. Version ${version}.
const FILES = new Map([
${list}]);
/** Answers for a page that is not among them and cannot be reached. */
const OFFLINE = ${JSON.stringify(offline)};
${BODY}`;
}

const BODY = `
const base = new URL('./', self.location);
const cacheName = 'mobileops ' + base.href;

/** Where a file of this version is kept: two versions share the files that are equal. */
const keyOf = (address) => {
  const key = new URL(address, base);
  key.search = '?' + encodeURIComponent(FILES.get(address));
  return key.href;
};

const fetchFile = async (address) => {
  const response = await fetch(new URL(address, base), {
    cache: 'no-cache',
    credentials: 'same-origin',
    integrity: FILES.get(address),
  });
  if (!response.ok) throw new Error(response.status + ' for ' + address);
  if (!response.redirected) return response;
  // A page may not be answered with what came by a redirect, as for a server that turns /index.html into /.
  return new Response(await response.blob(), { status: 200, headers: response.headers });
};

const install = async () => {
  const cache = await caches.open(cacheName);
  const missing = [];
  for (const address of FILES.keys()) if (!(await cache.match(keyOf(address)))) missing.push(address);
  const next = async () => {
    for (let address = missing.pop(); address; address = missing.pop())
      await cache.put(keyOf(address), await fetchFile(address));
  };
  await Promise.all([next(), next(), next(), next()]);
};

const activate = async () => {
  const cache = await caches.open(cacheName);
  const kept = new Set([...FILES.keys()].map(keyOf));
  for (const { url } of await cache.keys()) if (!kept.has(url)) await cache.delete(url);
  await self.clients.claim();
};

/** The kept file that answers an address: the file itself, or the page of a folder. */
const addressOf = (url) => {
  if (!url.pathname.startsWith(base.pathname)) return undefined;
  const path = url.pathname.slice(base.pathname.length);
  const candidates = path === '' || path.endsWith('/') ? [path + 'index.html'] : [path, path + '.html'];
  return candidates.find((each) => FILES.has(each));
};

const kept = async (address) => (await (await caches.open(cacheName)).match(keyOf(address))) || fetch(new URL(address, base));

const respond = async (request) => {
  const address = addressOf(new URL(request.url));
  if (address) return kept(address);
  if (request.mode !== 'navigate') return fetch(request);
  return fetch(request).catch(() => kept(OFFLINE));
};

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('message', ({ data }) => {
  if (data && data.type === 'SKIP_WAITING') self.skipWaiting();
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== base.origin || request.headers.has('range')) return;
  if (addressOf(url) || request.mode === 'navigate') event.respondWith(respond(request));
});
`;
