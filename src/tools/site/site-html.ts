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
  for (const match of blankComments(html).matchAll(
    new RegExp(`<${name}\\s((?:"[^"]*"|'[^']*'|[^"'>])*)>`, 'gi'),
  )) {
    elements.push(attributesOf(match[1]!));
  }
  return elements;
}

/** Attributes as a tag writes them; the first of a name counts. */
export function attributesOf(text: string): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {};
  for (const [, key, double, single, bare] of text.matchAll(ATTRIBUTE))
    attributes[key!.toLowerCase()] ??= resolved(double ?? single ?? bare ?? '');
  return attributes;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  '#39': "'",
};

const resolved = (value: string): string =>
  value.replace(/&(amp|quot|apos|lt|gt|#39);/g, (_, name: string) => ENTITIES[name]!);

const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;

/**
 * Puts an element where it counts for everything that the page loads: first in the head, behind what tells the
 * encoding, which must stand near the top.
 */
export function firstInHead(html: string, element: string): string {
  const hidden = blankComments(html);
  const charset = /<meta\s[^>]*\bcharset\s*=[^>]*>/i.exec(hidden);
  const opening =
    charset ?? /<head(\s[^>]*)?>/i.exec(hidden) ?? /^\s*(<!doctype[^>]*>)?\s*(<html[^>]*>)?/i.exec(hidden)!;
  const place = opening.index + opening[0].length;
  return `${html.slice(0, place)}\n${element}${html.slice(place)}`;
}

/** Comments and scripts as blanks, so that what they hold is not taken for elements; offsets stay. */
export function blankComments(html: string): string {
  return html.replace(
    /<!--[\s\S]*?(?:-->|$)|(<(script|style)\b[^>]*>)([\s\S]*?)(?=<\/\2)/gi,
    (text, opening = '') => opening + ' '.repeat(text.length - opening.length),
  );
}

/** A file of a site that has addresses: its path, and where the site stands (`siteBase`). */
export interface SiteFile {
  readonly path: string;
  readonly base: string;
}

/** The file that an address means, seen from another file of the site; `undefined` when it is not of the site. */
export function sitePath(address: string, from: SiteFile): string | undefined {
  const root = `https://site.invalid${from.base === './' ? '/' : from.base}`;
  const url = URL.parse(address, root + from.path.split('/').map(encodeURIComponent).join('/'));
  if (!url?.href.startsWith(root)) return undefined;
  try {
    const path = decodeURIComponent(url.origin + url.pathname).slice(root.length);
    return path.split('/').some((name) => name === '..' || name.includes('\0')) ? undefined : path;
  } catch {
    return undefined;
  }
}

/**
 * What stands before a site file's path in the addresses of its start page: the path that a site was built for
 * (`/app/`), or `./` where its addresses are relative.
 */
export function siteBase(html: string, isFile: (path: string) => boolean): string {
  const addresses = ['script', 'link'].flatMap((name) =>
    elementsOf(html, name).map(({ src, href }) => src ?? href ?? ''),
  );
  for (const address of addresses) {
    const path = /^\/(?!\/)[^?#]*/.exec(address)?.[0] ?? '';
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1))
      if (isFile(path.slice(at + 1))) return path.slice(0, at + 1);
  }
  return './';
}
