/** One page: the header that all pages of the server have, search, the article, what there is beside it. */
import { escapeHtml } from './markdown.mjs';
import { wayTo } from './places.mjs';

/** As the server's own pages have them; a test of the server compares. */
const SECTIONS = [
  ['Builds', '/builds'],
  ['CI', '/ci'],
  ['Install', '/install'],
  ['Docs', '/docs'],
];

export function pageHtml(page, { pages, navigation }) {
  const way = (to) => wayTo(page.address, to);
  const isStart = page.address === 'index.html';
  const bySource = new Map(pages.map((each) => [each.source, each]));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escapeHtml(page.summary.slice(0, 300))}">
<title>${escapeHtml(page.title)} · mobileops</title>
${isStart ? '' : `<link rel="icon" href="${way('favicon.ico')}">\n`}<link rel="stylesheet" href="${way('docs.css')}">
<script type="module" src="${way('search.js')}"></script>
</head>
<body data-root="${way('index.html')}">
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
<a class="brand" href="/">mobileops</a>
<nav aria-label="Sections">
${SECTIONS.map(([title, path]) => `<a href="${path}"${path === '/docs' ? ' aria-current="page"' : ''}>${title}</a>`).join('\n')}
</nav>
</header>
<div class="docs">
<div class="find" role="search">
<div>
<label for="query">Search the documentation</label>
<input id="query" type="search" autocomplete="off" spellcheck="false" aria-keyshortcuts="/">
</div>
<a class="to-pages" href="#pages">All pages</a>
<div id="found" hidden></div>
<p id="found-count" class="hidden-text" role="status"></p>
</div>
<main id="content" tabindex="-1">
<article>
${page.html}
${isStart ? startCards(navigation, { bySource, way }) : around(page, { navigation, bySource, way })}
</article>
</main>
${onThisPage(page)}
<nav id="pages" class="pages" aria-label="Pages">
${navigation.map((group) => groupList(group, { page, bySource, way })).join('\n')}
</nav>
</div>
<footer class="bottom">mobileops · <a href="/openapi.json">API</a></footer>
</body>
</html>
`;
}

const DECISIONS = 'docs/decisions/';

function groupList({ kind, pages }, { page, bySource, way }) {
  const item = (source) => {
    const { address, title } = bySource.get(source);
    const isHere =
      address === page.address || (page.source ?? '').startsWith(`${source.replace(/\.md$/, '')}/`);
    return `<li><a href="${way(address)}"${isHere ? ' aria-current="page"' : ''}>${escapeHtml(title)}</a></li>`;
  };
  const decisions = pages.filter((source) => source.startsWith(DECISIONS));
  const others = pages.filter((source) => !source.startsWith(DECISIONS));
  const isOpen = decisions.includes(page.source) ? ' open' : '';
  const folded =
    decisions.length === 0
      ? ''
      : `<li><details${isOpen}><summary>Decisions</summary><ul>${decisions.map(item).join('')}</ul></details></li>`;
  return `<h2>${kind}</h2>\n<ul>${others.map(item).join('\n')}${folded}</ul>`;
}

function startCards(navigation, { bySource, way }) {
  const card = ({ kind, about, pages }) => {
    const links = pages
      .filter((source) => !source.startsWith(DECISIONS))
      .map((source) => bySource.get(source))
      .map(({ address, title }) => `<li><a href="${way(address)}">${escapeHtml(title)}</a></li>`);
    return `<section class="card"><h2>${kind}</h2><p class="muted">${about}</p><ul>${links.join('')}</ul></section>`;
  };
  return `<div class="kinds">${navigation.map(card).join('\n')}</div>`;
}

/** The pages before and after, in the order of the navigation. */
function around({ source }, { navigation, bySource, way }) {
  const order = navigation.flatMap(({ pages }) => pages);
  const at = order.indexOf(source);
  if (at < 0) return '';
  const link = (where, label) => {
    const other = bySource.get(order[where]);
    return other
      ? `<a href="${way(other.address)}"><span>${label}</span> ${escapeHtml(other.title)}</a>`
      : '<span></span>';
  };
  return `<nav class="around" aria-label="Next pages">${link(at - 1, 'Before')}${link(at + 1, 'Next')}</nav>`;
}

const FEW = 2;
const MOST = 40;

function onThisPage({ headings }) {
  const shown = headings.filter(({ level }) => level === 2);
  if (shown.length < FEW || shown.length > MOST) return '';
  const items = shown.map(({ anchor, text }) => `<li><a href="#${anchor}">${escapeHtml(text)}</a></li>`);
  return `<nav class="here" aria-label="On this page"><h2>On this page</h2><ul>${items.join('')}</ul></nav>`;
}
