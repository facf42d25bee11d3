import type { Span } from '../base/index.ts';
import type { Scope } from './scope.ts';
import { pathOf } from './settings.ts';
import type { Argument, Expression } from './syntax.ts';
import type { Found, NamedValue, Value } from './value.ts';
import type { VersionCatalog } from './version-catalog.ts';

/** Where names are looked for: the module's own file, then those around it. */
export interface Surroundings {
  readonly scopes: readonly Scope[];
  /** `gradle.properties`. */
  readonly properties: ReadonlyMap<string, Found<string>>;
  readonly catalog: VersionCatalog;
}

/** Longer texts are nobody's version; a few lines could otherwise make one that fills the memory. */
const MOST_CHARACTERS = 10_000;
const MOST_NESTED = 60;

/** Prefixes that name the same values from another place. */
const HOLDERS = new Set(['project', 'rootProject', 'ext', 'extra', 'properties', 'this', 'parent']);

/** Gives values to expressions, running nothing. What depends on more than constants is told apart by kind. */
export class Evaluator {
  readonly #around: Surroundings;
  readonly #known = new Map<string, Value>();
  readonly #open = new Set<string>();
  #depth = 0;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  valueOf(expression: Expression): Value {
    if (this.#depth > MOST_NESTED) return unknown(expression.span, 'it is nested too deeply');
    this.#depth++;
    const value = this.#evaluate(expression);
    this.#depth--;
    return value;
  }

  #evaluate(expression: Expression): Value {
    const { span } = expression;
    switch (expression.kind) {
      case 'text':
        return textValue(
          expression.parts.map((part) => (typeof part === 'string' ? part : this.valueOf(part))),
          span,
        );
      case 'number':
        return { kind: 'number', number: expression.value, span };
      case 'boolean':
        return { kind: 'boolean', boolean: expression.value, span };
      case 'null':
        return { kind: 'null', span };
      case 'list':
        return this.#list(expression.items, span);
      case 'binary':
        return this.#binary(expression, span);
      case 'call':
        return this.#call(expression);
      case 'name':
      case 'member':
        return this.#member(expression);
      default:
        return unknown(span, 'it is computed when Gradle runs');
    }
  }

  /** The arguments of a call. */
  argumentsOf(list: readonly Argument[]): NamedValue[] {
    return list.map(({ name, value }) => ({
      ...(name === undefined ? {} : { name }),
      value: this.valueOf(value),
    }));
  }

  #list(items: readonly Argument[], span: Span): Value {
    if (items.length === 0 || items.some(({ name }) => name === undefined))
      return { kind: 'list', items: items.map(({ value }) => this.valueOf(value)), span };
    return {
      kind: 'map',
      entries: new Map(items.map(({ name = '', value }) => [name, this.valueOf(value)])),
      span,
    };
  }

  #binary({ operator, left, right }: Expression & { kind: 'binary' }, span: Span): Value {
    const first = this.valueOf(left);
    if (operator === '?:') {
      if (first.kind === 'null') return this.valueOf(right);
      if (first.kind === 'environment') return { ...first, fallback: this.valueOf(right), span };
      return isConstant(first) ? first : unknown(span, 'it is computed when Gradle runs');
    }
    const second = this.valueOf(right);
    if (operator === '+' && (first.kind === 'text' || second.kind === 'text' || first.kind === 'template'))
      return textValue([first, second], span);
    if (first.kind !== 'number' || second.kind !== 'number')
      return isConstant(first) && !isConstant(second) ? second : isConstant(first) ? unknown(span) : first;
    const number = ARITHMETIC[operator]?.(first.number, second.number);
    return number === undefined || !Number.isSafeInteger(number)
      ? unknown(span)
      : { kind: 'number', number, span };
  }

  #member(expression: Expression): Value {
    const path = pathOf(expression);
    if (path) return this.#path(path, expression.span);
    if (expression.kind !== 'member') return unknown(expression.span);
    const of = this.valueOf(expression.of);
    return of.kind === 'map'
      ? (of.entries.get(expression.name) ?? unknown(expression.span))
      : derived(of, expression.name, expression.span);
  }

  #path(path: readonly string[], span: Span): Value {
    let from = 0;
    while (from < path.length - 1 && HOLDERS.has(path[from]!)) from++;
    const [first, second, third] = path.slice(from);
    if (first === 'System' && second === 'env' && third !== undefined)
      return { kind: 'environment', name: third, span };
    if (first === this.#around.catalog.name && second === 'versions') {
      const version = this.#around.catalog.version(path.slice(from + 2));
      if (version !== undefined) return { kind: 'text', text: version, span };
    }
    const named = this.#name(path[from]!, span);
    if (!named) return isClock(path) ? clock(path, span) : { kind: 'reference', path: path.join('.'), span };
    return path.slice(from + 1).reduce<Value>((value, name) => {
      if (value.kind === 'map') return value.entries.get(name) ?? unknown(span, `it has no \`${name}\``);
      return derived(value, name, span);
    }, named);
  }

  #name(name: string, span: Span): Value | undefined {
    return this.#once(name, span, () => this.#lookUp(name, span));
  }

  /** What `evaluate` gives for this name, which may ask for others, but not for this one again. */
  #once<T extends Value | undefined>(name: string, span: Span, evaluate: () => T): T | Value {
    const known = this.#known.get(name);
    if (known) return known;
    if (this.#open.has(name)) return unknown(span, `\`${name}\` is defined by itself`);
    this.#open.add(name);
    const value = evaluate();
    this.#open.delete(name);
    if (value) this.#known.set(name, value);
    return value;
  }

  #lookUp(name: string, span: Span): Value | undefined {
    for (const scope of this.#around.scopes) {
      const getter = scope.functions.get(`get${name.charAt(0).toUpperCase()}${name.slice(1)}`);
      const found = scope.lookUp(name) ?? getter;
      if (!found) continue;
      const { scopes, properties } = this.#around;
      const isHidden =
        scope.local.has(name) &&
        (properties.has(name) || scopes.some((other) => other !== scope && other.lookUp(name)));
      return isHidden || scope.unsettled.has(name)
        ? unknown(span, `\`${name}\` is given a value more than once or under a condition`)
        : this.valueOf(found);
    }
    const property = this.#around.properties.get(name);
    return property && { kind: 'text', text: property.value, span: property.span };
  }

  #call(expression: Expression & { kind: 'call' }): Value {
    const { span, callee } = expression;
    const path = pathOf(callee);
    if (!path) return this.#callOnValue(expression);
    const name = path.at(-1)!;
    const list = this.argumentsOf(expression.arguments);
    const [only] = list;
    const text = only?.value.kind === 'text' ? only.value.text : undefined;
    const joined = path.filter((each) => !HOLDERS.has(each)).join('.');
    if ((joined === 'System.getenv' || joined === 'providers.environmentVariable') && text !== undefined)
      return { kind: 'environment', name: text, span };
    if (['findProperty', 'property', 'providers.gradleProperty'].includes(joined) && text !== undefined)
      return this.#name(text, span) ?? { kind: 'null', span };
    if (isClock(path)) return clock(path, span);
    if (path.length === 1) {
      const body = this.#around.scopes.map(({ functions }) => functions.get(name)).find((each) => each);
      if (body && list.length === 0) return this.#once(`${name}()`, span, () => this.valueOf(body));
    }
    if (PASSING.has(name) && path.length > 1)
      return derived(this.#path(path.slice(0, -1), span), name, span, list);
    const block = expression.block ? { block: expression.block } : {};
    return { kind: 'invocation', path: joined === '' ? name : joined, arguments: list, ...block, span };
  }

  /** `System.getenv("A").toInteger()` */
  #callOnValue({ callee, arguments: list, span }: Expression & { kind: 'call' }): Value {
    if (callee.kind !== 'member') return unknown(span);
    const of = this.valueOf(callee.of);
    if (of.kind === 'text' && callee.name === 'execute')
      return unknown(span, `it is what \`${of.text}\` prints`);
    return derived(of, callee.name, span, this.argumentsOf(list));
  }
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

/** Calls whose result is what they are called on, written another way. */
const PASSING = new Set([
  ...['get', 'orNull', 'getOrElse', 'orElse'],
  ...['toInteger', 'toInt', 'toLong', 'toString', 'toBoolean', 'trim'],
]);

/** What a member or call gives of a value that is known. */
function derived(value: Value, name: string, span: Span, list: readonly NamedValue[] = []): Value {
  if (value.kind === 'clock') return { ...value, isMilliseconds: /^(getT|t)ime$/.test(name), span };
  if (!PASSING.has(name)) return value.kind === 'unknown' ? value : unknown(span);
  if (value.kind === 'environment') {
    const [fallback] = list;
    return fallback ? { ...value, fallback: fallback.value, span } : value;
  }
  if (value.kind === 'null' && list[0]) return list[0].value;
  if (value.kind !== 'text')
    return value.kind === 'number' && name === 'toString'
      ? { kind: 'text', text: String(value.number), span }
      : value;
  if (name === 'trim') return { ...value, text: value.text.trim() };
  if (name === 'toBoolean') return { kind: 'boolean', boolean: value.text === 'true', span };
  if (!name.startsWith('to') || name === 'toString') return value;
  return /^-?\d{1,15}$/.test(value.text)
    ? { kind: 'number', number: Number(value.text), span }
    : unknown(span, `"${value.text}" is no number`);
}

function textValue(parts: readonly (string | Value)[], span: Span): Value {
  const joined: (string | Value)[] = [];
  for (const part of parts.flatMap((each) =>
    typeof each === 'object' && each.kind === 'template' ? each.parts : [each],
  )) {
    const text = typeof part === 'string' ? part : constantText(part);
    const last = joined.at(-1);
    if (text === undefined) joined.push(part);
    else if (typeof last === 'string') joined[joined.length - 1] = last + text;
    else joined.push(text);
  }
  const length = joined.reduce((sum, each) => sum + (typeof each === 'string' ? each.length : 1), 0);
  if (length > MOST_CHARACTERS) return unknown(span, 'it is too long');
  const [only = '', ...more] = joined;
  if (typeof only === 'string' && more.length === 0) return { kind: 'text', text: only, span };
  return { kind: 'template', parts: joined, span };
}

function constantText(value: Value): string | undefined {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'number') return String(value.number);
  return value.kind === 'boolean' ? String(value.boolean) : undefined;
}

function isConstant({ kind }: Value): boolean {
  return kind === 'text' || kind === 'number' || kind === 'boolean';
}

function isClock(path: readonly string[]): boolean {
  const joined = path.join('.');
  return /^(new (java\.util\.)?Date\b|System\.currentTimeMillis$|(Instant|LocalDate|LocalDateTime|ZonedDateTime)\.now$)/.test(
    joined,
  );
}

function clock(path: readonly string[], span: Span): Value {
  return { kind: 'clock', isMilliseconds: /\.(currentTimeMillis|time)$/.test(path.join('.')), span };
}

function unknown(span: Span, why = 'it is computed when Gradle runs'): Value {
  return { kind: 'unknown', why, span };
}
