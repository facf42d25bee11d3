/** What search looks through: one entry for each section of a page. */
import { plainText } from './markdown.mjs';

/** Address, title of the page, heading (absent at its top) and words. */
export function searchEntries({ address, title, html, headings }) {
  const [top, ...sections] = html.split(/(?=<h[2-6] id=")/);
  const words = (part) => plainText(part.replace(/<h[1-6][^>]*>[\s\S]*?<\/h[1-6]>/, ''));
  const below = headings.filter(({ level }) => level > 1);
  return [
    { a: address, t: title, w: words(top) },
    ...sections.map((section, at) => ({
      ...{ a: `${address}#${below[at].anchor}`, t: title },
      ...{ h: below[at].text, w: words(section) },
    })),
  ];
}
