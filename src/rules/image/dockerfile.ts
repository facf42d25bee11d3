import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import type { SourceFile, Span } from '../../base/index.ts';
import { type Directive, readDirectives } from './directives.ts';
import { type HereDocument, type HereMarker, markersOf } from './heredocs.ts';
import { type LogicalText, lineEnd, readLogicalText } from './logical-text.ts';
import { type FlagWord, jsonStrings, splitFlags } from './words.ts';

export interface Dockerfile {
  /** `\` or what the `escape` directive says. */
  readonly escape: string;
  readonly directives: readonly Directive[];
  /** A directive that was there before. */
  readonly repeated?: Directive;
  readonly instructions: readonly DockerInstruction[];
}

export interface DockerInstruction {
  /** Upper case. */
  readonly keyword: string;
  readonly keywordSpan: Span;
  readonly flags: readonly FlagWord[];
  /** What follows the keyword and the flags. */
  readonly body: LogicalText;
  readonly heredocs: readonly HereDocument[];
  /** In one line, as written. */
  readonly text: string;
  /** Comment lines right above, without their `#`. */
  readonly comments: readonly Comment[];
  /** A blank line between continued ones. */
  readonly blank?: Span;
}

export interface Comment {
  readonly text: string;
  readonly span: Span;
}

/** Lines that are one instruction, with its here-documents. */
interface InstructionLines {
  readonly text: LogicalText;
  readonly end: number;
  readonly blank?: Span;
  readonly heredocs: readonly HereDocument[];
  readonly comments: readonly Comment[];
}

/**
 * `dockerfile-ast` finds the instructions. It is shown a text without what it reads otherwise than BuildKit: the bodies of
 * here-documents, comments that are no directives, two escapes at a line's end. Words are read from the file itself.
 */
export function parseDockerfile(file: SourceFile): Dockerfile {
  const { directives, repeated } = readDirectives(file);
  const stated = directives.find(({ name }) => name === 'escape')?.value;
  const escapeCharacter = stated === '`' ? '`' : '\\';
  const lines = instructionLines(file, escapeCharacter);
  const plain = plainText(file, lines, directives);
  const parsed = DockerfileParser.parse(plain);
  const starts = lineStarts(plain);
  const offset = ({ line, character }: { line: number; character: number }): number =>
    starts[line]! + character;
  const initial = parsed.getInitialARGs() as readonly Instruction[];
  const found = new Set(
    [...initial, ...parsed.getInstructions()].map((each) => offset(each.getRange().start)),
  );
  const instructions = [...lines.entries()]
    .filter(([start]) => found.has(start))
    .map(([, each]) => instructionOf(each, escapeCharacter));
  return { escape: escapeCharacter, directives, ...(repeated ? { repeated } : {}), instructions };
}

/** An instruction that stands in another one, as behind ONBUILD. */
export function innerInstruction(outer: DockerInstruction, escapeCharacter: string): DockerInstruction {
  const { heredocs, comments } = outer;
  return instructionOf({ text: outer.body, end: 0, heredocs, comments }, escapeCharacter);
}

function instructionOf(lines: InstructionLines, escapeCharacter: string): DockerInstruction {
  const { text, heredocs, comments, blank } = lines;
  const keywordEnd = /^\S+/.exec(text.value)?.[0].length ?? 0;
  const { flags, rest } = splitFlags(text.trimmed(keywordEnd), escapeCharacter);
  return {
    keyword: text.value.slice(0, keywordEnd).toUpperCase(),
    keywordSpan: text.span(0, keywordEnd),
    flags,
    body: rest,
    heredocs,
    text: text.value.trim().replace(/\s+/g, ' '),
    comments,
    ...(blank ? { blank } : {}),
  };
}

/** By the offset of their first character. */
function instructionLines(file: SourceFile, escapeCharacter: string): Map<number, InstructionLines> {
  const { text } = file;
  const found = new Map<number, InstructionLines>();
  let comments: Comment[] = [];
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; ) {
    const next = lineEnd(text, at);
    const line = text.slice(at, next);
    const trimmed = line.trim();
    const start = at + (line.length - line.trimStart().length);
    if (trimmed === '' || trimmed.startsWith('#')) {
      const comment = { text: trimmed.slice(1).trim(), span: { file, start, end: start + trimmed.length } };
      comments = comment.text === '' ? [] : [...comments, comment];
      at = next;
      continue;
    }
    const logical = readLogicalText(file, start, escapeCharacter);
    const heredocs: HereDocument[] = [];
    at = logical.end;
    for (const marker of markersIn(logical.text, escapeCharacter)) {
      const { document, end } = readHeredoc(text, at, marker);
      heredocs.push(document);
      at = end;
    }
    if (logical.text.value.trim() !== '') found.set(start, { ...logical, end: at, heredocs, comments });
    comments = [];
  }
  return found;
}

const TAKES_HEREDOCS = /^(?:ONBUILD\s+)?(?:RUN|COPY|ADD)(?=\s)/i;

function markersIn(text: LogicalText, escapeCharacter: string): HereMarker[] {
  const keywords = TAKES_HEREDOCS.exec(text.value)?.[0];
  if (keywords === undefined || !text.value.includes('<<')) return [];
  const { rest } = splitFlags(text.trimmed(keywords.length), escapeCharacter);
  return jsonStrings(rest) === undefined ? markersOf(text.value) : [];
}

function readHeredoc(
  text: string,
  start: number,
  marker: HereMarker,
): { document: HereDocument; end: number } {
  for (let at = start; at < text.length; at = lineEnd(text, at)) {
    const line = text.slice(at, lineEnd(text, at)).replace(/[\r\n]+$/, '');
    if ((marker.isStripped ? line.replace(/^\t+/, '') : line) !== marker.name) continue;
    return {
      document: { ...marker, content: text.slice(start, at), start, isClosed: true },
      end: lineEnd(text, at),
    };
  }
  return { document: { ...marker, content: text.slice(start), start, isClosed: false }, end: text.length };
}

/** The same text, character for character, without what `dockerfile-ast` would trip over. */
function plainText(
  file: SourceFile,
  lines: ReadonlyMap<number, InstructionLines>,
  directives: readonly Directive[],
): string {
  const { text } = file;
  const parts: string[] = [];
  let at = 0;
  const add = (end: number, change: (part: string) => string): void => {
    parts.push(change(text.slice(at, end)));
    at = end;
  };
  add(directives.at(-1)?.span.end ?? 0, (part) => part);
  for (const [start, { end }] of lines) {
    add(start, plainComments);
    add(end, oneLine);
  }
  add(text.length, plainComments);
  return parts.join('');
}

/** What lies between instructions: no comment looks like a directive, no blank is an unusual one. */
function plainComments(part: string): string {
  return part.replaceAll('=', '-').replace(/[^\S\n]/g, ' ');
}

/** An instruction in one line that is not continued; its last line feed stays. */
function oneLine(part: string): string {
  const last = part.endsWith('\n') ? '\n' : '';
  return (
    part
      .slice(0, part.length - last.length)
      .replace(/\s/g, ' ')
      .replace(/[^\sA-Za-z]/g, 'x') + last
  );
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
