import { elementsOf, sitePath } from './site-html.ts';

/** Where a manifest is looked for when the page names none; the first is made when there is none at all. */
const USUAL_PLACES = ['manifest.webmanifest', 'manifest.json', 'site.webmanifest'];

export interface Found {
  /** Relative to the site. */
  readonly path: string;
  readonly exists: boolean;
  readonly isLinked: boolean;
}

/** The web app manifest of a site; `undefined` where its start page links one that is not of the site. */
export function findManifest(
  isFile: (path: string) => boolean,
  { html, base }: { readonly html: string; readonly base: string },
): Found | undefined {
  const link = elementsOf(html, 'link').find(({ rel = '' }) =>
    rel.toLowerCase().split(/\s+/).includes('manifest'),
  );
  if (link?.href) {
    const path = sitePath(link.href, { path: 'index.html', base });
    return path ? { path, exists: isFile(path), isLinked: true } : undefined;
  }
  const path = USUAL_PLACES.find(isFile);
  return { path: path ?? USUAL_PLACES[0]!, exists: path !== undefined, isLinked: false };
}
