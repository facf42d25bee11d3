import type { Span } from '../../base/index.ts';
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
}

/** `name=value name2=value2`, or the old `name value`; `undefined` with the word that is neither. */
export function splitPairs(text: LogicalText, escapeCharacter: string): { pairs: Pair[]; bad?: Word } {
  const words = splitQuotedWords(text, escapeCharacter);
  const [first, second] = words;
  if (!first) return { pairs: [] };
  if (!first.text.includes('=')) {
    if (!second) return { pairs: [], bad: first };
    const rest = text.trimmed(text.value.indexOf(first.text) + first.text.length);
    return { pairs: [{ name: first, value: { text: rest.value, span: rest.whole() } }] };
  }
  const pairs: Pair[] = [];
  for (const word of words) {
    const equals = word.text.indexOf('=');
    if (equals < 1) return { pairs, bad: word };
    const name = { text: word.text.slice(0, equals), span: { ...word.span, end: word.span.start + equals } };
    pairs.push({ name, value: { text: word.text.slice(equals + 1), span: word.span } });
  }
  return { pairs };
}

export interface FlagWord {
  readonly name: string;
  /** `undefined` without `=`. */
  readonly value: string | undefined;
  readonly span: Span;
}

/** `--name=value` in front, and what comes after. */
export function splitFlags(text: LogicalText): { flags: FlagWord[]; rest: LogicalText } {
  const flags: FlagWord[] = [];
  let rest = text;
  for (let match = FLAG.exec(rest.value); match; match = FLAG.exec(rest.value)) {
    const [whole, name = '', value] = match;
    flags.push({ name, value, span: rest.span(0, whole.length) });
    rest = rest.trimmed(whole.length);
  }
  return { flags, rest };
}

const FLAG = /^--([A-Za-z][A-Za-z0-9-]*)(?:=(\S*))?(?=\s|$)/;

/** The strings of a JSON array, as the exec form is written; `undefined` for anything else. */
export function jsonStrings(text: LogicalText): string[] | undefined {
  if (!text.value.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text.value);
    return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
