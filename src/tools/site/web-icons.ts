import { posix } from 'node:path';
import { fail, ok, type Result } from '../../base/index.ts';
import { parseArguments } from '../arguments.ts';
import { badInput, type Tool, usage } from '../tool.ts';
import { type Drawing, IconRenderer, type IconShape } from './drawing.ts';
import { pngSize } from './png-size.ts';

/** The largest icon is not drawn larger than its source. */
const LEAST_PIXELS = 512;
const DEFAULT_INSET = 10;
/** Of the favicon, from which a browser takes what fits. */
const FAVICON_PIXELS = [16, 32, 48];
/** What the renderer leaves out in silence: it has no fonts, runs no scripts and fetches nothing. */
const NOT_DRAWN: readonly { readonly pattern: RegExp; readonly what: string; readonly remedy: string }[] = [
  { pattern: /<(?:\w+:)?text[\s>]/, what: 'has text', remedy: 'turn the text into paths' },
  { pattern: /<(?:\w+:)?foreignObject[\s>]/, what: 'has a foreignObject', remedy: 'draw it as shapes' },
  { pattern: /<(?:\w+:)?script[\s>]/, what: 'has a script', remedy: 'take the script out' },
  {
    pattern: /href\s*=\s*["'](?!#|data:)/,
    what: 'refers to another file',
    remedy: 'put the picture in as a data: address',
  },
];

/** Icons that a manifest names; `place` is below the site. */
const ICONS: readonly { readonly place: string; readonly pixels: number; readonly isMaskable: boolean }[] = [
  { place: 'icons/app-192.png', pixels: 192, isMaskable: false },
  { place: 'icons/app-512.png', pixels: 512, isMaskable: false },
  { place: 'icons/app-maskable-192.png', pixels: 192, isMaskable: true },
  { place: 'icons/app-maskable-512.png', pixels: 512, isMaskable: true },
];
/** iOS cuts its corners itself and shows what is transparent in black. */
const APPLE = { place: 'icons/apple-touch-icon.png', pixels: 180 };

/**
 * `web-icons v1 --renderer <folder> [--background <colour>] [--inset <percent>] <source> <out>`: every icon of a web
 * app from one square drawing, an SVG or a PNG of 512 pixels or more, into `<out>`, with `icons.json`: what the manifest
 * and the page say of them.
 */
export const webIcons: Tool = async (args, context) => {
  const parsed = parseArguments(args, ['renderer', 'background', 'inset']);
  if (!parsed.ok) return parsed;
  const { options, operands } = parsed.value;
  const [source, out] = operands;
  const inset = Number(options.inset ?? DEFAULT_INSET);
  if (
    options.renderer === undefined ||
    source === undefined ||
    out === undefined ||
    !(inset >= 0 && inset < 50)
  )
    return usage('web-icons --renderer <folder> [--background <colour>] [--inset <percent>] <source> <out>');
  const { fs, workingDirectory } = context;
  const at = (path: string): string => posix.resolve(workingDirectory, path);
  const drawing = readDrawing(source, fs.readFile(at(source)));
  if (!drawing.ok) return badInput(drawing.failure);
  const program = fs.readFile(posix.join(options.renderer, 'index_bg.wasm'));
  const opened = await IconRenderer.open({ folder: options.renderer, program }, drawing.value);
  if (!opened.ok) return badInput(`${source} cannot be drawn: ${opened.failure}`);
  const files = drawnFiles(opened.value, { inset, background: options.background ?? '#ffffff' });
  if (!files.ok) return badInput(`${source} cannot be drawn: ${files.failure}`);
  if (drawing.value.kind === 'svg') files.value.set('icons/app.svg', drawing.value.bytes);
  files.value.set('icons.json', Buffer.from(`${JSON.stringify(describe(drawing.value), undefined, 2)}\n`));
  for (const [path, bytes] of files.value) {
    fs.makeDirectory(at(posix.join(out, posix.dirname(path))));
    fs.writeFile(at(posix.join(out, path)), bytes, 0o644);
  }
  return ok(undefined);
};

/** What `icons.json` says. */
export interface IconsDescription {
  /** Members of the manifest's `icons`; `src` is relative to the top of the site. */
  readonly icons: readonly { readonly src: string; readonly [member: string]: string }[];
  /** Links of the page; `href` is relative to the top of the site. */
  readonly links: readonly {
    readonly rel: string;
    readonly href: string;
    readonly [attribute: string]: string;
  }[];
}

function describe({ kind }: Drawing): IconsDescription {
  const isSvg = kind === 'svg';
  return {
    icons: [
      ...ICONS.map(({ place, pixels, isMaskable }) => ({
        src: place,
        sizes: `${pixels}x${pixels}`,
        type: 'image/png',
        purpose: isMaskable ? 'maskable' : 'any',
      })),
      ...(isSvg ? [{ src: 'icons/app.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' }] : []),
    ],
    links: [
      { rel: 'icon', href: 'favicon.ico', sizes: '32x32' },
      ...(isSvg ? [{ rel: 'icon', href: 'icons/app.svg', type: 'image/svg+xml' }] : []),
      { rel: 'apple-touch-icon', href: APPLE.place },
    ],
  };
}

function readDrawing(path: string, bytes: Uint8Array): Result<Drawing, string> {
  if (/\.svg$/i.test(path)) {
    const text = Buffer.from(bytes).toString();
    const shown = text.replace(/<!--[\s\S]*?-->/g, '');
    const found = NOT_DRAWN.find(({ pattern }) => pattern.test(shown));
    return found
      ? fail(`${path} ${found.what}, which would be missing from the icons; ${found.remedy}`)
      : ok({ kind: 'svg', bytes, side: 0 });
  }
  const size = pngSize(bytes);
  if (!size) return fail(`${path} is neither an SVG nor a PNG file; draw the icon as one of them`);
  const { width, height } = size;
  if (width !== height || width < LEAST_PIXELS)
    return fail(`${path} is ${width}x${height}; a PNG must be square, with ${LEAST_PIXELS} pixels or more`);
  return ok({ kind: 'png', bytes, side: width });
}

function drawnFiles(
  renderer: IconRenderer,
  { inset, background }: { readonly inset: number; readonly background: string },
): Result<Map<string, Uint8Array>, string> {
  const wanted: (readonly [string, IconShape])[] = [
    ...ICONS.map(
      ({ place, pixels, isMaskable }) =>
        [place, isMaskable ? { pixels, inset, background } : { pixels, inset: 0 }] as const,
    ),
    [APPLE.place, { pixels: APPLE.pixels, inset, background }],
    ...FAVICON_PIXELS.map((pixels) => [`favicon ${pixels}`, { pixels, inset: 0 }] as const),
  ];
  const files = new Map<string, Uint8Array>();
  for (const [place, shape] of wanted) {
    const drawn = renderer.render(shape);
    if (!drawn.ok) return drawn;
    files.set(place, drawn.value);
  }
  const small = FAVICON_PIXELS.map((pixels) => files.get(`favicon ${pixels}`)!);
  for (const pixels of FAVICON_PIXELS) files.delete(`favicon ${pixels}`);
  files.set('favicon.ico', icoFile(small));
  return ok(files);
}

/** An icon directory of PNG files, as every browser since 2010 reads it; each is under 256 pixels. */
function icoFile(pngs: readonly Uint8Array[]): Buffer {
  const HEADER_BYTES = 6;
  const ENTRY_BYTES = 16;
  const head = Buffer.alloc(HEADER_BYTES + pngs.length * ENTRY_BYTES);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pngs.length, 4);
  let offset = head.byteLength;
  for (const [index, png] of pngs.entries()) {
    const entry = HEADER_BYTES + index * ENTRY_BYTES;
    const { width, height } = pngSize(png)!;
    head.set([width, height], entry);
    head.writeUInt16LE(1, entry + 4);
    head.writeUInt16LE(32, entry + 6);
    head.writeUInt32LE(png.byteLength, entry + 8);
    head.writeUInt32LE(offset, entry + 12);
    offset += png.byteLength;
  }
  return Buffer.concat([head, ...pngs]);
}
