import { sum } from '../../base/index.ts';

/** What takes a share of the picture. */
export interface Share {
  readonly bytes: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Placed<T extends Share> {
  readonly item: T;
  readonly box: Box;
}

/**
 * Fills a box with one rectangle for each item, of an area in proportion to its bytes, as near to squares as rows allow
 * (Bruls, Huizing, van Wijk: Squarified Treemaps). Items without bytes are left out.
 */
export function treemap<T extends Share>(items: readonly T[], box: Box): Placed<T>[] {
  const shown = items.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
  const total = sum(shown.map(({ bytes }) => bytes));
  const placed: Placed<T>[] = [];
  let left = box;
  let leftBytes = total;
  for (let at = 0; at < shown.length; ) {
    const length = rowLength(shown, at, { box: left, leftBytes });
    const row = shown.slice(at, at + length);
    const rowBytes = sum(row.map(({ bytes }) => bytes));
    const { boxes, rest } = placeRow(row, left, rowBytes / leftBytes);
    placed.push(...boxes);
    left = rest;
    leftBytes -= rowBytes;
    at += length;
  }
  return placed;
}

/** How many items make a row along the shorter side, so that the worst of them is as square as can be: one at the least. */
function rowLength(
  items: readonly Share[],
  from: number,
  { box, leftBytes }: { readonly box: Box; readonly leftBytes: number },
): number {
  const side = Math.min(box.width, box.height);
  const scale = (box.width * box.height) / leftBytes;
  const largest = items[from]!.bytes * scale;
  const worst = (smallest: number, area: number): number => {
    const thickness = area / side;
    return Math.max(largest / thickness ** 2, thickness ** 2 / smallest);
  };
  let area = largest;
  let best = worst(largest, area);
  let length = 1;
  for (let at = from + 1; at < items.length; at++) {
    const { bytes } = items[at]!;
    area += bytes * scale;
    const next = worst(bytes * scale, area);
    if (next > best) break;
    best = next;
    length++;
  }
  return length;
}

function placeRow<T extends Share>(
  row: readonly T[],
  box: Box,
  share: number,
): { readonly boxes: Placed<T>[]; readonly rest: Box } {
  const isWide = box.width >= box.height;
  const thickness = (isWide ? box.width : box.height) * share;
  const total = sum(row.map(({ bytes }) => bytes));
  let along = 0;
  const boxes = row.map((item) => {
    const length = ((isWide ? box.height : box.width) * item.bytes) / total;
    const placed = isWide
      ? { x: box.x, y: box.y + along, width: thickness, height: length }
      : { x: box.x + along, y: box.y, width: length, height: thickness };
    along += length;
    return { item, box: placed };
  });
  const rest = isWide
    ? { ...box, x: box.x + thickness, width: Math.max(0, box.width - thickness) }
    : { ...box, y: box.y + thickness, height: Math.max(0, box.height - thickness) };
  return { boxes, rest };
}
