import { posix } from 'node:path';
import { Digester, ok } from '../../base/index.ts';
import { parseArguments } from '../arguments.ts';
import { fileBytes } from '../byte-stream.ts';
import { type FolderEntry, filesIn, listFolder } from '../folder.ts';
import { badInput, type Tool, type ToolContext, usage } from '../tool.ts';
import { type PrecachedFile, REGISTER_SCRIPT, serviceWorkerScript } from './service-worker-script.ts';
import { intoHead, siteBase } from './site-html.ts';

/** Larger files are fetched when they are wanted. */
const DEFAULT_MAX_BYTES = 5 * 2 ** 20;
const WORKER = 'sw.js';
const REGISTRATION = 'register-sw.js';
/** Not asked for by pages. */
const NEVER_CACHED = /\.map$|(^|\/)\.|^_(headers|redirects)$/;
/** Answers for pages that cannot be reached, where the site has it. */
const USUAL_OFFLINE = 'offline.html';
const START = 'index.html';

/**
 * `service-worker v2 [--max-bytes <n>] [--offline <page>] <site>`: makes a built site work offline, in place. Writes
 * `sw.js`, which keeps every file of the site up to the size limit, and `register-sw.js`, which each page loads (a file of
 * its own, so that a content security policy need not allow inline scripts). A page that is not kept and cannot be
 * reached is answered by `--offline`, `offline.html` or the start page, whichever is there first. A site that brings a
 * `sw.js` keeps it.
 */
export const serviceWorker: Tool = async (args, context) => {
  const parsed = parseArguments(args, ['max-bytes', 'offline']);
  if (!parsed.ok) return parsed;
  const { options, operands } = parsed.value;
  const maxBytes = Number(options['max-bytes'] ?? DEFAULT_MAX_BYTES);
  if (operands.length !== 1 || !Number.isSafeInteger(maxBytes))
    return usage('service-worker [--max-bytes <n>] [--offline <page>] <site>');
  const site = posix.resolve(context.workingDirectory, operands[0]!);
  const { fs } = context;
  const isFile = filesIn(fs, site);
  if (!isFile(START)) return badInput(`the site has no ${START}`);
  if (options.offline !== undefined && !isFile(options.offline))
    return badInput(
      `the site has no ${options.offline}, which \`web.offlinePage\` in build.yaml names; the build must leave it in its output`,
    );
  const offline = options.offline ?? (isFile(USUAL_OFFLINE) ? USUAL_OFFLINE : START);
  if (fs.lstat(posix.join(site, WORKER))) return ok(undefined);
  if (fs.lstat(posix.join(site, REGISTRATION)))
    return badInput(`the site has a ${REGISTRATION} but no ${WORKER}`);
  fs.writeFile(posix.join(site, REGISTRATION), REGISTER_SCRIPT, 0o644);
  const files = listFolder(fs, site).filter((entry) => entry.kind === 'file');
  for (const { path } of files) if (/\.html?$/i.test(path)) loadRegistration(context, site, path);
  const precached: PrecachedFile[] = [];
  for (const file of files)
    if (!NEVER_CACHED.test(file.path)) precached.push(...(await hashed(context, site, { file, maxBytes })));
  fs.writeFile(posix.join(site, WORKER), serviceWorkerScript(precached, addressOf(offline)), 0o644);
  return ok(undefined);
};

/** A start page that is served for other paths too needs the address that its own scripts have. */
function loadRegistration({ fs }: ToolContext, site: string, path: string): void {
  const file = posix.join(site, path);
  const html = fs.readText(file);
  const base =
    path === 'index.html'
      ? siteBase(html, filesIn(fs, site))
      : `${posix.relative(posix.dirname(`/${path}`), '/') || '.'}/`;
  fs.writeFile(file, intoHead(html, `<script src="${base}${REGISTRATION}" defer></script>`), 0o644);
}

const addressOf = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

async function hashed(
  { fs }: ToolContext,
  site: string,
  { file, maxBytes }: { readonly file: FolderEntry & { kind: 'file' }; readonly maxBytes: number },
): Promise<PrecachedFile[]> {
  const path = posix.join(site, file.path);
  if (fs.lstat(path)!.sizeBytes > maxBytes) return [];
  const digester = new Digester();
  for await (const chunk of fileBytes(fs, path)) digester.update(chunk);
  const hash = Buffer.from(digester.digest().hash, 'hex').toString('base64');
  return [{ address: addressOf(file.path), integrity: `sha256-${hash}` }];
}
