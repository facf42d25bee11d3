/** Where the members of an object of a JSON text are, by name. `start` and `end` hold key and value, without quotes of the key. */
export interface JsonPlace {
  readonly start: number;
  readonly end: number;
}

/** Of the object at the top of the text under this key; of a text that is no JSON, what can be read. */
export function membersOf(text: string, key: string): ReadonlyMap<string, JsonPlace> {
  const found = new Map<string, JsonPlace>();
  const path: string[] = [];
  let name: { readonly text: string; readonly start: number } | undefined;
  let depth = 0;
  let isValue = false;
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const [token] = match;
    const end = match.index + token.length;
    if (token === ':') isValue = true;
    else if (token === '{' || token === '[') {
      path[depth++] = token === '{' ? (name?.text ?? '') : '[]';
      isValue = false;
    } else if (token === '}' || token === ']') depth--;
    else if (token === ',') isValue = false;
    else if (!isValue && token.startsWith('"')) name = { text: textOf(token), start: match.index };
    else if (isValue && name && depth === 2 && path[1] === key)
      found.set(name.text, { start: name.start, end });
    if (token === '}' || token === ']' || token === ',') isValue = false;
  }
  return found;
}

function textOf(token: string): string {
  try {
    return JSON.parse(token) as string;
  } catch {
    return token.slice(1, -1);
  }
}
