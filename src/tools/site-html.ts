/** Puts an element at the end of a page's head; before its content where it has no head of its own. */
export function intoHead(html: string, element: string): string {
  const hidden = blankComments(html);
  const head = hidden.search(/<\/head\s*>/i);
  const place = head >= 0 ? head : hidden.search(/<body[\s>]/i);
  if (place >= 0) return `${html.slice(0, place)}${element}\n${html.slice(place)}`;
  const opening = /^\s*(<!doctype[^>]*>)?\s*(<html[^>]*>)?/i.exec(html)![0].length;
  return `${html.slice(0, opening)}\n${element}\n${html.slice(opening)}`;
}

/** The attributes of every element of this name, names in lower case, entities of addresses resolved. */
export function elementsOf(html: string, name: string): Readonly<Record<string, string>>[] {
  const elements: Record<string, string>[] = [];
  for (const match of blankComments(html).matchAll(new RegExp(`<${name}\\s([^>]*)>`, 'gi'))) {
    const attributes: Record<string, string> = {};
    for (const [, key, double, single, bare] of match[1]!.matchAll(ATTRIBUTE))
      attributes[key!.toLowerCase()] ??= (double ?? single ?? bare ?? '').replaceAll('&amp;', '&');
    elements.push(attributes);
  }
  return elements;
}

const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;

/** Comments and scripts as blanks, so that what they hold is not taken for elements; offsets stay. */
function blankComments(html: string): string {
  return html.replace(
    /<!--[\s\S]*?(?:-->|$)|(<(script|style)\b[^>]*>)([\s\S]*?)(?=<\/\2)/gi,
    (text, opening = '') => opening + ' '.repeat(text.length - opening.length),
  );
}

/** The file that an address means, seen from the file `from` of the site; `undefined` when it is not of the site. */
export function sitePath(address: string, from: string): string | undefined {
  const base = new URL(`https://site.invalid/${from.split('/').map(encodeURIComponent).join('/')}`);
  const url = URL.parse(address, base.href);
  if (url?.origin !== base.origin) return undefined;
  try {
    const path = decodeURIComponent(url.pathname).slice(1);
    return path.split('/').some((name) => name === '..' || name.includes('\0')) ? undefined : path;
  } catch {
    return undefined;
  }
}
