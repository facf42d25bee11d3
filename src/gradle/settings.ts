import type { Span } from '../base/index.ts';
import { type Argument, type Block, type Expression, literalOf, type Statement } from './syntax.ts';

/**
 * A line of a build file in one form, whichever of the many ways it was written:
 * `minSdk 21`, `minSdk = 21`, `minSdkVersion(21)`, `android.defaultConfig.minSdk = 21`, `release { … }`,
 * `getByName("release") { … }`.
 */
export interface Setting {
  readonly name: string;
  readonly values: readonly Argument[];
  readonly block?: readonly Setting[];
  /** Calls on the result: `version '1.0'` and `apply false` of a plugin. */
  readonly chained: readonly Setting[];
  /** `=`, `+=`; absent for a call. */
  readonly operator?: string;
  /** No declaration: nothing is known but where it stands. */
  readonly isOpaque: boolean;
  readonly span: Span;
}

/** Names of containers' own methods that mean the element named by the first argument. */
const ELEMENT = new Set(['getByName', 'named', 'create', 'register', 'maybeCreate']);

export function settingsOf(block: Block): readonly Setting[] {
  if (block.hasParameters) return [opaque(block.span)];
  return block.statements.flatMap((statement) => settingOf(statement) ?? []);
}

/** Definitions are none: they are the scope's. */
function settingOf(statement: Statement): Setting | undefined {
  switch (statement.kind) {
    case 'definition':
    case 'function':
      return undefined;
    case 'assignment': {
      const path = pathOf(statement.target);
      if (!path) return opaque(statement.span);
      const last: Setting = {
        ...plain(path.at(-1)!, statement.span),
        values: [{ value: statement.value }],
        operator: statement.operator,
      };
      return within(path.slice(0, -1), last);
    }
    case 'expression':
      return ofExpression(statement.expression, statement.span);
    default:
      return opaque(statement.span);
  }
}

function ofExpression(expression: Expression, span: Span): Setting {
  const links = linksOf(expression)?.map(([names, call]): Link => [names, withBlock(call)]);
  const [first, ...chained] = links ?? [];
  if (!first) return opaque(span);
  const [path, call] = first;
  const setting: Setting = {
    ...plain(path.at(-1)!, span),
    values: call?.kind === 'call' ? call.arguments : [],
    ...(call?.kind === 'call' && call.block ? { block: settingsOf(call.block) } : {}),
    chained: chained.map(([names, each]) => ({
      ...plain(names.join('.'), span),
      values: each?.kind === 'call' ? each.arguments : [],
      ...(each?.kind === 'call' && each.block ? { block: settingsOf(each.block) } : {}),
    })),
  };
  return within(path.slice(0, -1), asElement(setting));
}

/** Groovy's `a(b, { … })` is `a(b) { … }`. */
function withBlock(expression: Expression | undefined): Expression | undefined {
  if (expression?.kind !== 'call' || expression.block) return expression;
  const last = expression.arguments.at(-1)?.value;
  if (last?.kind !== 'block') return expression;
  return { ...expression, arguments: expression.arguments.slice(0, -1), block: last.block };
}

function asElement(setting: Setting): Setting {
  const [first, ...rest] = setting.values;
  if (!ELEMENT.has(setting.name) || first?.value.kind !== 'text') return setting;
  const name = literalOf(first.value.parts);
  return name === undefined ? setting : { ...setting, name, values: rest };
}

/** `a.b.c = 1` is `c = 1` in a block `b` in a block `a`. */
function within(path: readonly string[], setting: Setting): Setting {
  return path.reduceRight<Setting>(
    (inner, name) => ({ ...plain(name, setting.span), block: [inner] }),
    setting,
  );
}

type Link = readonly [path: readonly string[], call: Expression | undefined];

/** `a.b(x).c(y)` as `a.b` with `x`, and then `c` with `y`. */
function linksOf(expression: Expression): readonly Link[] | undefined {
  const links: Link[] = [];
  let at: Expression = expression;
  for (;;) {
    const call = at.kind === 'call' ? at : undefined;
    let names: string[] = [];
    let of: Expression = call ? call.callee : at;
    while (of.kind === 'member') {
      names = [of.name, ...names];
      of = of.of;
    }
    if (of.kind === 'name') return [[[of.name, ...names], call], ...links];
    // Kotlin's `"release" { … }`.
    const quoted = of.kind === 'text' ? literalOf(of.parts) : undefined;
    if (quoted !== undefined) return [[[quoted, ...names], call], ...links];
    if (of.kind !== 'call' || names.length === 0) return undefined;
    links.unshift([names, call]);
    at = of;
  }
}

/** The names of `a.b.c`; `ext["a"]` is `ext.a`. */
export function pathOf(expression: Expression): readonly string[] | undefined {
  const names: string[] = [];
  let at = expression;
  for (;;) {
    if (at.kind === 'name') return [at.name, ...names.reverse()];
    if (at.kind === 'member') {
      names.push(at.name);
      at = at.of;
      continue;
    }
    const index =
      at.kind === 'call' && at.callee.kind === 'member' && at.callee.name === '[]' ? at : undefined;
    const key = index?.arguments[0]?.value;
    if (index?.callee.kind !== 'member' || key?.kind !== 'text') return undefined;
    const name = literalOf(key.parts);
    if (name === undefined) return undefined;
    names.push(name);
    at = index.callee.of;
  }
}

function plain(name: string, span: Span): Setting {
  return { name, values: [], chained: [], isOpaque: false, span };
}

function opaque(span: Span): Setting {
  return { ...plain('', span), isOpaque: true };
}
