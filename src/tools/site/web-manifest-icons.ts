import { posix } from 'node:path';
import type { ToolContext } from '../tool.ts';
import { isRecord, type ManifestProblem } from './manifest-problem.ts';
import { PNG_HEAD_BYTES, pngSize, type Size } from './png-size.ts';
import { type SiteFile, sitePath } from './site-html.ts';

/** What installing asks for: an icon for the launcher and one for the splash screen. */
const WANTED_PIXELS = [192, 512];
const PURPOSES = ['any', 'maskable', 'monochrome'];
const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  svg: 'image/svg+xml',
  webp: 'image/webp',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  avif: 'image/avif',
  ico: 'image/x-icon',
};
/** Chromium shows a screenshot before installing only within these limits. */
const SCREENSHOT_PIXELS = { least: 320, most: 3840, ratio: 2.3 };

/** The pictures of a manifest, and the site that has them. */
export interface Pictures {
  readonly site: string;
  /** Their addresses start there. */
  readonly manifest: SiteFile;
  readonly icons: unknown;
  readonly screenshots?: unknown;
  readonly shortcuts?: unknown;
}

/** Everything that is wrong with a manifest's pictures; PNG files must have a size that is stated for them. */
export function pictureProblems(fs: ToolContext['fs'], pictures: Pictures): ManifestProblem[] {
  const { icons, screenshots, shortcuts } = pictures;
  const checked = check(fs, pictures, { list: icons, at: ['icons'], what: 'icon' });
  const problems = checked.problems;
  if (!Array.isArray(icons) || icons.length === 0)
    problems.push({
      at: ['icons'],
      message: 'icons are missing',
      remedy: 'name a drawing by `web.icon` in build.yaml, or give PNG files of 192x192 and 512x512',
    });
  else if (problems.length === 0) problems.push(...missingSizes(checked.usable));
  const shots = check(fs, pictures, { list: screenshots, at: ['screenshots'], what: 'screenshot' });
  problems.push(...shots.problems);
  for (const [index, each] of (Array.isArray(shortcuts) ? shortcuts : []).entries()) {
    const list = isRecord(each) ? each.icons : undefined;
    problems.push(
      ...check(fs, pictures, { list, at: ['shortcuts', index, 'icons'], what: 'shortcut icon' }).problems,
    );
  }
  return problems;
}

interface PictureList {
  readonly list: unknown;
  readonly at: ManifestProblem['at'];
  readonly what: 'icon' | 'screenshot' | 'shortcut icon';
}

function check(fs: ToolContext['fs'], pictures: Pictures, { list, at, what }: PictureList) {
  const problems: ManifestProblem[] = [];
  const usable: (Size | 'any')[] = [];
  for (const [index, entry] of (Array.isArray(list) ? (list as unknown[]) : []).entries()) {
    if (!isRecord(entry)) continue;
    const { src } = entry;
    const tell = (key: string, message: string, remedy: string): number =>
      problems.push({ at: [...at, index, key], message: `${what} ${message}`, remedy });
    if (typeof src !== 'string' || src === '') {
      tell('src', 'has no src', 'name its file: "src": "icons/icon-192.png"');
      continue;
    }
    const place = sitePath(src, pictures.manifest);
    const file = place === undefined ? undefined : posix.join(pictures.site, place);
    if (file === undefined) tell('src', `${src} is not part of the site`, 'put the file into the site');
    else if (fs.lstat(file)?.type !== 'file')
      tell('src', `${src} does not exist`, `the build must leave ${place} in its output`);
    else {
      const wrong = [
        ...entryProblems(entry, src),
        ...sizeProblem(fs, { file, src, sizes: entry.sizes, what }),
      ];
      for (const [key, message, remedy] of wrong) tell(key, message, remedy);
      if (wrong.length === 0 && hasPurpose(entry.purpose, 'any')) usable.push(...statedSizes(entry.sizes));
    }
  }
  return { problems, usable };
}

type Wrong = readonly [key: string, message: string, remedy: string];

const hasPurpose = (purpose: unknown, name: string): boolean =>
  purpose === undefined ? name === 'any' : String(purpose).split(/\s+/).includes(name);

function entryProblems(
  { type, purpose, form_factor }: Readonly<Record<string, unknown>>,
  src: string,
): Wrong[] {
  const wrong: Wrong[] = [];
  const extension = posix
    .extname(src.replace(/[?#].*$/, ''))
    .slice(1)
    .toLowerCase();
  const expected = TYPES[extension];
  if (type !== undefined && expected !== undefined && type !== expected)
    wrong.push(['type', `${src} has the type ${JSON.stringify(type)}`, `a .${extension} is "${expected}"`]);
  const purposes = purpose === undefined ? [] : String(purpose).split(/\s+/);
  if (typeof (purpose ?? '') !== 'string' || purposes.some((each) => !PURPOSES.includes(each)))
    wrong.push([
      'purpose',
      `${src} has the purpose ${JSON.stringify(purpose)}`,
      `it can be ${PURPOSES.join(', ')}`,
    ]);
  if (form_factor !== undefined && form_factor !== 'narrow' && form_factor !== 'wide')
    wrong.push([
      'form_factor',
      `${src} has the form factor ${JSON.stringify(form_factor)}`,
      'it can be narrow, wide',
    ]);
  return wrong;
}

interface Picture {
  readonly file: string;
  readonly src: string;
  readonly sizes: unknown;
  readonly what: PictureList['what'];
}

function sizeProblem(fs: ToolContext['fs'], { file, src, sizes, what }: Picture): Wrong[] {
  const stated = statedSizes(sizes);
  const isPng = /\.png$/i.test(file);
  const actual = isPng ? pngFileSize(fs, file) : undefined;
  if (isPng && !actual)
    return [['src', `${src} is not a PNG file`, 'write it as PNG, or name it as what it is']];
  if (stated.length === 0) {
    const size = actual ? `${actual.width}x${actual.height}` : '192x192';
    return [['sizes', `${src} states no size`, `add "sizes": "${size}"`]];
  }
  if (!actual) return [];
  const { width, height } = actual;
  if (!stated.some((each) => each !== 'any' && each.width === width && each.height === height))
    return [
      ['sizes', `${src} is stated as ${String(sizes)} and is ${width}x${height}`, 'state its real size'],
    ];
  return what === 'screenshot' ? screenshotProblem(src, actual) : [];
}

function screenshotProblem(src: string, { width, height }: Size): Wrong[] {
  const { least, most, ratio } = SCREENSHOT_PIXELS;
  const [shorter, longer] = [Math.min(width, height), Math.max(width, height)];
  if (shorter >= least && longer <= most && longer <= shorter * ratio) return [];
  const remedy = `both sides must have ${least} to ${most} pixels, the longer at most ${ratio} times the shorter`;
  return [['src', `${src} is ${width}x${height}, which browsers do not show`, remedy]];
}

function statedSizes(sizes: unknown): (Size | 'any')[] {
  if (typeof sizes !== 'string') return [];
  return sizes.split(/\s+/).flatMap((each): (Size | 'any')[] => {
    if (each.toLowerCase() === 'any') return ['any'];
    const [, width, height] = /^([1-9]\d*)x([1-9]\d*)$/i.exec(each) ?? [];
    return width && height ? [{ width: Number(width), height: Number(height) }] : [];
  });
}

function pngFileSize(fs: ToolContext['fs'], path: string): Size | undefined {
  using file = fs.open(path, 'r');
  const head = Buffer.alloc(PNG_HEAD_BYTES);
  return file.read(head) < head.length ? undefined : pngSize(head);
}

/** An icon that is only for masks or badges counts for nothing here: browsers install none without one for any purpose. */
function missingSizes(usable: readonly (Size | 'any')[]): ManifestProblem[] {
  const has = (pixels: number): boolean =>
    usable.some((each) => each === 'any' || Math.min(each.width, each.height) >= pixels);
  return WANTED_PIXELS.filter((pixels) => !has(pixels)).map((pixels) => ({
    at: ['icons'],
    message: `no icon has ${pixels}x${pixels} pixels or more`,
    remedy: 'add one whose purpose is "any", or name a drawing by `web.icon` in build.yaml',
  }));
}
