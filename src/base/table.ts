import { cellsOf, wrapText } from './clean-text.ts';

export interface TableOptions {
  /** Of the terminal; without a bound every row is one line. */
  readonly columns: number;
  /** Columns that may be missing where the table is too wide, the first one named goes first. */
  readonly optional?: readonly number[];
  /** Columns whose texts are never broken, as paths that people copy. */
  readonly whole?: readonly number[];
  /** Columns of figures, which end at the same place. */
  readonly figures?: readonly number[];
}

type Row = readonly string[];

const GAP = '  ';
/** A longer word may be broken. */
const LONG_WORD = 16;

/**
 * The lines of each row: its cells below each other, as wide as they must be. Where that is wider than the terminal, optional
 * columns go, then the widest cells go on in the next line.
 */
export function tableLines(rows: readonly Row[], options: TableOptions): string[][] {
  const { optional = [], columns } = options;
  const naturals = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => cellsOf(row[at]!))));
  const left = new Set(naturals.keys());
  for (const at of optional)
    if (widthOf(naturals.filter((_, index) => left.has(index))) > columns) left.delete(at);
  const shown = [...left];
  const widths = fitted(
    shown.map((at) => ({
      width: naturals[at]!,
      least: options.whole?.includes(at) ? naturals[at]! : leastOf(rows.map((row) => row[at]!)),
    })),
    columns,
  );
  return rows.map((row) => {
    const cells = shown.map((at, index) =>
      wrapText(row[at]!, { columns: widths[index]!, breaksWords: true }),
    );
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) =>
      cells
        .map((texts, index) =>
          aligned(texts[line] ?? '', widths[index]!, options.figures?.includes(shown[index]!)),
        )
        .join(GAP)
        .trimEnd(),
    );
  });
}

function aligned(text: string, width: number, isFigure = false): string {
  const space = ' '.repeat(Math.max(0, width - cellsOf(text)));
  return isFigure ? space + text : text + space;
}

function widthOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1);
}

function leastOf(texts: readonly string[]): number {
  return Math.min(LONG_WORD, Math.max(...texts.flatMap((text) => text.split(' ')).map(cellsOf)));
}

/** The widest gives first, down to its longest word. */
function fitted(
  columns: readonly { readonly width: number; readonly least: number }[],
  limit: number,
): number[] {
  const widths = columns.map(({ width }) => width);
  while (widthOf(widths) > limit) {
    const at = columns.reduce(
      (best, { least }, index) =>
        widths[index]! > least && (best < 0 || widths[index]! > widths[best]!) ? index : best,
      -1,
    );
    if (at < 0) break;
    widths[at]!--;
  }
  return widths;
}
