import { Cursor } from './cursor.ts';
import { type TextPart, type Token, tokenise } from './lexer.ts';
import { type Argument, type Block, type Expression, literalOf } from './syntax.ts';

export type ReadBlock = (cursor: Cursor) => Block;

/** Values nested deeper than this are not looked into. */
const MOST_NESTED = 100;

/** How tightly operators bind; all are read from left to right. */
const BINDING: Readonly<Record<string, number>> = {
  ...{ '?': 1, '?:': 2, '||': 3, '&&': 4 },
  ...{ '==': 5, '!=': 5, '===': 5, '!==': 5, '=~': 5, '<': 6, '>': 6, '<=': 6, '>=': 6, '<=>': 6 },
  ...{ '<<': 7, '..': 7, '+': 8, '-': 8, '*': 9, '/': 9, '%': 9 },
};

/** A value without arguments of a command word. Where none stands, it is opaque and nothing is taken. */
export function parseExpression(cursor: Cursor, readBlock: ReadBlock, binding = 0): Expression {
  const { start } = cursor.peek();
  if (cursor.depth > MOST_NESTED) return skipDeep(cursor, start);
  cursor.depth++;
  let left = parseUnary(cursor, readBlock);
  for (;;) {
    if (!cursor.continuesWith(LINE_STARTERS) && cursor.isAtLineEnd) break;
    const { text: operator, kind } = cursor.peek();
    const binds = kind === 'symbol' ? BINDING[operator] : undefined;
    if (binds === undefined || binds <= binding) break;
    cursor.take();
    cursor.skipNewlines();
    const right = parseExpression(cursor, readBlock, binds);
    left = { kind: 'binary', operator, left, right, span: cursor.spanFrom(start) };
    if (operator !== '?') continue;
    // A choice depends on what is known only when Gradle runs.
    if (cursor.takeIf(':')) parseExpression(cursor, readBlock, binds);
    left = { kind: 'opaque', span: cursor.spanFrom(start) };
  }
  cursor.depth--;
  return left;
}

/** What a next line begins with when it goes on with this one. */
const LINE_STARTERS = new Set(['?:', '||', '&&']);

function skipDeep(cursor: Cursor, start: number): Expression {
  if (!cursor.skipBrackets()) cursor.skipItem();
  return { kind: 'opaque', span: cursor.spanFrom(start) };
}

/** A value, or a word with its arguments without brackets: `id 'a' version 'b'`. */
export function parseCommand(cursor: Cursor, readBlock: ReadBlock): Expression {
  const { start } = cursor.peek();
  let expression = parseExpression(cursor, readBlock);
  while (beginsArgument(cursor)) {
    let callee = expression;
    if (!isWord(expression) || cursor.dialect === 'kotlin') {
      // `id("a") version "b"`: the word is called on what stands before it.
      if (cursor.peek().kind !== 'word') break;
      const { text: name } = cursor.take();
      callee = { kind: 'member', of: expression, name, span: cursor.spanFrom(start) };
      if (!beginsArgument(cursor)) {
        expression = { kind: 'opaque', span: cursor.spanFrom(start) };
        break;
      }
    }
    const list =
      callee === expression
        ? readCommandArguments(cursor, readBlock)
        : [{ value: parseExpression(cursor, readBlock) }];
    expression = withBlock(cursor, readBlock, { callee, arguments: list, start });
  }
  return expression;
}

function isWord({ kind }: Expression): boolean {
  return kind === 'name' || kind === 'member';
}

const NO_ARGUMENTS = new Set(['in', 'as', 'is', 'instanceof', 'by', 'else']);

function beginsArgument(cursor: Cursor): boolean {
  const token = cursor.peek();
  if (token.kind === 'text' || token.kind === 'number') return true;
  if (token.kind === 'word') return !NO_ARGUMENTS.has(token.text);
  return token.kind === 'symbol' && (token.text === '[' || token.text === '!') && token.hasSpaceBefore;
}

function readCommandArguments(cursor: Cursor, readBlock: ReadBlock): Argument[] {
  const list = [readArgument(cursor, readBlock)];
  while (cursor.takeIf(',')) {
    cursor.skipNewlines();
    list.push(readArgument(cursor, readBlock));
  }
  return list;
}

/** `name: value` (Groovy), `name = value` (Kotlin, in brackets) or a value. */
function readArgument(cursor: Cursor, readBlock: ReadBlock): Argument {
  const { kind, text, parts } = cursor.peek();
  const isNamed = cursor.is(':', 1) || (cursor.dialect === 'kotlin' && cursor.is('=', 1));
  const name = kind === 'word' ? text : (literalOf(parts) ?? '');
  if (!isNamed || name === '') return { value: parsePair(cursor, readBlock) };
  cursor.take();
  cursor.take();
  cursor.skipNewlines();
  return { name, value: parseExpression(cursor, readBlock) };
}

/** Kotlin's `"a" to b`, as a call of `to` with both. */
function parsePair(cursor: Cursor, readBlock: ReadBlock): Expression {
  const { start } = cursor.peek();
  const first = parseExpression(cursor, readBlock);
  if (cursor.dialect !== 'kotlin' || !cursor.is('to')) return first;
  const word = cursor.take();
  const callee = { kind: 'name', name: 'to', span: cursor.spanFrom(word.start) } as const;
  const second = parseExpression(cursor, readBlock);
  return {
    kind: 'call',
    callee,
    arguments: [{ value: first }, { value: second }],
    span: cursor.spanFrom(start),
  };
}

function parseUnary(cursor: Cursor, readBlock: ReadBlock): Expression {
  const { start } = cursor.peek();
  if (cursor.is('!') || cursor.is('-') || cursor.is('+')) {
    const { text: sign } = cursor.take();
    cursor.depth++;
    const value = cursor.depth > MOST_NESTED ? skipDeep(cursor, start) : parseUnary(cursor, readBlock);
    cursor.depth--;
    const span = cursor.spanFrom(start);
    if (value.kind === 'number' && sign === '-') return { ...value, value: -value.value, span };
    if (value.kind === 'boolean' && sign === '!') return { ...value, value: !value.value, span };
    return { kind: 'opaque', span };
  }
  return parsePostfix(cursor, readBlock);
}

const DOTS = new Set(['.', '?.', '!!']);

function parsePostfix(cursor: Cursor, readBlock: ReadBlock): Expression {
  const { start } = cursor.peek();
  let value = parsePrimary(cursor, readBlock);
  for (;;) {
    if (cursor.continuesWith(DOTS)) {
      if (cursor.takeIf('!!')) continue;
      cursor.take();
      const { kind, text, parts } = cursor.peek();
      const quoted = literalOf(parts);
      if (kind !== 'word' && quoted === undefined) return { kind: 'opaque', span: cursor.spanFrom(start) };
      cursor.take();
      value = { kind: 'member', of: value, name: quoted ?? text, span: cursor.spanFrom(start) };
      continue;
    }
    const { hasSpaceBefore } = cursor.peek();
    if (cursor.is('(') && value.kind !== 'number') {
      const list = readBracketed(cursor, readBlock, ')');
      value = withBlock(cursor, readBlock, { callee: value, arguments: list, start });
    } else if (cursor.is('[') && !hasSpaceBefore) {
      const list = readBracketed(cursor, readBlock, ']');
      const callee = { kind: 'member', of: value, name: '[]', span: cursor.spanFrom(start) } as const;
      value = { kind: 'call', callee, arguments: list, span: cursor.spanFrom(start) };
    } else if ((isWord(value) || isQuoted(value, cursor)) && opensBlock(cursor)) {
      value = withBlock(cursor, readBlock, { callee: value, arguments: [], start });
    } else if (cursor.is('as') && Object.hasOwn(CASTS, cursor.peek(1).text)) {
      cursor.take();
      const name = CASTS[cursor.take().text]!;
      const callee = { kind: 'member', of: value, name, span: cursor.spanFrom(start) } as const;
      value = { kind: 'call', callee, arguments: [], span: cursor.spanFrom(start) };
    } else return value;
  }
}

/** `x as Integer` is `x.toInteger()`. */
const CASTS: Readonly<Record<string, string>> = {
  ...{ int: 'toInteger', Integer: 'toInteger', Int: 'toInteger', String: 'toString', boolean: 'toBoolean' },
};

const BRACE = new Set(['{']);

/** Groovy takes a block in the next line, too. */
function opensBlock(cursor: Cursor): boolean {
  return cursor.dialect === 'groovy' ? cursor.continuesWith(BRACE) : cursor.is('{');
}

/** Kotlin's `"release" { … }`. */
function isQuoted(value: Expression, { dialect }: Cursor): boolean {
  return dialect === 'kotlin' && value.kind === 'text';
}

function withBlock(
  cursor: Cursor,
  readBlock: ReadBlock,
  {
    start,
    ...call
  }: { readonly callee: Expression; readonly arguments: readonly Argument[]; readonly start: number },
): Expression {
  if (!opensBlock(cursor)) return { kind: 'call', ...call, span: cursor.spanFrom(start) };
  if (cursor.depth > MOST_NESTED) return skipDeep(cursor, start);
  cursor.depth++;
  const block = readBlock(cursor);
  cursor.depth--;
  return { kind: 'call', ...call, block, span: cursor.spanFrom(start) };
}

function readBracketed(cursor: Cursor, readBlock: ReadBlock, close: string): Argument[] {
  cursor.take();
  const list: Argument[] = [];
  for (;;) {
    cursor.skipNewlines();
    if (cursor.peek().kind === 'end' || cursor.takeIf(close)) return list;
    const { start } = cursor.peek();
    const { index } = cursor;
    const item = readArgument(cursor, readBlock);
    cursor.skipNewlines();
    if (cursor.is(',') || cursor.is(close)) {
      list.push(item);
      cursor.takeIf(',');
      continue;
    }
    cursor.skipItem();
    list.push({ value: { kind: 'opaque', span: cursor.spanFrom(start) } });
    if (!cursor.takeIf(',') && !cursor.is(close)) {
      // Another bracket closes here: it belongs to what is around.
      if (cursor.index === index) cursor.take();
      return list;
    }
  }
}

function parsePrimary(cursor: Cursor, readBlock: ReadBlock): Expression {
  const token = cursor.peek();
  const { start } = token;
  if (token.kind === 'text') {
    cursor.take();
    return textOf(token, cursor, readBlock);
  }
  if (token.kind === 'number') {
    cursor.take();
    return numberOf(token.text, cursor, start);
  }
  if (token.kind === 'word') return parseWord(cursor, token);
  if (cursor.is('(')) {
    const [first, ...more] = readBracketed(cursor, readBlock, ')');
    const span = cursor.spanFrom(start);
    return first && more.length === 0 && !first.name ? first.value : { kind: 'opaque', span };
  }
  if (cursor.is('[')) {
    const items = readBracketed(cursor, readBlock, ']');
    return {
      kind: 'list',
      items: items.filter(({ value }) => value.span.end > value.span.start),
      span: cursor.spanFrom(start),
    };
  }
  if (cursor.is('{')) {
    const block = readBlock(cursor);
    return { kind: 'block', block, span: block.span };
  }
  return { kind: 'opaque', span: { file: cursor.file, start, end: start } };
}

function parseWord(cursor: Cursor, { text, start }: Token): Expression {
  if (NO_ARGUMENTS.has(text) && text !== 'by')
    return { kind: 'opaque', span: { file: cursor.file, start, end: start } };
  cursor.take();
  const span = cursor.spanFrom(start);
  if (text === 'true' || text === 'false') return { kind: 'boolean', value: text === 'true', span };
  if (text === 'null') return { kind: 'null', span };
  if (text !== 'new' || cursor.peek().kind !== 'word') return { kind: 'name', name: text, span };
  const made = cursor.take();
  return { kind: 'name', name: `new ${made.text}`, span: cursor.spanFrom(start) };
}

function numberOf(text: string, cursor: Cursor, start: number): Expression {
  const value = Number(
    text
      .replaceAll('_', '')
      .replace(/(?<!0x[\da-f]*)[lgfd]$/i, '')
      .replace(/[lg]$/i, ''),
  );
  const span = cursor.spanFrom(start);
  return Number.isFinite(value) ? { kind: 'number', value, span } : { kind: 'opaque', span };
}

function textOf(token: Token, cursor: Cursor, readBlock: ReadBlock): Expression {
  const parts = (token.parts ?? []).map((part: TextPart) => {
    if (typeof part === 'string') return part;
    const tokens = tokenise(cursor.file.text, cursor.dialect, part.start, part.end);
    const inner = new Cursor(cursor.file, cursor.dialect, tokens);
    inner.depth = cursor.depth + 1;
    const value = parseExpression(inner, readBlock);
    if (inner.peek().kind === 'end') return value;
    return { kind: 'opaque', span: { file: cursor.file, start: part.start, end: part.end } } as const;
  });
  return { kind: 'text', parts, span: cursor.spanFrom(token.start) };
}
