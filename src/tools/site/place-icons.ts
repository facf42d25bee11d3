import { posix } from 'node:path';
import { fail, ok, type Result } from '../../base/index.ts';
import { listFolder } from '../folder.ts';
import type { ToolContext } from '../tool.ts';
import type { Manifest } from './manifest-problem.ts';
import { elementsOf } from './site-html.ts';
import type { IconsDescription } from './web-icons.ts';

/** What the icons of `web-icons` bring to a site: members of its manifest, elements of its page. */
export interface PlacedIcons {
  readonly icons: readonly Manifest[];
  readonly elements: readonly string[];
}

export const NO_ICONS: PlacedIcons = { icons: [], elements: [] };

interface Site {
  /** Absolute. */
  readonly folder: string;
  readonly html: string;
  /** What stands before a path of the site in addresses of the page. */
  readonly base: string;
  /** The same in addresses of the manifest. */
  readonly root: string;
}

/** Puts the icons of a folder into a site; a file of the site's own stays where only browsers ask for it by themselves. */
export function placeIcons(
  { fs }: Pick<ToolContext, 'fs'>,
  folder: string,
  { folder: site, html, base, root }: Site,
): Result<PlacedIcons, string> {
  const { icons, links } = JSON.parse(
    fs.readText(posix.join(folder, 'icons.json')),
  ) as unknown as IconsDescription;
  for (const { path, kind } of listFolder(fs, folder)) {
    if (kind !== 'file' || path === 'icons.json') continue;
    const place = posix.join(site, path);
    if (fs.lstat(place)) {
      if (path === 'favicon.ico') continue;
      return fail(`the site has a file ${path}, which \`web.icon\` makes too; rename the one in the site`);
    }
    fs.makeDirectory(posix.dirname(place));
    fs.writeFile(place, fs.readFile(posix.join(folder, path)), 0o644);
  }
  const linked = new Set(elementsOf(html, 'link').flatMap(({ rel = '' }) => rel.toLowerCase().split(/\s+/)));
  return ok({
    icons: icons.map((icon) => ({ ...icon, src: `${root}${icon.src}` })),
    elements: links
      .filter(({ rel }) => !linked.has(rel))
      .map(({ rel, href, ...rest }) => element({ rel, href: `${base}${href}`, ...rest })),
  });
}

function element(attributes: Readonly<Record<string, string>>): string {
  const words = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
  return `<link ${words.join(' ')}>`;
}
