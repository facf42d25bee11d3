import type { FastifyReply } from 'fastify';
import { PAGE_POLICY } from '../http/safe-headers.ts';
import type { Services } from '../services.ts';
import { type Html, html } from './html.ts';

/** One of our pages, as a face gives it: what stands between header and footer. */
export interface Page {
  /** Before the server's name, in the browser's title. */
  readonly title: string;
  /** The address of the section that it belongs to: `/builds`. */
  readonly section: string;
  readonly body: Html;
  /** Which scripts and styles of `web/` it loads; `shell` (the look alone) unless told. */
  readonly files?: string;
  /** Of the answer; 200 unless told. */
  readonly status?: number;
}

/** Sends a page in the common look. No script and no style may stand in its body: the policy forbids them. */
export function sendPage(reply: FastifyReply, services: Services, page: Page): FastifyReply {
  return reply
    .code(page.status ?? 200)
    .header('content-security-policy', PAGE_POLICY)
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(pageText(services, page));
}

function pageText(
  { web, sections, version }: Services,
  { title, section, body, files = 'shell' }: Page,
): string {
  const { styles, scripts, preloads } = web.filesOf(files);
  const isHere = (path: string): boolean => path === section;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · mobileops</title>
<link rel="icon" href="data:,">
${styles.map((address) => html`<link rel="stylesheet" href="${address}">\n`)}${preloads.map(
  (address) => html`<link rel="modulepreload" href="${address}">\n`,
)}${scripts.map((address) => html`<script type="module" src="${address}"></script>\n`)}</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
<a class="brand" href="/">mobileops</a>
<nav aria-label="Sections">
${sections.map(({ title: name, path }) =>
  isHere(path)
    ? html`<a href="${path}" aria-current="page">${name}</a>\n`
    : html`<a href="${path}">${name}</a>\n`,
)}</nav>
</header>
<main id="content" tabindex="-1">
${body}
</main>
<footer class="bottom">mobileops ${version} · <a href="/openapi.json">API</a></footer>
</body>
</html>
`.text;
}
