import { formatSizeBytes, sum } from '../../base/index.ts';
import { fit } from '../../inspection/index.ts';
import { html, type Markup } from './html.ts';
import type { Part, SizeFacts } from './model.ts';
import { type Box, type Placed, treemap } from './treemap.ts';

interface Tile {
  readonly label: string;
  readonly path: string;
  readonly part: Part;
  readonly bytes: number;
}

/** So many files of a part have a rectangle of their own. */
const SHOWN = 40;
/** About the width of a letter and the height of a line in the picture. */
const LETTER = 7.2;
const LINE = 16;
const GAP = 2;

/** Every file as a rectangle of the area that it takes in the package, next to those of its part. */
export function sizePicture(size: SizeFacts, { width, height }: Pick<Box, 'width' | 'height'>): Markup {
  const groups = size.parts
    .filter(({ storedBytes }) => storedBytes > 0)
    .map(({ part, storedBytes }) => ({ part, bytes: storedBytes }));
  const tiles = treemap(groups, { x: 0, y: 0, width, height }).flatMap(({ item, box }) =>
    treemap(tilesOf(size, item.part), inset(box, GAP)),
  );
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Files by the size that they take in the package">${tiles.map(
    tileMarkup,
  )}</svg>`;
}

function tilesOf({ entries, parts }: SizeFacts, part: Part): Tile[] {
  if (part === 'archive') {
    const bytes = parts.find((each) => each.part === part)?.storedBytes ?? 0;
    return [{ label: 'archive', path: 'directory, signatures, alignment', part, bytes }];
  }
  const own = entries.filter((entry) => entry.part === part);
  const tiles = own
    .slice(0, SHOWN)
    .map(({ path, storedBytes }) => ({ label: baseName(path), path, part, bytes: storedBytes }));
  const rest = own.slice(SHOWN);
  const more = `${rest.length} more`;
  return [
    ...tiles,
    { label: more, path: more, part, bytes: sum(rest.map(({ storedBytes }) => storedBytes)) },
  ];
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function tileMarkup({ item, box }: Placed<Tile>): Markup {
  const { x, y, width, height } = inset(box, 0.5);
  const size = formatSizeBytes(item.bytes);
  const letters = Math.floor((width - 10) / LETTER);
  const hasSize = height >= 2 * LINE + 8 && size.length <= letters;
  const lines = height < LINE + 6 ? [] : [item.label, ...(hasSize ? [size] : [])];
  return html`<g><title>${item.path}: ${size}</title><rect class="${item.part}" x="${px(x)}" y="${px(y)}" width="${px(
    width,
  )}" height="${px(height)}" rx="2"/>${lines.map((text, at) =>
    letters < 4
      ? ''
      : html`<text x="${px(x + 5)}" y="${px(y + LINE * (at + 1))}">${fit(text, letters)}</text>`,
  )}</g>`;
}

function inset({ x, y, width, height }: Box, by: number): Box {
  return { x: x + by, y: y + by, width: Math.max(0, width - 2 * by), height: Math.max(0, height - 2 * by) };
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}
