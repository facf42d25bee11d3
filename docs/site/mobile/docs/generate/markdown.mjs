/** Markdown to HTML in which nothing runs and every link leads somewhere. */
import { posix } from 'node:path';
import { Marked } from '../vendor/marked.mjs';
import { addressOf, wayTo } from './places.mjs';

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text) => text.replace(/[&<>"']/g, (character) => ESCAPES[character]);

/** The words of HTML, without its marks. */
export function plainText(html) {
  const entities = Object.entries(ESCAPES);
  const text = html.replace(/<br>|<\/(?:p|li|t[dhr]|h\d|pre|div|ul|ol)>/g, ' ').replace(/<[^>]*>/g, '');
  return entities
    .reduceRight((all, [character, entity]) => all.replaceAll(entity, character), text)
    .replace(/\s+/g, ' ')
    .trim();
}

/** As GitHub does it, so that links hold there too. */
const anchorOf = (text) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

/** The state of a promise as a mark that is seen at a glance. */
function withMark(html) {
  const kind = [
    [/^kept$/, 'good'],
    [/^in part: /, 'warn'],
    [/^not kept/, 'bad'],
  ].find(([pattern]) => pattern.test(html))?.[1];
  return kind === undefined ? html : `<span class="mark ${kind}">${html}</span>`;
}

/** What HTML of a page may be: the rest is shown as it is written. */
const HARMLESS = /^(<br>|<!--[\s\S]*?-->\s*)$/;

export class Markdown {
  #sources;
  /** Where sections are that have a page of their own. */
  #moved;
  /** Links within the site: where they stand, and what they lead to. */
  #links = [];

  constructor(sources, moved) {
    this.#sources = new Set(sources);
    this.#moved = moved;
  }

  /** The HTML of a page with its title, its headings (level, anchor, text) and what its first paragraph says. */
  render(source, text) {
    const headings = [];
    const marked = new Marked({ gfm: true });
    marked.use({ renderer: this.#renderer(source, headings) });
    const html = marked.parse(text);
    const title = headings.find(({ level }) => level === 1)?.text;
    if (title === undefined) throw new Error(`${source} has no title`);
    const summary = plainText(/<p>([\s\S]*?)<\/p>/.exec(html)?.[1] ?? '');
    return { title, html, headings, summary };
  }

  #renderer(source, headings) {
    const { link, image, pathOf } = this.#places(source);
    const anchors = new Map();
    const isOfPromises = source === 'docs/promises.md';
    return {
      heading({ tokens, depth }) {
        const html = this.parser.parseInline(tokens);
        const text = plainText(html);
        const count = anchors.get(anchorOf(text)) ?? 0;
        anchors.set(anchorOf(text), count + 1);
        const anchor = count === 0 ? anchorOf(text) : `${anchorOf(text)}-${count}`;
        headings.push({ level: depth, anchor, text });
        if (depth === 1) return `<h1>${html}</h1>\n`;
        return `<h${depth} id="${anchor}"><a class="anchor" href="#${anchor}">${html}</a></h${depth}>\n`.replace(
          // A link in a heading stays one, and stands alone.
          /<a class="anchor" [^>]*>([\s\S]*<a [\s\S]*)<\/a><\/h/,
          '$1</h',
        );
      },
      html: ({ text }) => (HARMLESS.test(text) ? text : escapeHtml(text)),
      link({ href, tokens }) {
        return link(href, this.parser.parseInline(tokens));
      },
      image: ({ href, text }) => image(href, text),
      code: ({ text, lang }) =>
        `<pre tabindex="0"${lang ? ` data-language="${escapeHtml(lang)}"` : ''}><code>${escapeHtml(text)}\n</code></pre>\n`,
      codespan: ({ text }) => `<code>${escapeHtml(text)}</code>`,
      table({ header, rows }) {
        const cell = (name) => (each) => {
          const inner = this.parser.parseInline(each.tokens);
          return `<${name}${each.align === 'right' ? ' class="number"' : ''}>${isOfPromises ? withMark(inner) : inner}</${name}>`;
        };
        const hasHead = header.some(({ text }) => text !== '');
        const head = hasHead ? `<thead><tr>${header.map(cell('th')).join('')}</tr></thead>` : '';
        const body = rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`).join('\n');
        const label = headings.at(-1)?.text ?? pathOf;
        return `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(`Table: ${label}`)}"><table>${head}<tbody>${body}</tbody></table></div>\n`;
      },
    };
  }

  /** What links and images of a page lead to. */
  #places(source) {
    const from = addressOf(source);
    const link = (href, html) => {
      if (/^https?:/.test(href)) return `<a href="${escapeHtml(href)}" rel="noreferrer">${html}</a>`;
      const [path, anchor] = href.split('#');
      const wanted = path === '' ? source : posix.join(posix.dirname(source), path);
      const moved = this.#moved.get(`${wanted}#${anchor}`);
      if (moved) return `<a href="${wayTo(from, addressOf(moved))}">${html}</a>`;
      if (this.#sources.has(wanted)) {
        const to = addressOf(wanted) + (anchor === undefined ? '' : `#${anchor}`);
        this.#links.push({ source, href, to });
        return `<a href="${anchor !== undefined && wanted === source ? `#${anchor}` : wayTo(from, to)}">${html}</a>`;
      }
      if (/^docs\/.*\.md$/.test(wanted) || wanted.startsWith('..'))
        throw new Error(`${source}: ${href} leads nowhere`);
      // A file or folder of the repository, which is no page.
      return `<span title="${escapeHtml(wanted)} of the repository">${html}</span>`;
    };
    const image = (href, text) => {
      const wanted = posix.join(posix.dirname(source), href);
      if (!wanted.startsWith('docs/screenshots/'))
        throw new Error(`${source}: the image ${href} is not in docs/screenshots`);
      return `<img src="${wayTo(from, wanted.replace('docs/', ''))}" alt="${escapeHtml(text)}" loading="lazy">`;
    };
    return { link, image, pathOf: source };
  }

  /** Throws where a link leads to a heading that is not there. */
  checkLinks(pages) {
    const targets = new Set(
      pages.flatMap(({ address, headings }) => [
        address,
        ...headings.map(({ anchor }) => `${address}#${anchor}`),
      ]),
    );
    const wrong = this.#links.filter(({ to }) => !targets.has(to));
    if (wrong.length > 0)
      throw new Error(wrong.map(({ source, href }) => `${source}: ${href} leads to no heading`).join('\n'));
  }
}
