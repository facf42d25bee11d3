import { posix } from 'node:path';
import { fail, ok, type Result } from '../../base/index.ts';
import { parseArguments } from '../arguments.ts';
import { badInput, type Tool, type ToolContext, type ToolFailure, usage } from '../tool.ts';
import { elementsOf, intoHead, siteBase, sitePath } from './site-html.ts';
import { iconProblems } from './web-manifest-icons.ts';

/** Where a manifest is looked for when the page names none; the first is made when there is none at all. */
const USUAL_PLACES = ['manifest.webmanifest', 'manifest.json', 'site.webmanifest'];
const DISPLAYS = ['fullscreen', 'standalone', 'minimal-ui', 'browser'];

/**
 * `web-manifest v1 [--extra <json>] <site>`: the site's web app manifest, checked and completed in place: with the
 * fields of `--extra` that it lacks, with `short_name`, `start_url`, `scope` and `display`, and with the link in
 * `index.html`. Fails with everything that keeps the app from being installed. Spec: https://www.w3.org/TR/appmanifest/
 */
export const webManifest: Tool = async (args, context) => {
  const parsed = parseArguments(args, ['extra']);
  if (!parsed.ok) return parsed;
  const { options, operands } = parsed.value;
  if (operands.length !== 1) return usage('web-manifest [--extra <json>] <site>');
  const site = posix.resolve(context.workingDirectory, operands[0]!);
  const page = posix.join(site, 'index.html');
  if (!isFile(context, page)) return badInput('the site has no index.html');
  const html = context.fs.readText(page);
  const base = siteBase(html, (path) => isFile(context, posix.join(site, path)));
  const found = findManifest(context, site, { html, base });
  if (!found) return badInput('the manifest that index.html links is not part of the site');
  const own = found.exists ? readObject(context, posix.join(site, found.path)) : ok({});
  if (!own.ok) return own;
  const extra =
    options.extra === undefined
      ? ok({})
      : readObject(context, posix.resolve(context.workingDirectory, options.extra));
  if (!extra.ok) return extra;
  const manifest = completed({ ...extra.value, ...own.value }, found.path);
  const problems = [
    ...fieldProblems(manifest),
    ...iconProblems(context.fs, { site, manifest: { path: found.path, base }, icons: manifest.icons }),
  ];
  if (problems.length > 0) return badInput(problems.map((problem) => `${found.path}: ${problem}`).join('\n'));
  context.fs.writeFile(posix.join(site, found.path), `${JSON.stringify(manifest, undefined, 2)}\n`, 0o644);
  if (!found.isLinked)
    context.fs.writeFile(page, intoHead(html, `<link rel="manifest" href="${base}${found.path}">`), 0o644);
  return ok(undefined);
};

type Manifest = Readonly<Record<string, unknown>>;

interface Found {
  /** Relative to the site. */
  readonly path: string;
  readonly exists: boolean;
  readonly isLinked: boolean;
}

const isFile = ({ fs }: ToolContext, path: string): boolean => fs.lstat(path)?.type === 'file';

function findManifest(
  context: ToolContext,
  site: string,
  { html, base }: { readonly html: string; readonly base: string },
): Found | undefined {
  const exists = (path: string): boolean => isFile(context, posix.join(site, path));
  const link = elementsOf(html, 'link').find(({ rel = '' }) =>
    rel.toLowerCase().split(/\s+/).includes('manifest'),
  );
  if (link?.href) {
    const path = sitePath(link.href, { path: 'index.html', base });
    return path ? { path, exists: exists(path), isLinked: true } : undefined;
  }
  const path = USUAL_PLACES.find(exists);
  return { path: path ?? USUAL_PLACES[0]!, exists: path !== undefined, isLinked: false };
}

function readObject({ fs, workingDirectory }: ToolContext, path: string): Result<Manifest, ToolFailure> {
  const name = posix.relative(workingDirectory, path);
  try {
    const value: unknown = JSON.parse(fs.readText(path).replace(/^\uFEFF/, ''));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return ok(value as Manifest);
    return fail({ kind: 'input', message: `${name} is not a JSON object` });
  } catch (error) {
    if (error instanceof SyntaxError)
      return fail({ kind: 'input', message: `${name} is not JSON: ${error.message}` });
    throw error;
  }
}

function completed(manifest: Manifest, path: string): Manifest {
  const top = posix.relative(posix.dirname(`/${path}`), '/');
  const root = top === '' ? './' : `${top}/`;
  const { name, short_name } = manifest;
  return {
    ...(name === undefined && short_name !== undefined ? { name: short_name } : {}),
    ...manifest,
    ...(short_name === undefined && name !== undefined ? { short_name: name } : {}),
    start_url: manifest.start_url ?? root,
    scope: manifest.scope ?? root,
    display: manifest.display ?? 'standalone',
  };
}

function fieldProblems(manifest: Manifest): string[] {
  const problems: string[] = [];
  if (manifest.name === undefined)
    problems.push('name is missing; give it here or under `manifest:` in build.yaml');
  for (const key of ['name', 'short_name', 'start_url', 'scope', 'display'])
    if (manifest[key] !== undefined && (typeof manifest[key] !== 'string' || manifest[key] === ''))
      problems.push(`${key} must be a text`);
  const { display } = manifest;
  if (typeof display === 'string' && !DISPLAYS.includes(display))
    problems.push(`display is ${JSON.stringify(display)}; it can be ${DISPLAYS.join(', ')}`);
  return problems;
}
