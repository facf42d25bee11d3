import { posix } from 'node:path';
import type { ToolContext } from '../tool.ts';
import { type SiteFile, sitePath } from './site-html.ts';

/** What installing asks for: an icon for the launcher and one for the splash screen. */
const WANTED_PIXELS = [192, 512];
const PNG_SIGNATURE = '89504e470d0a1a0a';

interface Icons {
  readonly site: string;
  /** Icon addresses start there. */
  readonly manifest: SiteFile;
  readonly icons: unknown;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Everything that is wrong with a manifest's icons; PNG files must have a size that is stated for them. */
export function iconProblems(fs: ToolContext['fs'], { site, manifest, icons }: Icons): string[] {
  if (!Array.isArray(icons) || icons.length === 0)
    return ['icons are missing; give PNG files of 192x192 and 512x512, or an SVG of size "any"'];
  const problems: string[] = [];
  const usable: (Size | 'any')[] = [];
  for (const icon of icons as unknown[]) {
    const { src, sizes } = (typeof icon === 'object' && icon !== null ? icon : {}) as {
      src?: unknown;
      sizes?: unknown;
    };
    if (typeof src !== 'string' || src === '') {
      problems.push('an icon has no src');
      continue;
    }
    const place = sitePath(src, manifest);
    const file = place === undefined ? undefined : posix.join(site, place);
    if (file === undefined) problems.push(`icon ${src} is not part of the site`);
    else if (fs.lstat(file)?.type !== 'file') problems.push(`icon ${src} does not exist`);
    else {
      const problem = sizeProblem(fs, { file, src, sizes });
      if (problem) problems.push(problem);
      else usable.push(...statedSizes(sizes));
    }
  }
  if (problems.length === 0) problems.push(...missingSizes(usable));
  return problems;
}

function sizeProblem(
  fs: ToolContext['fs'],
  { file, src, sizes }: { readonly file: string; readonly src: string; readonly sizes: unknown },
): string | undefined {
  const stated = statedSizes(sizes);
  if (stated.length === 0) return `icon ${src} states no size; add "sizes": "192x192"`;
  if (!/\.png$/i.test(file)) return undefined;
  const actual = pngSize(fs, file);
  if (!actual) return `icon ${src} is not a PNG file`;
  const fits = stated.some(
    (each) => each !== 'any' && each.width === actual.width && each.height === actual.height,
  );
  return fits
    ? undefined
    : `icon ${src} is stated as ${String(sizes)} and is ${actual.width}x${actual.height}`;
}

function statedSizes(sizes: unknown): (Size | 'any')[] {
  if (typeof sizes !== 'string') return [];
  return sizes.split(/\s+/).flatMap((each): (Size | 'any')[] => {
    if (each.toLowerCase() === 'any') return ['any'];
    const [, width, height] = /^([1-9]\d*)x([1-9]\d*)$/i.exec(each) ?? [];
    return width && height ? [{ width: Number(width), height: Number(height) }] : [];
  });
}

function pngSize(fs: ToolContext['fs'], path: string): Size | undefined {
  using file = fs.open(path, 'r');
  const head = Buffer.alloc(24);
  if (file.read(head) < head.length) return undefined;
  const isPng = head.toString('hex', 0, 8) === PNG_SIGNATURE && head.toString('latin1', 12, 16) === 'IHDR';
  return isPng ? { width: head.readUInt32BE(16), height: head.readUInt32BE(20) } : undefined;
}

function missingSizes(usable: readonly (Size | 'any')[]): string[] {
  const has = (pixels: number): boolean =>
    usable.some((each) => each === 'any' || Math.min(each.width, each.height) >= pixels);
  return WANTED_PIXELS.filter((pixels) => !has(pixels)).map(
    (pixels) => `no icon has ${pixels}x${pixels} pixels or more`,
  );
}
