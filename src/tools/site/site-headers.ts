import { posix } from 'node:path';
import { fail, ok, type Result } from '../../base/index.ts';
import type { ToolContext } from '../tool.ts';

/** How hosts of static sites are told of headers (Netlify's form, which Cloudflare and others took over). */
const HEADERS_FILE = '_headers';
const MARK = '# Made by mobileops.';

/** Adds headers for a path (`/*`) to the site's `_headers`; fails where the site has a file of its own. */
export function addHeaders(
  { fs }: Pick<ToolContext, 'fs'>,
  site: string,
  { path, headers }: { readonly path: string; readonly headers: Readonly<Record<string, string>> },
): Result<undefined, string> {
  const file = posix.join(site, HEADERS_FILE);
  const before = fs.lstat(file) ? fs.readText(file) : `${MARK}\n`;
  if (!before.startsWith(MARK))
    return fail(
      `the site has a ${HEADERS_FILE} of its own, which would lose its place; take it out, and put its headers where the site is served`,
    );
  const lines = Object.entries(headers).map(([name, value]) => `  ${name}: ${value}\n`);
  fs.writeFile(file, `${before}${path}\n${lines.join('')}`, 0o644);
  return ok(undefined);
}
