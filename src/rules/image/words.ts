import type { Span } from '../../base/index.ts';
import { parseJson } from '../../oci/index.ts';
import type { LogicalText } from './logical-text.ts';

/** A word with its quotes and variables as written. */
export interface Word {
  readonly text: string;
  readonly span: Span;
}

/** Words between blanks; quotes do not hold blanks together, as Docker reads COPY, EXPOSE and VOLUME. */
export function splitWords(text: LogicalText): Word[] {
  return [...text.value.matchAll(/\S+/g)].map((match) =>
    wordAt(text, match.index, match.index + match[0].length),
  );
}

function wordAt(text: LogicalText, start: number, end: number): Word {
  return { text: text.value.slice(start, end), span: text.span(start, end) };
}

/** Words between blanks where quotes and escapes hold them together, as Docker reads ENV, LABEL and ARG. */
export function splitQuotedWords(text: LogicalText, escapeCharacter: string): Word[] {
  const words: Word[] = [];
  const { value } = text;
  for (let at = 0; at < value.length; ) {
    if (/\s/.test(value[at]!)) {
      at++;
      continue;
    }
    const start = at;
    let quote = '';
    while (at < value.length && (quote !== '' || !/\s/.test(value[at]!))) {
      const char = value[at]!;
      if (char === escapeCharacter && quote !== "'") at++;
      else if (quote === '' && (char === '"' || char === "'")) quote = char;
      else if (char === quote) quote = '';
      at++;
    }
    at = Math.min(at, value.length);
    words.push(wordAt(text, start, at));
  }
  return words;
}

export interface Pair {
  readonly name: Word;
  readonly value: Word;
  /** `name value`, the old form. */
  readonly isLegacy?: true;
}

/** `name=value name2=value2`, or the old `name value`; `undefined` with the word that is neither. */
export function splitPairs(text: LogicalText, escapeCharacter: string): { pairs: Pair[]; bad?: Word } {
  const words = splitQuotedWords(text, escapeCharacter);
  const [first, second] = words;
  if (!first) return { pairs: [] };
  if (!first.text.includes('=')) {
    if (!second) return { pairs: [], bad: first };
    const rest = text.trimmed(text.value.indexOf(first.text) + first.text.length);
    return { pairs: [{ name: first, value: { text: rest.value, span: rest.whole() }, isLegacy: true }] };
  }
  const pairs: Pair[] = [];
  for (const word of words) {
    const equals = word.text.indexOf('=');
    if (equals < 1) return { pairs, bad: word };
    const name = { text: word.text.slice(0, equals), span: { ...word.span, end: word.span.start + equals } };
    pairs.push({ name, value: partOf(word, equals + 1) });
  }
  return { pairs };
}

/** The end of a word; the place of all of it where the word goes over several lines. */
function partOf({ text, span }: Word, from: number): Word {
  const part = { text: text.slice(from), span: { ...span, start: span.start + from } };
  return span.file.text.slice(part.span.start, span.end) === part.text ? part : { ...part, span };
}

export interface FlagWord {
  readonly name: string;
  /** Without its quotes and escapes; `undefined` without `=`. */
  readonly value: string | undefined;
  /** The whole flag. */
  readonly span: Span;
  /** What stands behind the `=`. */
  readonly valueSpan: Span;
  /** Where each character of the value stands in the file. */
  readonly offsets: readonly number[];
}

/** `--name=value` in front, and what comes after. Quotes hold blanks together; `--` alone ends the flags. */
export function splitFlags(
  text: LogicalText,
  escapeCharacter: string,
): { flags: FlagWord[]; rest: LogicalText } {
  const flags: FlagWord[] = [];
  let at = 0;
  while (text.value.startsWith('--', at)) {
    const { word, offsets, end } = flagAt(text, at, escapeCharacter);
    const start = at;
    at = end;
    while (at < text.value.length && /\s/.test(text.value[at]!)) at++;
    if (word === '--') break;
    const equals = word.indexOf('=');
    const span = text.span(start, end);
    flags.push({
      name: word.slice(2, equals < 0 ? undefined : equals),
      value: equals < 0 ? undefined : word.slice(equals + 1),
      span,
      valueSpan: equals < 0 || equals + 1 >= offsets.length ? span : { ...span, start: offsets[equals + 1]! },
      offsets: equals < 0 ? [] : offsets.slice(equals + 1),
    });
  }
  return { flags, rest: text.trimmed(at) };
}

function flagAt(
  text: LogicalText,
  start: number,
  escapeCharacter: string,
): { word: string; offsets: number[]; end: number } {
  const { value } = text;
  const chars: string[] = [];
  const offsets: number[] = [];
  let quote = '';
  let at = start;
  for (; at < value.length && (quote !== '' || !/\s/.test(value[at]!)); at++) {
    const char = value[at]!;
    if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else {
      if (char === escapeCharacter && at + 1 < value.length) at++;
      chars.push(value[at]!);
      offsets.push(text.span(at, at + 1).start);
    }
  }
  return { word: chars.join(''), offsets, end: at };
}

/** The strings of a JSON array, as the exec form is written; `undefined` for anything else. */
export function jsonStrings(text: LogicalText): string[] | undefined {
  const list = jsonList(text);
  return list?.every((each) => typeof each === 'string') ? list : undefined;
}

/** A JSON array, whatever it holds. */
export function jsonList(text: LogicalText): unknown[] | undefined {
  if (!text.value.startsWith('[')) return undefined;
  const value = parseJson(text.value);
  return Array.isArray(value) ? value : undefined;
}
