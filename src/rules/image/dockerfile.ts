import { DockerfileParser, type Heredoc, type Instruction } from 'dockerfile-ast';
import type { SourceFile, Span } from '../../base/index.ts';
import { type LogicalText, readLogicalText } from './logical-text.ts';

export interface Dockerfile {
  /** `\` or what the `escape` directive says. */
  readonly escape: string;
  readonly instructions: readonly DockerInstruction[];
  /** An `escape` directive whose value is neither of the two. */
  readonly badEscape?: Span;
}

export interface DockerInstruction {
  /** Upper case. */
  readonly keyword: string;
  readonly keywordSpan: Span;
  /** What follows the keyword. */
  readonly body: LogicalText;
  readonly heredocs: readonly HereDocument[];
  /** In one line, as written. */
  readonly text: string;
}

export interface HereDocument {
  readonly name: string;
  readonly content: string;
  /** Variables stay as they are: the name was quoted. */
  readonly isLiteral: boolean;
  /** False where the file ends before its name comes again. */
  readonly isClosed: boolean;
}

/** The lines of `dockerfile-ast` decide what is an instruction; its words are read again, with quotes and places kept. */
export function parseDockerfile(file: SourceFile): Dockerfile {
  const parsed = DockerfileParser.parse(file.text);
  const escapeCharacter = parsed.getEscapeCharacter();
  const lines = lineStarts(file.text);
  const initial = parsed.getInitialARGs() as readonly Instruction[];
  const all = [...new Set([...initial, ...parsed.getInstructions()])];
  const badEscape = parsed
    .getDirectives()
    .find((each) => each.getName().toLowerCase() === 'escape' && !/^[\\`]$/.test(each.getValue()));
  return {
    ...(badEscape ? { badEscape: spanOf(file, badEscape.getRange(), lines) } : {}),
    escape: escapeCharacter,
    instructions: all.map((each) => readInstruction(file, each, { lines, escape: escapeCharacter })),
  };
}

function readInstruction(
  file: SourceFile,
  instruction: Instruction,
  options: { readonly lines: readonly number[]; readonly escape: string },
): DockerInstruction {
  const { lines } = options;
  const offset = ({ line, character }: Position): number => lines[line]! + character;
  const { start, end } = instruction.getRange();
  const text = readLogicalText(file, offset(start), { limit: offset(end), escape: options.escape });
  const keywordEnd = /^\S+/.exec(text.value)?.[0].length ?? 0;
  const heredocs = (instruction as unknown as { getHeredocs(): Heredoc[] }).getHeredocs();
  return {
    keyword: text.value.slice(0, keywordEnd).toUpperCase(),
    keywordSpan: text.span(0, keywordEnd),
    body: text.trimmed(keywordEnd),
    heredocs: heredocs.map((heredoc) => readHeredoc(file, heredoc, offset)),
    text: text.value.trim().replace(/\s+/g, ' '),
  };
}

function readHeredoc(
  file: SourceFile,
  heredoc: Heredoc,
  offset: (position: Position) => number,
): HereDocument {
  const { start, end } = heredoc.getStartRange();
  const marker = file.text.slice(offset(start), offset(end));
  const range = heredoc.getContentRange();
  // The parser's range leaves out the last line's end.
  const content = range ? `${file.text.slice(offset(range.start), offset(range.end))}\n` : '';
  const isStripped = marker.startsWith('<<-');
  return {
    name: heredoc.getName().replace(/["']/g, ''),
    content: isStripped ? content.replace(/^\t+/gm, '') : content,
    isLiteral: /["']/.test(marker),
    isClosed: heredoc.getDelimiterRange() !== null,
  };
}

interface Position {
  readonly line: number;
  readonly character: number;
}

function spanOf(file: SourceFile, range: { start: Position; end: Position }, lines: readonly number[]): Span {
  const offset = ({ line, character }: Position): number => lines[line]! + character;
  return { file, start: offset(range.start), end: offset(range.end) };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
