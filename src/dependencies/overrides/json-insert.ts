/** Where new text stands in a JSON text, a piece for each member, in this order; every other byte stays. */
export interface JsonInsertion {
  readonly at: number;
  readonly pieces: readonly string[];
}

/**
 * New members of the object under `key` at the top of a JSON text, which is made where it is not there, in the style of the text.
 * `undefined` where something else stands there. The members are none that it has.
 */
export function insertMembers(
  text: string,
  key: string,
  members: readonly (readonly [name: string, value: string])[],
): JsonInsertion | undefined {
  const shape = shapeOf(text, key);
  if (!shape || members.length === 0) return undefined;
  const style = styleOf(text, shape.inner);
  const line = (level: number): string => (style.isWide ? `${style.end}${style.indent.repeat(level)}` : '');
  const pairs = members.map(
    ([name, value]) => `${line(2)}${JSON.stringify(name)}:${style.space}${JSON.stringify(value)}`,
  );
  const between = style.isWide ? ',' : `,${style.space}`;
  if (shape.inner) {
    const { at, isEmpty } = shape.inner;
    const after = isEmpty ? line(1) : '';
    return { at, pieces: joined(pairs, { first: isEmpty ? '' : between, between, after }) };
  }
  const first = `${shape.isEmpty ? '' : between}${line(1)}${JSON.stringify(key)}:${style.space}{`;
  const after = `${line(1)}}${shape.isEmpty ? line(0) : ''}`;
  return { at: shape.at, pieces: joined(pairs, { first, between, after }) };
}

function joined(
  pairs: readonly string[],
  { first, between, after }: { readonly first: string; readonly between: string; readonly after: string },
): readonly string[] {
  return pairs.map(
    (pair, index) => `${index === 0 ? first : between}${pair}${index === pairs.length - 1 ? after : ''}`,
  );
}

interface Place {
  /** Behind the last member, or behind the `{` where there is none. */
  readonly at: number;
  readonly isEmpty: boolean;
}

interface Shape extends Place {
  /** Of the object under the key, where it is there. */
  readonly inner?: Place & { readonly isWide: boolean };
}

/** Of the object at the top; `undefined` where the text is none, or what stands under the key is none. */
function shapeOf(text: string, key: string): Shape | undefined {
  const value = objectAt(text, key);
  if (value === undefined) return undefined;
  let depth = 0;
  let end = 0;
  let isEmpty = true;
  let inner: { start: number; at: number; isEmpty: boolean } | undefined;
  let name: string | undefined;
  let done: Shape['inner'];
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const [token] = match;
    const after = match.index + token.length;
    if (token === '}' && depth === 1) return { at: end, isEmpty, ...(done ? { inner: done } : {}) };
    if (token === '}' && depth === 2 && inner) {
      const isWide = text.slice(inner.start, match.index).includes('\n');
      done = { at: inner.at, isEmpty: inner.isEmpty, isWide };
      inner = undefined;
    }
    if (token === '{' && depth === 1 && name === key) inner = { start: after, at: after, isEmpty: true };
    else if (inner) inner = { ...inner, at: after, isEmpty: false };
    if (depth === 1 && token.startsWith('"')) name = JSON.parse(token) as string;
    if (token === '{' || token === '[') depth++;
    if (token === '}' || token === ']') depth--;
    if (depth > 0) end = after;
    if (depth > 0 && !(token === '{' && depth === 1)) isEmpty = false;
  }
  return undefined;
}

/** What stands under the key, `null` where nothing does; `undefined` for what is no object. */
function objectAt(text: string, key: string): object | null | undefined {
  try {
    const top: unknown = JSON.parse(text);
    if (!isObject(top)) return undefined;
    const value = (top as Record<string, unknown>)[key];
    return value === undefined ? null : isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Style {
  readonly isWide: boolean;
  readonly indent: string;
  readonly end: string;
  readonly space: string;
}

function styleOf(text: string, inner: Shape['inner']): Style {
  const [, end, indent] = /(\r?\n)([ \t]+)"/.exec(text) ?? [];
  const isWide = inner && !inner.isEmpty ? inner.isWide : end !== undefined;
  const space = /"\s*:\s/.test(text) || end !== undefined ? ' ' : '';
  return { isWide, indent: indent ?? '  ', end: end ?? '\n', space };
}

/** Whether the object under `overrides` says something of the package, at any depth or version. */
export function saysOf(text: string, key: string, name: string): boolean {
  const value = objectAt(text, key);
  return value !== null && value !== undefined && namesIn(value).some((each) => each === name);
}

function namesIn(value: object): string[] {
  return Object.entries(value).flatMap(([key, each]) => [
    key.replace(/(?<=.)@.*$/, ''),
    ...(isObject(each) ? namesIn(each) : []),
  ]);
}
