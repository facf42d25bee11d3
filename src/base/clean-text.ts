// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what this file is about
/** OSC and other string sequences up to their end, CSI sequences, two-character escapes. */
const SEQUENCES =
  /\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b\[[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]/g;
const COLOR = /^\u001b\[[0-9;:]*m$/;
/** C0 without tab and line feed, DEL, C1, and the marks that reorder text. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
const RESET = '\u001b[0m';

/**
 * Output of a program made safe to show: colours stay (or go too), everything else that steers a terminal goes, a line
 * that was overwritten by carriage returns shows its last state.
 */
export function cleanText(text: string, keepsColors: boolean): string {
  let colored = false;
  const stripped = text.replace(SEQUENCES, (sequence) => {
    if (!keepsColors || !COLOR.test(sequence)) return '';
    colored = true;
    return sequence;
  });
  const lines = stripped.replace(/\r+\n/g, '\n').split('\n').map(lastState);
  const clean = lines
    .join('\n')
    .replace(CONTROLS, '')
    .replace(/\u001b(?!\[[0-9;:]*m)/g, '');
  return colored ? clean + RESET : clean;
}

function lastState(line: string): string {
  const trimmed = line.replace(/\r+$/, '');
  return trimmed.slice(trimmed.lastIndexOf('\r') + 1);
}

/** A text of one line, as for a name or a description. */
export function cleanLine(text: string): string {
  return cleanText(text.replace(/[\r\n\t]+/g, ' '), false);
}

/** The last lines of a text, without the empty ones at its end, and how many were left out. */
export function lastLines(
  text: string,
  count: number,
): { readonly lines: string[]; readonly omitted: number } {
  const lines = text.replace(/\s+$/, '').split('\n');
  if (lines.length === 1 && lines[0] === '') return { lines: [], omitted: 0 };
  return { lines: lines.slice(-count), omitted: Math.max(0, lines.length - count) };
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]/u;

/** Below it no character is wide or a mark, so that Unicode's tables, which take milliseconds to load, are not asked. */
const FIRST_MARK = '\u0300';

function cellsOfCharacter(character: string): number {
  if (character < FIRST_MARK) return 1;
  return WIDE.test(character) ? 2 : /\p{Mark}/u.test(character) ? 0 : 1;
}

/** How many cells of a terminal a text without colours fills. */
export function cellsOf(text: string): number {
  let cells = 0;
  for (const character of text) cells += cellsOfCharacter(character);
  return cells;
}

export interface WrapOptions {
  readonly columns: number;
  /** What the second line and all others begin with. */
  readonly indent?: string;
  /** A word that is wider than a line goes on in the next one; unless told, it stays whole and is wider. */
  readonly breaksWords?: boolean;
}

/** Breaks a text without colours at its spaces, so that no line fills more cells. */
export function wrapText(text: string, { columns, indent = '', breaksWords = false }: WrapOptions): string[] {
  // None fills more than two.
  if (text.length * 2 <= columns || cellsOf(text) <= columns) return [text];
  const lines: string[] = [];
  let line = /^ */.exec(text)![0];
  let isEmpty = true;
  for (const word of text.slice(line.length).split(' ')) {
    let rest = word;
    if (!isEmpty && cellsOf(line) + 1 + cellsOf(rest) > columns) {
      lines.push(line.trimEnd());
      line = indent;
      isEmpty = true;
    }
    for (let cut = fitting(rest, columns - cellsOf(line)); breaksWords && cut < rest.length; ) {
      lines.push(line + rest.slice(0, cut));
      line = indent;
      rest = rest.slice(cut);
      cut = fitting(rest, columns - cellsOf(line));
    }
    line += isEmpty ? rest : ` ${rest}`;
    isEmpty = false;
  }
  return [...lines, line.trimEnd()];
}

const PART_ENDS = /[-_./,:=]/;

/** How much of a text fills at most `columns` cells, up to the end of a part of a name or a path; one character at least. */
function fitting(text: string, columns: number): number {
  let cells = 0;
  let end = 0;
  let partEnd = 0;
  for (const character of text) {
    cells += cellsOfCharacter(character);
    if (cells > columns && end > 0) return partEnd || end;
    end += character.length;
    if (PART_ENDS.test(character)) partEnd = end;
  }
  return end;
}

/** Cuts a text without colours so that it fills at most `columns` cells. */
export function fitColumns(text: string, columns: number): string {
  let cells = 0;
  let cut = 0;
  for (const character of text) {
    const width = cellsOfCharacter(character);
    if (cells + width > columns) return `${text.slice(0, cut).replace(/.$/u, '')}…`;
    cells += width;
    cut += character.length;
  }
  return text;
}
