import type { Origin } from '../action/index.ts';
import { positionOf, type SourceFile, type Span } from '../base/index.ts';

/**
 * What tools said of files that were made for an action, told of the place where a user wrote it. Where that is not certain,
 * the line stays and is followed by what the file was made from: a guess would send people to the wrong line.
 */
export function toldPlaces(text: string, origins: readonly Origin[] = []): string {
  if (origins.length === 0) return text;
  return text
    .split('\n')
    .flatMap((line) => toldLine(line, origins))
    .join('\n');
}

/** `<file>:<line>[:<column>]: <what>`, with whatever the tool puts before the file. */
const PLACE = /^(.*?)((?:[\w.$-]+\/)+[\w.$-]+):(\d+)(?::\d+)?: (.*)$/;

function toldLine(line: string, origins: readonly Origin[]): readonly string[] {
  const [, before = '', file, number, said = ''] = PLACE.exec(line) ?? [];
  const origin = origins.find((each) => each.file === file);
  if (!origin) return [line];
  const place = origin.lines?.[Number(number)];
  if (place) return [`${before}${placeText(place)}: ${said}`];
  const { merged } = origin;
  if (!merged) return [line];
  const found = merged.flatMap((source) => placesOf(source, said));
  const told = found.map((span) => `${before}${placeText(span)}: ${said}`);
  if (told.length > 0) return told;
  const from = merged.map(({ path }) => path).join(', ');
  return [line, `  ${file} is made from ${from}, and from what the build adds`];
}

function placeText(span: Span): string {
  const { line, column } = positionOf(span);
  return `${span.file.path}:${line}:${column}`;
}

/** Words of aapt2 that name the very text that is wrong, with the form that it has in a manifest. */
const CULPRITS: readonly (readonly [message: RegExp, pattern: (...words: string[]) => string])[] = [
  [/\battribute ([\w.-]+:[\w.-]+) not found/, (name) => `(?<=\\s)${name}(?=\\s*=)`],
  [
    /'([^']*)' is incompatible with attribute (?:[\w.-]+:)?([\w.-]+)/,
    (value, name) => `(?<=\\s)(?:[\\w.-]+:)?${name}\\s*=\\s*(["'])${value}\\1`,
  ],
  [
    /\bresource (?:[\w.]+:)?(\w+\/[\w.]+) (?:\(aka [^)]*\) )?not found/,
    (name) => `[@?]\\+?(?:[\\w.]+:)?${name}(?![\\w.])`,
  ],
  [/\bunexpected element <([\w.:-]+)>/, (name) => `<${name}(?=[\\s/>])`],
];

function placesOf(file: SourceFile, said: string): Span[] {
  for (const [message, pattern] of CULPRITS) {
    const words = message.exec(said)?.slice(1);
    if (!words) continue;
    const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const text = withoutComments(file.text);
    return [...text.matchAll(new RegExp(pattern(...escaped), 'g'))].map(({ index, 0: { length } }) => ({
      ...{ file, start: index, end: index + length },
    }));
  }
  return [];
}

/** Blanks in their place keep every offset. */
function withoutComments(text: string): string {
  return text.replace(/<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, ' '));
}
