import { posix } from 'node:path';
import { filesIn } from '../folder.ts';
import type { ToolContext } from '../tool.ts';
import { findManifest } from './find-manifest.ts';
import { siteBase } from './site-html.ts';

/** What a built site calls itself: the `name` of its web app manifest; `undefined` where it says nothing. */
export function siteName(fs: ToolContext['fs'], site: string): string | undefined {
  const isFile = filesIn(fs, site);
  if (!isFile('index.html')) return undefined;
  const html = fs.readText(posix.join(site, 'index.html'));
  const found = findManifest(isFile, { html, base: siteBase(html, isFile) });
  if (!found?.exists) return undefined;
  try {
    const name: unknown = JSON.parse(fs.readText(posix.join(site, found.path)))?.name;
    return typeof name === 'string' && name.trim() !== '' ? name.trim() : undefined;
  } catch {
    return undefined;
  }
}
