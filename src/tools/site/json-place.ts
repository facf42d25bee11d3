/** Steps from the top of a JSON text to a value: names of members and positions in lists. */
export type JsonPath = readonly (string | number)[];

/** One-based line and column where a value of a JSON text begins; of the nearest value around it that is there. */
export function placeInJson(
  text: string,
  path: JsonPath,
): { readonly line: number; readonly column: number } {
  const start = offsetOf(text, path);
  const before = text.slice(0, start);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: start - lineStart + 1 };
}

const BLANK = /[\s\uFEFF]*/y;
/** A string, or what else stands between punctuation. */
const SCALAR = /"(?:[^"\\]|\\.)*"|[^\s,\]}:]+/y;

/** The text is known to be JSON. */
function offsetOf(text: string, path: JsonPath): number {
  let at = skip(text, 0, BLANK);
  for (const step of path) {
    const inner = typeof step === 'number' ? elementOf(text, at, step) : memberOf(text, at, step);
    if (inner === undefined) return at;
    at = inner;
  }
  return at;
}

const skip = (text: string, at: number, pattern: RegExp): number => {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
};

/** Where the value of a member begins; of the last one of that name, which is the one that counts. */
function memberOf(text: string, start: number, name: string): number | undefined {
  if (text[start] !== '{') return undefined;
  let found: number | undefined;
  let at = skip(text, start + 1, BLANK);
  while (text[at] === '"') {
    const keyEnd = skip(text, at, SCALAR);
    const key: unknown = JSON.parse(text.slice(at, keyEnd));
    at = skip(text, skip(text, keyEnd, BLANK) + 1, BLANK);
    if (key === name) found = at;
    at = next(text, at);
  }
  return found;
}

function elementOf(text: string, start: number, index: number): number | undefined {
  if (text[start] !== '[') return undefined;
  let at = skip(text, start + 1, BLANK);
  for (let left = index; left > 0 && text[at] !== ']' && at < text.length; left--) at = next(text, at);
  return text[at] === ']' || at >= text.length ? undefined : at;
}

/** Behind a value and the comma that may follow it. */
function next(text: string, at: number): number {
  const after = skip(text, valueEnd(text, at), BLANK);
  return text[after] === ',' ? skip(text, after + 1, BLANK) : after;
}

function valueEnd(text: string, start: number): number {
  if (text[start] !== '{' && text[start] !== '[') return skip(text, start, SCALAR);
  let depth = 0;
  let at = start;
  do {
    const sign = text[at];
    if (sign === '"') at = skip(text, at, SCALAR);
    else {
      if (sign === '{' || sign === '[') depth++;
      if (sign === '}' || sign === ']') depth--;
      at++;
    }
  } while (depth > 0 && at < text.length);
  return at;
}
