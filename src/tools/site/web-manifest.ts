import { posix } from 'node:path';
import { fail, ok, type Result } from '../../base/index.ts';
import { parseArguments } from '../arguments.ts';
import { filesIn } from '../folder.ts';
import { badInput, type Tool, type ToolContext, type ToolFailure, usage } from '../tool.ts';
import { findManifest } from './find-manifest.ts';
import { placeInJson } from './json-place.ts';
import { memberProblems } from './manifest-members.ts';
import { isRecord, type Manifest, type ManifestProblem } from './manifest-problem.ts';
import { NO_ICONS, placeIcons } from './place-icons.ts';
import { elementsOf, intoHead, siteBase } from './site-html.ts';
import { pictureProblems } from './web-manifest-icons.ts';

const TWO_SOURCES =
  'the manifest has icons, and `web.icon` in build.yaml makes icons; take one of the two out';

/**
 * `web-manifest v2 [--extra <json>] [--icons <folder>] <site>`: the site's web app manifest, checked and completed in
 * place: with the fields of `--extra` that it lacks, the icons that `web-icons` left in a folder, with `short_name`, `start_url`, `scope` and `display`, and with the link in
 * `index.html`. Fails with everything that keeps the app from being installed. Spec: https://www.w3.org/TR/appmanifest/
 */
export const webManifest: Tool = async (args, context) => {
  const parsed = parseArguments(args, ['extra', 'icons']);
  if (!parsed.ok) return parsed;
  const { options, operands } = parsed.value;
  if (operands.length !== 1) return usage('web-manifest [--extra <json>] [--icons <folder>] <site>');
  const site = posix.resolve(context.workingDirectory, operands[0]!);
  const page = posix.join(site, 'index.html');
  const isFile = filesIn(context.fs, site);
  if (!isFile('index.html')) return badInput('the site has no index.html');
  const html = context.fs.readText(page);
  const base = siteBase(html, isFile);
  const found = findManifest(isFile, { html, base });
  if (!found) return badInput('the manifest that index.html links is not part of the site');
  const own = found.exists ? readObject(context, posix.join(site, found.path)) : ok(NOTHING);
  if (!own.ok) return own;
  const extra =
    options.extra === undefined
      ? ok(NOTHING)
      : readObject(context, posix.resolve(context.workingDirectory, options.extra));
  if (!extra.ok) return extra;
  const root = rootFrom(found.path);
  const placed =
    options.icons === undefined
      ? ok(NO_ICONS)
      : placeIcons(context, posix.resolve(context.workingDirectory, options.icons), {
          ...{ folder: site, html, base, root },
        });
  if (!placed.ok) return badInput(placed.failure);
  const { icons, elements } = placed.value;
  const stated = { ...extra.value.members, ...own.value.members };
  if (icons.length > 0 && stated.icons !== undefined) return badInput(TWO_SOURCES);
  const manifest = completed(icons.length > 0 ? { ...stated, icons } : stated, root, html);
  const file = { path: found.path, base };
  const problems = [
    ...memberProblems(manifest, { file, stated }),
    ...pictureProblems(context.fs, { ...manifest, site, manifest: file, icons: manifest.icons }),
  ];
  if (problems.length > 0)
    return badInput(told(problems, { path: found.path, own: own.value, extra: extra.value }));
  context.fs.writeFile(posix.join(site, found.path), `${JSON.stringify(manifest, undefined, 2)}\n`, 0o644);
  const link = found.isLinked ? [] : [`<link rel="manifest" href="${base}${found.path}">`];
  const added = [...link, ...elements];
  if (added.length > 0) context.fs.writeFile(page, intoHead(html, added.join('\n')), 0o644);
  return ok(undefined);
};

/** A JSON object as it is written, for places in it. */
interface Written {
  readonly members: Manifest;
  readonly text: string;
}

const NOTHING: Written = { members: {}, text: '' };

function readObject({ fs, workingDirectory }: ToolContext, path: string): Result<Written, ToolFailure> {
  const name = posix.relative(workingDirectory, path);
  try {
    const text = fs.readText(path);
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (isRecord(value)) return ok({ members: value, text });
    return fail({ kind: 'input', message: `${name} is not a JSON object` });
  } catch (error) {
    if (error instanceof SyntaxError)
      return fail({ kind: 'input', message: `${name} is not JSON: ${error.message}` });
    throw error;
  }
}

/** The top of the site, seen from a file of it. */
function rootFrom(path: string): string {
  const top = posix.relative(posix.dirname(`/${path}`), '/');
  return top === '' ? './' : `${top}/`;
}

/** Members that installing needs, where the site does not say them. `id` is left out: it is `start_url` then, by the specification. */
function completed(manifest: Manifest, root: string, html: string): Manifest {
  const { name, short_name } = manifest;
  return {
    ...(name === undefined && short_name !== undefined ? { name: short_name } : {}),
    ...manifest,
    ...(short_name === undefined && name !== undefined ? { short_name: name } : {}),
    start_url: manifest.start_url ?? root,
    scope: manifest.scope ?? root,
    display: manifest.display ?? 'standalone',
    theme_color: manifest.theme_color ?? themeColor(html) ?? manifest.background_color ?? '#ffffff',
    background_color: manifest.background_color ?? '#ffffff',
  };
}

/** What the page says of its colour, for light surroundings where it tells them apart. */
function themeColor(html: string): string | undefined {
  const colours = elementsOf(html, 'meta').filter(({ name }) => name?.toLowerCase() === 'theme-color');
  const light = colours.find(({ media = '' }) => !media.includes('dark'));
  return (light ?? colours[0])?.content || undefined;
}

/** A line for each problem: its place, what is wrong, what would be right. */
function told(
  problems: readonly ManifestProblem[],
  { path, own, extra }: { readonly path: string; readonly own: Written; readonly extra: Written },
): string {
  const lines = problems.map(({ at, message, remedy }) => {
    const [top] = at;
    if (top !== undefined && own.members[top] === undefined && extra.members[top] !== undefined)
      return `\`manifest\` in build.yaml: ${message}; ${remedy}`;
    const place = own.text === '' ? undefined : placeInJson(own.text, at);
    return `${path}${place ? `:${place.line}:${place.column}` : ''}: ${message}; ${remedy}`;
  });
  return lines.join('\n');
}
