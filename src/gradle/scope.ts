import type { SourceFile } from '../base/index.ts';
import { pathOf } from './settings.ts';
import { type Block, type Expression, literalOf, type Statement } from './syntax.ts';

/** Names that a build file gives to values, before any is evaluated. */
export class Scope {
  /** `def name = …`: for this file alone. */
  readonly own = new Map<string, Expression>();
  /** `ext.name = …`: for all modules below. */
  readonly shared = new Map<string, Expression>();
  /** What a function without parameters returns, where its body is one expression. */
  readonly functions = new Map<string, Expression>();
  /** Names whose value depends on a condition or on the order in which lines run. */
  readonly unsettled = new Set<string>();
  /** Names of `own` that hold in one block alone: `dependencies { def version = … }`. */
  readonly local = new Set<string>();

  lookUp(name: string): Expression | undefined {
    return this.own.get(name) ?? this.shared.get(name);
  }
}

/** Blocks that define for the whole file what stands in them. */
const TRANSPARENT = new Set(['buildscript', 'allprojects', 'subprojects']);

export function scopeOf(file: SourceFile, block: Block): Scope {
  const scope = new Scope();
  collect(scope, block.statements, '');
  for (const { name, value } of localDefinitions(block)) {
    // What holds for the whole file would be hidden in the block alone.
    if (scope.lookUp(name)) scope.unsettled.add(name);
    else scope.local.add(name);
    if (!scope.shared.has(name)) define(scope, scope.own, name, value);
  }
  collectConditional(scope, file, block.statements);
  return scope;
}

type Definition = Statement & { readonly kind: 'definition' };

/** Definitions with a value in blocks of the file, at whatever depth, but for those of blocks that define for the whole file. */
function localDefinitions({ statements }: Block): { readonly name: string; readonly value: Expression }[] {
  return statements.flatMap((statement) => {
    const { block, name } = blockIn(statement);
    if (!block || block.hasParameters || TRANSPARENT.has(name) || name === 'ext' || name === 'extra')
      return [];
    const own = block.statements.filter((each): each is Definition => each.kind === 'definition');
    return [
      ...own.flatMap((each) => (each.value ? [{ name: each.name, value: each.value }] : [])),
      ...localDefinitions(block),
    ];
  });
}

/** The block of `android { … }`, and what it is called. */
function blockIn(statement: Statement): { readonly block?: Block; readonly name: string } {
  const call = statement.kind === 'expression' ? statement.expression : undefined;
  if (call?.kind !== 'call' || !call.block) return { name: '' };
  return { block: call.block, name: pathOf(call.callee)?.at(-1) ?? '' };
}

function collect(scope: Scope, statements: readonly Statement[], within: string): void {
  for (const statement of statements) {
    if (statement.kind === 'definition') {
      if (statement.value) define(scope, scope.own, statement.name, statement.value);
    } else if (statement.kind === 'function') {
      const [only, ...more] = statement.body.statements;
      const value =
        only?.kind === 'return' ? only.value : only?.kind === 'expression' ? only.expression : undefined;
      const opaque = { kind: 'opaque', span: statement.span } as const;
      define(scope, scope.functions, statement.name, more.length === 0 && value ? value : opaque);
    } else if (statement.kind === 'assignment') assign(scope, statement, within);
    else if (statement.kind === 'expression') collectCall(scope, statement.expression, within);
  }
}

function assign(
  scope: Scope,
  { target, operator, value, span }: Statement & { kind: 'assignment' },
  within: string,
): void {
  const path = pathOf(target);
  if (!path) return;
  const name = sharedName(path, within);
  const given = operator === '=' ? value : ({ kind: 'opaque', span } as const);
  if (name !== undefined) define(scope, scope.shared, name, given);
  else if (path.length === 1 && scope.own.has(path[0]!)) define(scope, scope.own, path[0]!, given);
  else if (scope.own.has(path[0]!) || scope.shared.has(path[0]!)) scope.unsettled.add(path[0]!);
}

/** `ext.name`, `project.ext.name`, `extra["name"]`, or `name` in `ext { … }`. */
function sharedName(path: readonly string[], within: string): string | undefined {
  if (within === 'ext') return path.length === 1 ? path[0] : undefined;
  const at = path.findIndex((name) => name === 'ext' || name === 'extra');
  if (at < 0 || at !== path.length - 2) return undefined;
  return path[path.length - 1];
}

function collectCall(scope: Scope, expression: Expression, within: string): void {
  if (expression.kind !== 'call') return;
  const path = pathOf(expression.callee);
  const [first, second] = expression.arguments;
  const last = path?.at(-1);
  if (!path || last === undefined) return;
  const name = last === 'set' && first?.value.kind === 'text' ? literalOf(first.value.parts) : undefined;
  if (name !== undefined && second) {
    const holder = path.at(-2);
    if (holder === 'ext' || holder === 'extra' || within === 'ext')
      define(scope, scope.shared, name, second.value);
  }
  if (!expression.block) return;
  if (last === 'ext' || last === 'extra') collect(scope, expression.block.statements, 'ext');
  else if (TRANSPARENT.has(last)) collect(scope, expression.block.statements, '');
}

function define(scope: Scope, map: Map<string, Expression>, name: string, value: Expression): void {
  if (map.has(name)) scope.unsettled.add(name);
  map.set(name, value);
}

/** What is assigned where this reader does not follow the order of things. */
function collectConditional(scope: Scope, file: SourceFile, statements: readonly Statement[]): void {
  for (const { kind, span } of statements) {
    if (kind !== 'opaque') continue;
    const text = file.text.slice(span.start, span.end);
    for (const match of text.matchAll(/([\p{L}_][\p{L}\p{N}_]*)\s*[-+*/]?=(?!=)/gu))
      scope.unsettled.add(match[1]!);
  }
}
