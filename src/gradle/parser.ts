import type { SourceFile, Span } from '../base/index.ts';
import { Cursor } from './cursor.ts';
import { parseCommand, parseExpression, type ReadBlock } from './expressions.ts';
import { tokenise } from './lexer.ts';
import type { Block, Dialect, Statement } from './syntax.ts';

/** More than any build file has: what is longer is not read at all. */
const MOST_CHARACTERS = 1_000_000;

/**
 * Reads a build file of Gradle without running it. Never throws and never gives up: what is no declaration is
 * `opaque`, and reading goes on behind it.
 */
export function parseGradle(file: SourceFile): Block {
  const span: Span = { file, start: 0, end: file.text.length };
  if (file.text.length > MOST_CHARACTERS)
    return { statements: [{ kind: 'opaque', span }], hasParameters: false, span };
  const dialect = dialectOf(file.path);
  const cursor = new Cursor(file, dialect, tokenise(file.text, dialect));
  const statements: Statement[] = [];
  while (cursor.peek().kind !== 'end') {
    statements.push(...readStatements(cursor));
    // A brace that closes nothing.
    if (cursor.peek().kind !== 'end') cursor.take();
  }
  return { statements, hasParameters: false, span };
}

function dialectOf(path: string): Dialect {
  return path.endsWith('.kts') ? 'kotlin' : 'groovy';
}

function readStatements(cursor: Cursor): Statement[] {
  const statements: Statement[] = [];
  for (;;) {
    cursor.skipNewlines();
    if (cursor.peek().kind === 'end' || cursor.is('}')) return statements;
    if (isImport(cursor)) {
      cursor.skipLine();
      continue;
    }
    const { index } = cursor;
    const start = cursor.peek().start;
    const statement = readStatement(cursor);
    if (cursor.index === index) cursor.take();
    const isWhole = cursor.isAtLineEnd || cursor.is('}');
    if (!isWhole) cursor.skipLine();
    const isRead = isWhole && statement.kind !== 'opaque';
    statements.push(isRead ? statement : { kind: 'opaque', span: cursor.spanFrom(start) });
  }
}

/** A block with its braces. */
const readBlock: ReadBlock = (cursor) => {
  const { start } = cursor.take();
  const hasParameters = skipParameters(cursor);
  const statements = readStatements(cursor);
  cursor.takeIf('}');
  return { statements, hasParameters, span: cursor.spanFrom(start) };
};

/** `a, b ->` */
function skipParameters(cursor: Cursor): boolean {
  const { index } = cursor;
  while (cursor.peek().kind === 'word' || cursor.is(',') || cursor.is(':')) cursor.take();
  if (cursor.takeIf('->')) return true;
  cursor.back(index);
  return false;
}

const CONDITIONS = new Set(['if', 'for', 'while', 'switch', 'when', 'catch']);
const PLAIN_BLOCKS = new Set(['try', 'else', 'finally', 'do']);
const NO_DECLARATIONS = new Set([
  ...['class', 'interface', 'enum', 'object', 'throw', 'assert', 'abstract', 'data'],
]);
const MODIFIERS = new Set(['private', 'public', 'static', 'final', 'internal', 'const', 'lateinit']);

function readStatement(cursor: Cursor): Statement {
  skipAnnotations(cursor);
  const token = cursor.peek();
  const { start, text, kind } = token;
  if (kind === 'word' && !isUsedAsName(cursor)) {
    if (CONDITIONS.has(text) || PLAIN_BLOCKS.has(text)) return readControlFlow(cursor);
    if (NO_DECLARATIONS.has(text)) return skipped(cursor);
    if (text === 'return') {
      cursor.take();
      const value = cursor.isAtLineEnd || cursor.is('}') ? undefined : parseExpression(cursor, readBlock);
      return { kind: 'return', ...(value ? { value } : {}), span: cursor.spanFrom(start) };
    }
    const definition = readDefinition(cursor);
    if (definition) return definition;
  }
  return readCommand(cursor, start);
}

/** `data = 1`, `object { }`: words of the language that stand for a property here. */
function isUsedAsName(cursor: Cursor): boolean {
  return cursor.is('=', 1) || cursor.is('.', 1);
}

/** Names of classes that code uses, which is told where it stands. */
function isImport(cursor: Cursor): boolean {
  const { kind, text } = cursor.peek();
  return kind === 'word' && (text === 'import' || text === 'package') && !isUsedAsName(cursor);
}

function skipAnnotations(cursor: Cursor): void {
  while (cursor.is('@')) {
    cursor.take();
    cursor.take();
    while (cursor.is(':') || cursor.is('.')) {
      cursor.take();
      cursor.take();
    }
    if (cursor.is('(')) cursor.skipBrackets();
    cursor.skipNewlines();
  }
}

function skipped(cursor: Cursor): Statement {
  const { start } = cursor.peek();
  cursor.skipLine();
  return { kind: 'opaque', span: cursor.spanFrom(start) };
}

/** Whatever a condition governs belongs to it, so that nothing conditional is read as if it always held. */
function readControlFlow(cursor: Cursor): Statement {
  const { start } = cursor.peek();
  for (;;) {
    cursor.take();
    if (cursor.is('(')) cursor.skipBrackets();
    if (cursor.peek().kind === 'word' && cursor.is('if')) continue;
    cursor.skipNewlines();
    if (cursor.is('{')) cursor.skipBrackets();
    else cursor.skipLine();
    const { index } = cursor;
    cursor.skipNewlines();
    if (['else', 'catch', 'finally'].some((word) => cursor.is(word))) continue;
    cursor.back(index);
    return { kind: 'opaque', span: cursor.spanFrom(start) };
  }
}

const DEFINING = new Set(['def', 'val', 'var', 'fun']);

/** `def x = 1`, `val x: Int by y`, `String x = 'a'`, `def x() { … }`, `fun x() = 1`; `undefined` moves nothing. */
function readDefinition(cursor: Cursor): Statement | undefined {
  const { index } = cursor;
  const { start } = cursor.peek();
  while (MODIFIERS.has(cursor.peek().text)) cursor.take();
  const isMarked = DEFINING.has(cursor.peek().text) || cursor.index > index;
  if (DEFINING.has(cursor.peek().text)) cursor.take();
  const isTyped = cursor.peek(1).kind === 'word' && (cursor.is('=', 2) || (isMarked && cursor.is('(', 2)));
  if (isTyped) cursor.take();
  const name = cursor.peek();
  if ((!isMarked && !isTyped) || name.kind !== 'word') {
    cursor.back(index);
    return undefined;
  }
  cursor.take();
  if (cursor.is('(')) return readFunction(cursor, { name: name.text, start });
  if (cursor.takeIf(':')) while (!cursor.is('=') && !cursor.is('by') && !cursor.isAtLineEnd) cursor.take();
  if (cursor.is('by')) {
    const { index: delegate } = cursor;
    cursor.take();
    const isProperty = ['project', 'rootProject', 'settings'].some((word) => cursor.is(word));
    cursor.skipLine();
    const span = cursor.spanFrom(start);
    if (isProperty) return { kind: 'definition', name: name.text, span };
    cursor.back(delegate);
    return definitionOf(cursor, { name: name.text, start });
  }
  return definitionOf(cursor, { name: name.text, start });
}

function definitionOf(
  cursor: Cursor,
  { name, start }: { readonly name: string; readonly start: number },
): Statement {
  if (cursor.takeIf('=')) {
    cursor.skipNewlines();
    const value = parseCommand(cursor, readBlock);
    return { kind: 'definition', name, value, span: cursor.spanFrom(start) };
  }
  const from = cursor.peek().start;
  cursor.skipLine();
  const value = { kind: 'opaque', span: cursor.spanFrom(from) } as const;
  return { kind: 'definition', name, value, span: cursor.spanFrom(start) };
}

function readFunction(
  cursor: Cursor,
  { name, start }: { readonly name: string; readonly start: number },
): Statement {
  const takesNothing = cursor.is(')', 1);
  cursor.skipBrackets();
  if (cursor.takeIf(':')) while (!cursor.is('=') && !cursor.is('{') && !cursor.isAtLineEnd) cursor.take();
  const from = cursor.peek().start;
  if (takesNothing && cursor.takeIf('=')) {
    const value = parseExpression(cursor, readBlock);
    const span = cursor.spanFrom(from);
    const body = { statements: [{ kind: 'return', value, span } as const], hasParameters: false, span };
    return { kind: 'function', name, body, span: cursor.spanFrom(start) };
  }
  if (takesNothing && cursor.is('{')) {
    const body = readBlock(cursor);
    return { kind: 'function', name, body, span: cursor.spanFrom(start) };
  }
  cursor.skipLine();
  const span = cursor.spanFrom(from);
  const body = { statements: [{ kind: 'opaque', span } as const], hasParameters: false, span };
  return { kind: 'function', name, body, span: cursor.spanFrom(start) };
}

const ASSIGNING = new Set(['=', '+=', '-=', '*=', '/=']);

function readCommand(cursor: Cursor, start: number): Statement {
  const expression = parseCommand(cursor, readBlock);
  const { text: operator, kind } = cursor.peek();
  if (kind !== 'symbol' || !ASSIGNING.has(operator))
    return { kind: 'expression', expression, span: cursor.spanFrom(start) };
  cursor.take();
  cursor.skipNewlines();
  const value = parseCommand(cursor, readBlock);
  return { kind: 'assignment', target: expression, operator, value, span: cursor.spanFrom(start) };
}
