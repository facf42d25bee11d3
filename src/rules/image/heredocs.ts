import { expandWord } from '../../oci/index.ts';

/** `<<EOF`, `<<-"EOF"` or `3<<EOF` as it stands in a line. */
export interface HereMarker {
  readonly name: string;
  /** `<<-`: tabs in front of lines are no content. */
  readonly isStripped: boolean;
  /** The name was quoted: variables stay as they are. */
  readonly isLiteral: boolean;
}

export interface HereDocument extends HereMarker {
  /** As written, with its tabs and line ends. */
  readonly content: string;
  /** Where the content begins in its file. */
  readonly start: number;
  /** False where the file ends before its name comes again. */
  readonly isClosed: boolean;
}

const MARKER = /^\d*<<(-?)\s*([^<]*)$/;

/** A word that begins a here-document. */
export function parseMarker(word: string): HereMarker | undefined {
  const [, dash, rest = ''] = MARKER.exec(word) ?? [];
  if (rest === '' || shellWords(rest)?.length !== 1) return undefined;
  const name = expandWord(rest, { escape: '\\', lookup: (each) => ({ kind: 'set', value: `$${each}` }) });
  if (!name.ok || name.value === '' || name.value.includes('\n')) return undefined;
  return { name: name.value, isStripped: dash === '-', isLiteral: quotesIn(rest) > quotesIn(name.value) };
}

/** Content without the tabs in front of its lines. */
export function withoutTabs(content: string): string {
  return content.replace(/^\t+/gm, '');
}

/** The markers of a whole instruction, in order. None where quotes are not closed, as BuildKit has it. */
export function markersOf(line: string): HereMarker[] {
  if (!line.includes('<<')) return [];
  return (shellWords(line) ?? []).map(parseMarker).filter((each) => each !== undefined);
}

function quotesIn(text: string): number {
  return text.replace(/[^'"]/g, '').length;
}

/** Splits as a shell does, quotes and escapes kept; blanks after `<<` belong to the word. */
function shellWords(line: string): string[] | undefined {
  const words: string[] = [];
  let word = '';
  for (let at = 0; at < line.length; ) {
    const part = partAt(line, at);
    if (part === undefined) return undefined;
    if (/^\s$/.test(part)) {
      if (word !== '') words.push(word);
      word = '';
    } else word += part;
    at += part.length;
  }
  return word === '' ? words : [...words, word];
}

function partAt(line: string, at: number): string | undefined {
  const char = line[at]!;
  if (char === '\\') return line.slice(at, at + 2);
  if (char === '<' && line[at + 1] === '<') return line.slice(at, blanksEnd(line, at + 2));
  if (char === '$' && line[at + 1] === '{') return upTo(line, at, '}');
  if (char === "'") return upTo(line, at, "'");
  if (char !== '"') return char;
  let end = at + 1;
  while (end < line.length && line[end] !== '"') end += line[end] === '\\' ? 2 : 1;
  return end < line.length ? line.slice(at, end + 1) : undefined;
}

function upTo(line: string, at: number, stop: string): string | undefined {
  const end = line.indexOf(stop, at + 1);
  return end < 0 ? undefined : line.slice(at, end + 1);
}

function blanksEnd(line: string, start: number): number {
  let at = start;
  while (at < line.length && '\t\r '.includes(line[at]!)) at++;
  return at;
}
